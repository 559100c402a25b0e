//! The page on loopback where the browser comes back with a code (RFC 8252 section 7.3).
//!
//! Takes the first request that carries our own `state` and ignores all others: any program of this machine may knock.
//! Never shows or logs what the browser brings.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use subtle::ConstantTimeEq;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use url::Url;

use super::authorize::Return;
use crate::secret::Secret;

const DONE: &str = "<!doctype html><meta charset=utf-8><title>Madoguchi</title>\
<p>窓口にアクセスが許可されました。この画面は閉じてかまいません。<p>Madoguchi has been granted access. You may close this page.";
const DENIED: &str = "<!doctype html><meta charset=utf-8><title>Madoguchi</title>\
<p>許可されませんでした。ターミナルをご覧ください。<p>Access was not granted. See the terminal.";
const STRANGE: &str = "<!doctype html><meta charset=utf-8><title>Madoguchi</title>\
<p>This request is not the one that is waited for.";

/// Waits until the browser comes back.
pub(super) async fn wait(listener: TcpListener, state: &Secret) -> Return {
    let (sender, mut receiver) = mpsc::channel(1);
    let mut guests = JoinSet::new();
    loop {
        tokio::select! {
            Some(returned) = receiver.recv() => {
                // The page is on its way; let it arrive, but wait for nobody who merely keeps the line open.
                let farewell = async { while guests.join_next().await.is_some() {} };
                let _ = tokio::time::timeout(std::time::Duration::from_millis(500), farewell).await;
                return returned;
            }
            Ok((stream, _)) = listener.accept() => {
                let (sender, state) = (sender.clone(), state.clone());
                guests.spawn(async move {
                    // Kept until the page is written: whoever hears of the return may end the program.
                    let found = Arc::new(Mutex::new(None));
                    let note = Arc::clone(&found);
                    let service = service_fn(move |request: Request<Incoming>| {
                        let (page, status, returned) = receive(&request, &state);
                        if let Some(returned) = returned {
                            *note.lock().unwrap_or_else(PoisonError::into_inner) = Some(returned);
                        }
                        std::future::ready(Ok::<_, Infallible>(answer(page, status)))
                    });
                    // What goes wrong with a guest is the guest's business.
                    let _ = hyper::server::conn::http1::Builder::new()
                        .keep_alive(false)
                        .max_buf_size(16 * 1024)
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                    let returned = found.lock().unwrap_or_else(PoisonError::into_inner).take();
                    if let Some(returned) = returned {
                        // A second return of the same consent finds nobody.
                        let _ = sender.try_send(returned);
                    }
                });
            }
        }
    }
}

fn receive(request: &Request<Incoming>, state: &Secret) -> (&'static str, u16, Option<Return>) {
    let address = format!("http://127.0.0.1{}", request.uri());
    match (request.uri().path(), understand(&address, state)) {
        ("/", Some(returned @ Return::Code(_))) => (DONE, 200, Some(returned)),
        ("/", Some(returned @ Return::Error(_))) => (DENIED, 200, Some(returned)),
        ("/", None) => (STRANGE, 400, None),
        (_, _) => (STRANGE, 404, None),
    }
}

fn answer(page: &'static str, status: u16) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(page.as_bytes())));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or(hyper::StatusCode::BAD_REQUEST);
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        // The address holds the code: it goes nowhere from this page.
        ("referrer-policy", "no-referrer"),
        ("content-security-policy", "default-src 'none'"),
    ] {
        response.headers_mut().insert(name, hyper::header::HeaderValue::from_static(value));
    }
    response
}

/// Reads the address at which a browser ended; `None` when it is not the answer to our question.
pub(super) fn understand(address: &str, state: &Secret) -> Option<Return> {
    let url = Url::parse(address.trim()).ok()?;
    let one = |key: &str| {
        let mut values =
            url.query_pairs().filter(|(name, _)| name == key).map(|(_, value)| value.into_owned());
        // A parameter written twice is nobody's honest answer (RFC 6749 section 3.1).
        values.next().filter(|_| values.next().is_none())
    };
    let same = one("state")?.as_bytes().ct_eq(state.expose().as_bytes());
    if !bool::from(same) {
        return None;
    }
    if let Some(error) = one("error") {
        let fits = error.len() <= 60 && error.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        return Some(Return::Error(if fits { error } else { "an unknown error".to_owned() }));
    }
    one("code").filter(|code| !code.is_empty()).map(|code| Return::Code(Secret::new(code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_answer_to_our_question_counts() {
        let state = Secret::new("s1".to_owned());
        for (address, expected) in [
            ("http://127.0.0.1:1/?state=s1&code=abc", Some("code abc")),
            (" http://localhost:1/?code=a%2Fb&state=s1&scope=x\n", Some("code a/b")),
            ("http://127.0.0.1:1/?state=s1&error=access_denied", Some("error access_denied")),
            ("http://127.0.0.1:1/?state=s1&error=%3Cb%3E", Some("error an unknown error")),
            ("http://127.0.0.1:1/?state=s2&code=abc", None),
            ("http://127.0.0.1:1/?code=abc", None),
            ("http://127.0.0.1:1/?state=s1", None),
            ("http://127.0.0.1:1/?state=s1&code=", None),
            ("http://127.0.0.1:1/?state=s1&code=a&code=b", None),
            ("http://127.0.0.1:1/?state=s2&state=s1&code=a", None),
            ("s1", None),
            ("", None),
        ] {
            let shown = understand(address, &state).map(|returned| match returned {
                Return::Code(code) => format!("code {}", code.expose()),
                Return::Error(code) => format!("error {code}"),
            });
            assert_eq!(shown.as_deref(), expected, "{address}");
        }
    }
}
