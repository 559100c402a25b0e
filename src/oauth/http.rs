//! One POST of a form to a token endpoint, over TLS, with limits on time and size.
//!
//! A fresh connection each time: there is one request an hour. No redirect is followed, because a form with a secret
//! in it has one address; plain HTTP is spoken with this machine only. Never logs; errors carry no body.

use std::path::Path;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST, RETRY_AFTER, USER_AGENT};
use hyper::{Request, Response, body::Incoming};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use crate::dial;
use crate::imap::Io;
use crate::tls;

/// Answers of token endpoints have 1 to 8 KiB.
const MAX_BODY: usize = 64 * 1024;

/// An answer.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    /// As the server asks for it (RFC 9110 section 10.2.3), when it says seconds.
    pub(super) retry_after: Option<Duration>,
}

/// Why there is no answer. The texts are ours.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum HttpError {
    /// Nothing to trust, or an address that cannot be used.
    Setup(String),
    /// The network, the time, or an answer beyond the limits.
    Trouble(&'static str),
    /// No TLS; rustls's words.
    Tls(String),
}

/// Understands an address that secrets may be sent to: https, or http on this machine.
///
/// # Errors
/// What is wrong with it, in words for a fault.
pub fn endpoint(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "cannot be understood")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("carries a user name or password");
    }
    if url.fragment().is_some() {
        return Err("carries a fragment");
    }
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => Ok(url),
        ("http", Some(host)) if is_this_machine(&host) => Ok(url),
        _ => Err("does not begin with https://"),
    }
}

fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => name.eq_ignore_ascii_case("localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// Posts a form and reads the whole answer, within a time.
pub(super) async fn post(
    url: &Url,
    form: &[(&str, &str)],
    ca_file: Option<&Path>,
    within: Duration,
) -> Result<Reply, HttpError> {
    let late = HttpError::Trouble("the token endpoint gave no answer in time");
    tokio::time::timeout(within, exchange(url, form, ca_file)).await.unwrap_or(Err(late))
}

async fn exchange(url: &Url, form: &[(&str, &str)], ca_file: Option<&Path>) -> Result<Reply, HttpError> {
    let stream = TokioIo::new(open(url, ca_file).await?);
    let broken = |_| HttpError::Trouble("the token endpoint does not speak HTTP");
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.map_err(broken)?;
    let request = request(url, form)?;
    // Both on this task: when it is dropped, nothing of the connection stays behind.
    let work = async {
        let response = sender.send_request(request).await.map_err(broken)?;
        read(response).await
    };
    tokio::pin!(work, connection);
    tokio::select! {
        biased;
        done = &mut work => done,
        // The connection is over, but what was read before may still be waiting.
        _ = &mut connection => work.await,
    }
}

fn request(url: &Url, form: &[(&str, &str)]) -> Result<Request<Full<Bytes>>, HttpError> {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let unusable = || HttpError::Setup("the token endpoint's address cannot be used".to_owned());
    let host = url.host_str().ok_or_else(unusable)?;
    let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    Request::post(target)
        .header(HOST, authority)
        .header(USER_AGENT, concat!("madoguchi/", env!("CARGO_PKG_VERSION")))
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Full::new(Bytes::from(body)))
        .map_err(|_| unusable())
}

async fn read(response: Response<Incoming>) -> Result<Reply, HttpError> {
    let status = response.status().as_u16();
    let after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after = after.and_then(|text| text.parse().ok()).map(Duration::from_secs);
    let body = Limited::new(response.into_body(), MAX_BODY).collect().await;
    let body =
        body.map_err(|_| HttpError::Trouble("the token endpoint's answer is cut short or too large"))?;
    Ok(Reply { status, body: body.to_bytes().to_vec(), retry_after })
}

async fn open(url: &Url, ca_file: Option<&Path>) -> Result<Box<dyn Io>, HttpError> {
    let unusable = || HttpError::Setup("the token endpoint's address cannot be used".to_owned());
    let unreachable = |_| HttpError::Trouble("the token endpoint cannot be reached");
    // Brackets round IPv6 belong to the address, not to the host.
    let host = url.host_str().ok_or_else(unusable)?.trim_matches(['[', ']']).to_owned();
    let port = url.port_or_known_default().ok_or_else(unusable)?;
    let tcp = dial::connect(&host, port).await.map_err(unreachable)?;
    if url.scheme() != "https" {
        if !tcp.peer_addr().is_ok_and(|peer| peer.ip().is_loopback()) {
            return Err(HttpError::Setup("a token endpoint without TLS must be on this machine".to_owned()));
        }
        return Ok(Box::new(tcp));
    }
    let config = tls::client(ca_file).map_err(|error| HttpError::Setup(error.to_string()))?;
    let name = ServerName::try_from(host).map_err(|_| unusable())?;
    match TlsConnector::from(config).connect(name, tcp).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(reason) => Err(HttpError::Tls(reason.to_string())),
            None => Err(HttpError::Trouble("the token endpoint closed the connection")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_to_https_or_to_this_machine() {
        for (text, expected) in [
            ("https://oauth2.googleapis.com/token", Ok(())),
            ("https://login.example:8443/a/b?c=d", Ok(())),
            ("http://127.0.0.1:8080/token", Ok(())),
            ("http://localhost/token", Ok(())),
            ("http://[::1]:1/token", Ok(())),
            ("http://oauth2.googleapis.com/token", Err("does not begin with https://")),
            ("http://localhost.example.com/token", Err("does not begin with https://")),
            ("ftp://127.0.0.1/token", Err("does not begin with https://")),
            ("https://user:word@host/token", Err("carries a user name or password")),
            ("https://host/token#x", Err("carries a fragment")),
            ("token", Err("cannot be understood")),
            ("", Err("cannot be understood")),
        ] {
            assert_eq!(endpoint(text).map(drop), expected, "{text}");
        }
    }
}
