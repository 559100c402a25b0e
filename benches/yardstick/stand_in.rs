//! A stand-in IMAP server without Dovecot's own waits and limits: for latency, and for very many watched mailboxes.
//!
//! It knows one kind of mailbox: an INBOX of form mails and three empty folders. It answers what the program and simple
//! clients ask; everything else is answered `OK`, so that no measurement hangs on a courtesy.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;

use crate::Arguments;

/// What the connections share.
struct Inbox {
    mails: Mutex<Vec<Vec<u8>>>,
    /// How many there are, for those who wait in IDLE.
    count: watch::Sender<usize>,
    /// Connections waiting in IDLE.
    idle: watch::Sender<usize>,
    /// UIDs that got a mark, when.
    marked: mpsc::UnboundedSender<(u32, Instant)>,
}

impl Inbox {
    fn new() -> (Arc<Self>, mpsc::UnboundedReceiver<(u32, Instant)>) {
        let (marked, receive) = mpsc::unbounded_channel();
        let inbox = Self {
            mails: Mutex::default(),
            count: watch::Sender::new(0),
            idle: watch::Sender::new(0),
            marked,
        };
        (Arc::new(inbox), receive)
    }

    fn deliver(&self, mail: Vec<u8>) -> u32 {
        let mut mails = self.mails.lock().unwrap();
        mails.push(mail);
        self.count.send_replace(mails.len());
        u32::try_from(mails.len()).unwrap()
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Tells a watching client of one mail at a time; from the EXISTS to the STORE of its first mark.
pub(crate) fn latency(arguments: &Arguments) {
    let (mails, gap) =
        (arguments.number("mails", 200), Duration::from_millis(arguments.number("gap-ms", 50)));
    runtime().block_on(async {
        let (inbox, mut marked) = Inbox::new();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        crate::say(&serde_json::json!({ "port": listener.local_addr().unwrap().port() }));
        tokio::spawn(accept(listener, None, Arc::clone(&inbox)));
        let mut idle = inbox.idle.subscribe();
        let mut times = Vec::new();
        for number in 0..mails {
            idle.wait_for(|idle| *idle > 0).await.unwrap();
            // The client is still busy with the mail before: drafts and requests are no part of this figure.
            tokio::time::sleep(gap).await;
            let told = Instant::now();
            let uid = inbox.deliver(form_mail(number));
            let until = tokio::time::sleep(Duration::from_secs(20));
            tokio::pin!(until);
            loop {
                tokio::select! {
                    Some((at, when)) = marked.recv() => if at == uid {
                        times.push((when - told).as_secs_f64() * 1e3);
                        break;
                    },
                    () = &mut until => {
                        crate::say(&serde_json::json!({ "error": format!("mail {uid} got no mark within 20 s") }));
                        std::process::exit(1);
                    }
                }
            }
        }
        // The first ones pay for what is made ready once; they are shown, not hidden.
        let first = times[0];
        times.sort_by(f64::total_cmp);
        let at = |per_mille: usize| times[(times.len() * per_mille / 1000).min(times.len() - 1)];
        crate::say(&serde_json::json!({
            "mails": mails, "first_ms": first, "p50_ms": at(500), "p90_ms": at(900), "p99_ms": at(990), "max_ms": at(1000),
        }));
    });
}

/// Serves empty mailboxes to whoever signs in, with TLS when `--ca` names where to write the authority's certificate.
pub(crate) fn idle(arguments: &Arguments) {
    let tls = arguments.has("ca").then(|| acceptor(arguments.text("ca").as_ref()));
    std::thread::spawn(move || {
        runtime().block_on(async {
            let (inbox, _marked) = Inbox::new();
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            crate::say(&serde_json::json!({ "port": listener.local_addr().unwrap().port() }));
            accept(listener, tls, inbox).await;
        });
    });
    crate::wait_for_the_end();
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, inbox: Arc<Inbox>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (inbox, tls) = (Arc::clone(&inbox), tls.clone());
        tokio::spawn(async move {
            // A client that goes away ends its own task and nothing else.
            let _gone = match tls {
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => serve(stream, &inbox).await,
                    Err(_) => None,
                },
                None => serve(stream, &inbox).await,
            };
        });
    }
}

/// One connection, until it closes.
async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, inbox: &Inbox) -> Option<()> {
    let mut stream = BufReader::with_capacity(2048, stream);
    say(&mut stream, b"* OK [CAPABILITY IMAP4rev1] ready\r\n").await?;
    let mut inbox_open = false;
    loop {
        let line = read_command(&mut stream).await?;
        let (tag, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let upper = rest.to_ascii_uppercase();
        let mut words = upper.split_whitespace();
        let verb = words.next().unwrap_or_default();
        let mut answer = Vec::new();
        let mut code = "";
        match verb {
            "CAPABILITY" => answer.extend(b"* CAPABILITY IMAP4rev1 IDLE LITERAL+ MOVE UIDPLUS SPECIAL-USE\r\n"),
            "LIST" => answer.extend(
                b"* LIST () \"/\" INBOX\r\n* LIST (\\Archive) \"/\" Archive\r\n* LIST (\\Drafts) \"/\" Drafts\r\n\
                  * LIST (\\Sent) \"/\" Sent\r\n",
            ),
            "SELECT" | "EXAMINE" => {
                inbox_open = upper.contains("INBOX");
                let exists = if inbox_open { inbox.mails.lock().unwrap().len() } else { 0 };
                answer.extend(
                    format!(
                        "* FLAGS (\\Seen)\r\n* {exists} EXISTS\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] kept\r\n\
                         * OK [UIDVALIDITY 7] valid\r\n* OK [UIDNEXT {}] next\r\n",
                        exists + 1
                    )
                    .bytes(),
                );
                code = if verb == "SELECT" { "[READ-WRITE] " } else { "[READ-ONLY] " };
            }
            "IDLE" => {
                say(&mut stream, b"+ idling\r\n").await?;
                inbox.idle.send_modify(|idle| *idle += 1);
                let rung = wait(&mut stream, inbox).await;
                inbox.idle.send_modify(|idle| *idle -= 1);
                rung?;
            }
            "UID" => match words.next() {
                Some("FETCH") if inbox_open => fetch(inbox, &upper, &mut answer),
                Some("STORE") => {
                    let now = Instant::now();
                    for uid in uids(&upper, u32::MAX) {
                        // Nobody listens where latency is not asked for.
                        let _nobody = inbox.marked.send((uid, now));
                    }
                }
                Some("SEARCH") => answer.extend(b"* SEARCH\r\n"),
                _ => {}
            },
            "LOGOUT" => answer.extend(b"* BYE\r\n"),
            _ => {}
        }
        answer.extend(format!("{tag} OK {code}done\r\n").bytes());
        say(&mut stream, &answer).await?;
        if verb == "LOGOUT" {
            return None;
        }
    }
}

async fn say(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> Option<()> {
    stream.write_all(bytes).await.ok()?;
    stream.flush().await.ok()
}

/// A command with its literals read past; the text of `APPEND` and the like does not matter here.
async fn read_command<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>) -> Option<String> {
    let mut command = String::new();
    loop {
        let mut line = Vec::new();
        stream.read_until(b'\n', &mut line).await.ok()?;
        if !line.ends_with(b"\n") {
            return None;
        }
        command.push_str(String::from_utf8_lossy(&line).trim_end());
        let Some(length) = crate::client::announced(&line) else { return Some(command) };
        if !line.ends_with(b"+}\r\n") {
            say(stream, b"+ go on\r\n").await?;
        }
        let mut literal = vec![0; length];
        stream.read_exact(&mut literal).await.ok()?;
    }
}

/// IDLE until `DONE`, telling of every new mail.
async fn wait<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>, inbox: &Inbox) -> Option<()> {
    let mut count = inbox.count.subscribe();
    let mut line = String::new();
    loop {
        tokio::select! {
            read = stream.read_line(&mut line) => {
                return (read.ok()? > 0).then_some(());
            }
            changed = count.changed() => {
                changed.ok()?;
                let exists = *count.borrow_and_update();
                say(stream, format!("* {exists} EXISTS\r\n").as_bytes()).await?;
            }
        }
    }
}

/// The UIDs of a set, as far as `last`.
fn uids(upper: &str, last: u32) -> impl Iterator<Item = u32> {
    let set = upper.split_whitespace().nth(2).unwrap_or_default().to_owned();
    let ranges: Vec<(u32, u32)> = set
        .split(',')
        .map(|range| {
            let (from, to) = range.split_once(':').unwrap_or((range, range));
            let of = |text: &str| text.parse().unwrap_or(last);
            (of(from).min(of(to)), of(from).max(of(to)))
        })
        .collect();
    ranges.into_iter().flat_map(move |(from, to)| from..=to.min(last.max(from)))
}

fn fetch(inbox: &Inbox, upper: &str, answer: &mut Vec<u8>) {
    let mails = inbox.mails.lock().unwrap();
    let last = u32::try_from(mails.len()).unwrap();
    for uid in uids(upper, last) {
        let Some(mail) = mails.get(uid.saturating_sub(1) as usize) else { continue };
        let mut items = format!("* {uid} FETCH (UID {uid}");
        for (asked, item) in [
            ("FLAGS", "FLAGS ()".to_owned()),
            ("RFC822.SIZE", format!("RFC822.SIZE {}", mail.len())),
            ("INTERNALDATE", "INTERNALDATE \"18-Jun-2026 10:00:00 +0900\"".to_owned()),
        ] {
            if upper.contains(asked) {
                items.push_str(&format!(" {item}"));
            }
        }
        answer.extend(items.bytes());
        let head_end = mail.windows(4).position(|four| four == b"\r\n\r\n").map_or(mail.len(), |at| at + 4);
        if let Some(fields) = upper.split_once("BODY.PEEK[HEADER.FIELDS (").map(|(_, rest)| rest) {
            let names = fields.split(')').next().unwrap_or_default();
            let head = String::from_utf8_lossy(&mail[..head_end]);
            let wanted = |line: &&str| {
                let name = line.split(':').next().unwrap_or_default().to_ascii_uppercase();
                names.split_whitespace().any(|one| one == name)
            };
            let kept: String = head.lines().filter(wanted).map(|line| format!("{line}\r\n")).collect();
            let kept = format!("{kept}\r\n");
            let section = format!(" BODY[HEADER.FIELDS ({names})] {{{}}}\r\n{kept}", kept.len());
            answer.extend(section.bytes());
        } else if upper.contains("BODY.PEEK[HEADER]") {
            answer.extend(format!(" BODY[HEADER] {{{head_end}}}\r\n").bytes());
            answer.extend(&mail[..head_end]);
        }
        if upper.contains("BODY.PEEK[]") {
            answer.extend(format!(" BODY[] {{{}}}\r\n", mail.len()).bytes());
            answer.extend(mail);
        }
        answer.extend(b")\r\n");
    }
}

/// A contact form filled in by a new customer each time.
fn form_mail(number: u64) -> Vec<u8> {
    let body = format!(
        "ホームページからお問い合わせがありました。\r\n\r\n■お名前：柏木　遥{number}\r\n■電話番号：090-5550-{:04}\r\n\
         ■メールアドレス：haruka.k{number}@mail.example\r\n■ご希望の院：新宿院\r\n■第一希望日時：6月{}日 14時〜16時\r\n\
         ■お問い合わせ内容：\r\n肩から首にかけて張りが強く、予約をお願いしたいです。よろしくお願いいたします。\r\n",
        number % 10_000,
        number % 10 + 19,
    );
    let body = data_encoding::BASE64_MIME.encode(body.as_bytes());
    format!(
        "From: form@jitanbody.example\r\nTo: reservation1@jitanbody.example\r\nSubject: =?utf-8?B?44GK5ZWP44GE5ZCI44KP44Gb?=\r\n\
         Date: Thu, 18 Jun 2026 10:00:00 +0900\r\nMessage-ID: <latency.{number}@jitanbody.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}"
    )
    .into_bytes()
}

/// An authority written to `path`, and a server with a certificate of it for `localhost`.
fn acceptor(path: &Path) -> TlsAcceptor {
    let ca_key = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::new(Vec::<String>::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    std::fs::write(path, ca.self_signed(&ca_key).unwrap().pem()).unwrap();
    let issuer = Issuer::new(ca, ca_key);
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &issuer).unwrap();
    let chain = vec![CertificateDer::from_pem_slice(leaf.pem().as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}
