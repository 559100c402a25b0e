//! TXT records: the one question that is asked of DNS, and who answers it.
//!
//! "There is none" and "nobody could say" are two answers: the second must never count as the first.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use mail_auth::hickory_resolver::TokioResolver;
use mail_auth::hickory_resolver::config::{NameServerConfig, ResolverConfig};
use mail_auth::hickory_resolver::net::runtime::TokioRuntimeProvider;
use mail_auth::hickory_resolver::net::{DnsError, NetError};
use mail_auth::hickory_resolver::proto::op::ResponseCode;
use mail_auth::hickory_resolver::proto::rr::{Name, RData};
use tracing::error;

use crate::triage::approval::NotYet;

/// All attempts of one question together.
const LIMIT: Duration = Duration::from_secs(15);
/// One attempt.
const ATTEMPT: Duration = Duration::from_secs(4);

/// What DNS says about a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The TXT records there, each with its strings joined.
    Records(Vec<Vec<u8>>),
    /// There is none.
    Nothing,
    /// It cannot be said now.
    Unclear(NotYet),
}

/// Looks up TXT records.
pub trait Txt: Send + Sync {
    /// The TXT records of a name without a dot at its end.
    fn txt<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Answer>;
}

/// Asks name servers, and remembers answers as long as they allow. Made at the first question, because it belongs to
/// the runtime that asks.
#[derive(Default)]
pub struct System {
    /// Empty = those of `/etc/resolv.conf`, without its search domains.
    servers: Vec<SocketAddr>,
    made: OnceLock<Result<TokioResolver, String>>,
}

impl System {
    /// Name servers by address.
    pub fn at(servers: Vec<SocketAddr>) -> Self {
        Self { servers, made: OnceLock::new() }
    }

    fn make(&self) -> Result<TokioResolver, String> {
        let mut builder = if self.servers.is_empty() {
            TokioResolver::builder_tokio().map_err(|error| error.to_string())?
        } else {
            let servers = self.servers.iter().map(|address| {
                let mut server = NameServerConfig::udp_and_tcp(address.ip());
                for connection in &mut server.connections {
                    connection.port = address.port();
                }
                server
            });
            let config = ResolverConfig::from_parts(None, Vec::new(), servers.collect());
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        };
        let options = builder.options_mut();
        (options.timeout, options.attempts) = (ATTEMPT, 2);
        options.cache_size = 256;
        // A key that was taken back must not be good for a day.
        options.positive_max_ttl = Some(Duration::from_secs(3600));
        options.negative_max_ttl = Some(Duration::from_secs(300));
        builder.build().map_err(|error| error.to_string())
    }

    async fn ask(&self, name: &str) -> Answer {
        let Ok(mut name) = Name::from_ascii(name) else { return Answer::Nothing };
        name.set_fqdn(true);
        let resolver = match self.made.get_or_init(|| self.make()) {
            Ok(resolver) => resolver,
            Err(error) => {
                error!(error, "There is no way to ask DNS; answers of agents wait.");
                return Answer::Unclear(NotYet::ServerFailed);
            }
        };
        let lookup = match tokio::time::timeout(LIMIT, resolver.txt_lookup(name)).await {
            Ok(Ok(lookup)) => lookup,
            Ok(Err(NetError::Dns(DnsError::NoRecordsFound(none))))
                if matches!(none.response_code, ResponseCode::NXDomain | ResponseCode::NoError) =>
            {
                return Answer::Nothing;
            }
            Ok(Err(NetError::Timeout)) | Err(_) => return Answer::Unclear(NotYet::NoAnswer),
            Ok(Err(_)) => return Answer::Unclear(NotYet::ServerFailed),
        };
        let mut records = Vec::new();
        for record in lookup.answers() {
            if let RData::TXT(txt) = &record.data {
                records.push(txt.txt_data.iter().flat_map(|part| part.iter().copied()).collect());
            }
        }
        if records.is_empty() { Answer::Nothing } else { Answer::Records(records) }
    }
}

impl Txt for System {
    fn txt<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Answer> {
        self.ask(name).boxed()
    }
}
