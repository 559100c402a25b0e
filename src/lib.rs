//! Madoguchi (窓口): headless triage for shared mailboxes.
//!
//! This file is the map. The way of a mail runs top to bottom:
//!
//! | step | module | what happens |
//! |---|---|---|
//! | bytes arrive | [`imap`] | one strict command layer, batched fetch, never `\Seen` |
//! | bytes become a [`triage::mail::Letter`] | [`mime`] | decoding, charset repair, plain text |
//! | a letter becomes a [`triage::verdict::Reading`] | [`triage`] | fields, dates, class, topic, evidence |
//! | an agent's domain is checked | [`auth`] | DKIM, DMARC, `Authentication-Results`; asks DNS |
//! | a reading becomes an event | [`desk`] | load the case, `decide`, one durable commit |
//! | effects leave the house | [`outbox`] | labels, drafts, requests, the one customer mail |
//! | cases and effects are written down | [`record`] | versioned JSON, read back through the doors of the core |
//! | a night is summed up | [`report`] | which cases led to no booking: text, CSV, JSON, and when it is due |
//! | days are counted | [`figures`] | cases, time, calls: tables, CSV, workbook, picture |
//! | everything survives a crash | [`store`] | journal first, then sled |
//!
//! `triage` decides and never acts; the rest acts and never decides.

pub mod answer;
pub mod answers;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod control;
pub mod crash;
pub mod credentials;
pub mod customers;
pub mod daemon;
pub mod days;
pub mod desk;
pub mod dial;
pub mod exit;
pub mod explain;
pub mod fault;
pub mod figures;
pub mod health;
pub mod imap;
pub mod live;
pub mod mime;
pub mod nights;
pub mod notify;
pub mod oauth;
pub mod operator;
pub mod outbox;
mod posting;
pub mod record;
pub mod render;
pub mod report;
pub mod rules;
pub mod sasl;
pub mod secret;
pub mod smtp;
pub mod store;
pub mod telemetry;
pub mod templates;
pub mod tls;
pub mod token;
pub mod triage;
pub mod watcher;
pub mod workshop;
