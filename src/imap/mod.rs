//! Mailboxes over IMAP: strict, neutral, able to start over.
//!
//! | file | what it owns |
//! |---|---|
//! | [`mailbox`] | one account: connects when needed, keeps the folders by purpose |
//! | [`watch`] | what is new since a cursor; IDLE; which marks people changed |
//! | [`pass`] | one pass from a cursor to the end of a folder, the next chunk on its way while one is handed over |
//! | [`fetch`] | mails in batches, large ones by their text parts, bad ones set aside |
//! | [`act`] | marks, archive, drafts, filed copies; every one may be repeated |
//! | `limit` | limits on an account that only time lifts |
//! | [`drafts`] | who is writing to whom: the heads of all drafts |
//! | `quirk` | what servers do against expectation, by name |
//! | [`marking`] | meanings and how they are written |
//! | [`flavour`] | the seam between kinds of servers |
//! | [`folders`] | special-use folders |
//! | [`probe`] | what a server lets us do with an account |
//! | [`list`] | flags, sizes and dates of mails, in ranges |
//! | `gmail_view` | what Gmail's labels say about a mail |
//! | `labels` | Gmail's labels on the wire |
//! | `keywords`, `gmail`, `filing` | marks as keywords, as Gmail's labels, as folders |
//! | `moving` | mails to another folder |
//! | [`stars`] | kinds of Gmail's stars that people use as marks |
//! | `find` | a mail again, by its Message-ID |
//! | `parts` | large mails by their text parts |
//! | [`session`] | the one command layer: tags, literals, deadlines, outcomes |
//! | `chunk` | the mails of one command of a pass |
//! | `flight` | commands sent ahead of each other's answers |
//! | `signin`, `lease`, `select`, `idle` | what a session can be asked beside plain commands |
//! | `answer` | reading what the parser made of an answer |
//! | [`connect`] | TCP, TLS, STARTTLS |
//! | [`command`] | one command, quoted safely, checked against the neutral law |
//! | [`stream`] | the folders that are followed, and whether anything in them changed |
//! | [`presence`] | where followed mails are now, with which marks |
//! | `wire` | limits on answers |
//! | `mend` | lines put right before the parser sees them |
//! | `buffer` | buffers that are given back while nothing is said |
//! | [`gate`] | how many connections are made at the same moment |
//! | [`utf7`] | mailbox names |
//! | [`error`] | what can go wrong and who can help |
//!
//! The neutral law: never `\Seen`, never `\Deleted`, never EXPUNGE, never a fetch without PEEK.

pub mod act;
mod answer;
mod buffer;
mod chunk;
pub mod command;
pub mod connect;
pub mod drafts;
pub mod error;
pub mod fetch;
mod filing;
mod find;
pub mod flavour;
mod flight;
pub mod folders;
pub mod gate;
mod gmail;
mod gmail_view;
mod idle;
mod keywords;
mod labels;
mod lease;
mod limit;
pub mod list;
pub mod mailbox;
pub mod marking;
mod mend;
mod moving;
mod parts;
pub mod pass;
pub mod presence;
pub mod probe;
pub mod quirk;
mod select;
pub mod session;
mod signin;
pub mod stars;
pub mod stream;
pub mod utf7;
pub mod watch;
mod wire;

pub use connect::{Account, Patience, Security};
pub use error::ImapError;
pub use limit::Limit;
pub use marking::MarkNames;
pub use wire::Io;
