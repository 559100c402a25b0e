//! OAuth 2 for mailboxes (RFC 6749): access tokens for whoever signs in, fetched in time and once for all.
//!
//! | module | what it owns |
//! |---|---|
//! | [`plan`] | how an account gets its tokens, and where Google and Microsoft want to be asked |
//! | [`source`] | the cache of one account: early renewal, one request for many askers, patience after trouble |
//! | `fetch` | one request for a token, by each of the three grants |
//! | [`keep`] | the refresh token in a private file, written before the old one is forgotten |
//! | `assertion` | a service account's signed statement (RFC 7523) |
//! | [`authorize`] | a person says yes once: by browser (RFC 8252, PKCE RFC 7636) or on another device (RFC 8628) |
//! | `redirect` | the page on loopback where the browser comes back |
//! | `answer` | what a token endpoint's answer means |
//! | `http` | one POST over TLS, with limits |
//! | [`error`] | what can go wrong and who can help |
//!
//! No token, secret or body of an answer is ever logged or part of an error.

mod answer;
mod assertion;
pub mod authorize;
pub mod error;
mod fetch;
mod http;
pub mod keep;
pub mod plan;
mod redirect;
pub mod source;

pub use error::TokenError;
pub use http::endpoint;
pub use plan::{Grant, Mechanism, Plan, Provider};
pub use source::{AccessToken, Pace, TokenSource};
