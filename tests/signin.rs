//! Signing in, from the outside: by password and by token, on IMAP and SMTP, on a real Dovecot and on scripts.
//!
//! Where tokens come from stands in `tests/oauth.rs`. Every scripted server has one script a connection: a second
//! attempt that should not be made fails the test, and so does one that is missing.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a missing row fails the test")]

mod support;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64;
use madoguchi::credentials::{Credentials, Password};
use madoguchi::imap::command::Command;
use madoguchi::imap::folders::FolderNames;
use madoguchi::imap::mailbox::Mailbox;
use madoguchi::imap::session::{IdleEnd, Session};
use madoguchi::imap::{Account, ImapError, MarkNames, Security};
use madoguchi::oauth::{Grant, Mechanism, Pace, Plan, Provider, TokenError, TokenSource};
use madoguchi::secret::{Secret, SecretSource};
use madoguchi::smtp::{self, Login, Outcome, Server, Smtp, Stage, Timeouts};
use support::dialogue::{Dialogue, opened};
use support::dovecot::Dovecot;
use support::gmail::{Gmail, Options};
use support::oauth::{TokenServer, private};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Everything as in the daemon, except that a token may be thrown away as soon as it is refused.
const EAGER: Pace = Pace {
    within: Duration::from_secs(20),
    attempts: 1,
    first_pause: Duration::from_millis(1),
    longest_pause: Duration::from_secs(1),
    after_refusal: Duration::from_secs(600),
    youngest: Duration::ZERO,
    longest_session: Duration::from_secs(50 * 60),
};

fn tokens(plan: Plan, pace: Pace) -> Credentials {
    Credentials::Token(TokenSource::new(plan, pace))
}

fn encoded(message: &str) -> String {
    BASE64.encode(message.replace('^', "\u{1}").as_bytes())
}

fn xoauth2(token: &str) -> String {
    encoded(&format!("user=desk^auth=Bearer {token}^^"))
}

fn hello(capabilities: &str) -> String {
    format!("S: * OK ready\nC: CAPABILITY\nS: * CAPABILITY IMAP4rev1 {capabilities}\nS: $ OK\n")
}

/// After the sign-in: capabilities and folders.
const IN: &str = "C: CAPABILITY
S: * CAPABILITY IMAP4rev1 IDLE
S: $ OK
";
const FOLDERS: &str = "C: LIST
S: * LIST (\\Archive) \"/\" Archive
S: * LIST (\\Drafts) \"/\" Drafts
S: * LIST (\\Sent) \"/\" Sent
S: $ OK done
";

fn mailbox(account: Account) -> Mailbox {
    Mailbox::new(account, FolderNames::default(), MarkNames::default())
}

#[tokio::test]
async fn a_token_is_handed_over_as_the_server_offers_it() {
    let bearer = |port: u16| encoded(&format!("n,a=desk,^host=127.0.0.1^port={port}^auth=Bearer access-1^^"));
    let x = xoauth2("access-1");
    let unauthorized =
        "eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZ29vZ2xlLmNvbS8ifQ==";
    let refused =
        |status: &str| ImapError::TokenRefused { code: "AUTHENTICATIONFAILED".into(), status: status.into() };
    let trouble = ImapError::No { verb: "AUTHENTICATE", code: "UNAVAILABLE".into() };
    let none = "the server offers neither XOAUTH2 nor OAUTHBEARER on this connection";
    for (provider, capabilities, said, expected) in [
        (
            Provider::Google,
            "SASL-IR AUTH=PLAIN AUTH=XOAUTH2",
            format!("C: AUTHENTICATE XOAUTH2 {x}\nS: $ OK\n{IN}"),
            None,
        ),
        (
            Provider::Google,
            "AUTH=XOAUTH2 AUTH=OAUTHBEARER",
            format!("C: AUTHENTICATE XOAUTH2\nS: + \nE: {x}\nS: $ OK\n{IN}"),
            None,
        ),
        // Some servers leave the blank out.
        (
            Provider::Microsoft,
            "AUTH=XOAUTH2",
            format!("C: AUTHENTICATE XOAUTH2\nS: +\nE: {x}\nS: $ OK\n{IN}"),
            None,
        ),
        (
            Provider::Other,
            "SASL-IR AUTH=XOAUTH2 AUTH=OAUTHBEARER",
            format!("C: AUTHENTICATE OAUTHBEARER {{bearer}}\nS: $ OK\n{IN}"),
            None,
        ),
        (
            Provider::Other,
            "AUTH=XOAUTH2",
            format!("C: AUTHENTICATE XOAUTH2\nS: + \nE: {x}\nS: $ OK\n{IN}"),
            None,
        ),
        // The error challenge is answered, so that the refusal comes; its status is read, the rest is not.
        (
            Provider::Google,
            "SASL-IR AUTH=XOAUTH2",
            format!(
                "C: AUTHENTICATE XOAUTH2\nS: + {unauthorized}\nE: \nS: $ NO [AUTHENTICATIONFAILED] HUSH desk\n"
            ),
            Some(refused("400")),
        ),
        (
            Provider::Other,
            "SASL-IR AUTH=OAUTHBEARER",
            format!(
                "C: AUTHENTICATE OAUTHBEARER\nS: + {}\nE: AQ==\nS: $ NO [AUTHENTICATIONFAILED] HUSH\n",
                encoded(r#"{"status":"invalid_token"}"#)
            ),
            Some(refused("invalid_token")),
        ),
        (
            Provider::Google,
            "SASL-IR AUTH=XOAUTH2",
            "C: AUTHENTICATE XOAUTH2\nS: $ NO [AUTHENTICATIONFAILED] HUSH\n".into(),
            Some(refused("")),
        ),
        (
            Provider::Google,
            "SASL-IR AUTH=XOAUTH2",
            "C: AUTHENTICATE XOAUTH2\nS: * BYE [AUTHENTICATIONFAILED] HUSH\n".into(),
            Some(refused("")),
        ),
        (
            Provider::Google,
            "SASL-IR AUTH=XOAUTH2",
            "C: AUTHENTICATE XOAUTH2\nS: $ NO [UNAVAILABLE] HUSH\n".into(),
            Some(trouble),
        ),
        (Provider::Google, "AUTH=PLAIN", "W:\n".into(), Some(ImapError::Config(none.into()))),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let server = TokenServer::start().await;
        let plan = Plan { provider, ..server.seeded(folder.path()) };
        // The port stands in the message, so the script is made once it is known.
        let script = hello(capabilities) + &said;
        let dialogue = Dialogue::start_with(|port| vec![script.replace("{bearer}", &bearer(port))]).await;
        let credentials = tokens(plan, Pace::default());
        let account = Account { credentials, ..dialogue.account(Security::Plain) };
        let outcome = Session::connect(&account).await.map(drop);
        assert_eq!(outcome.err(), expected, "{capabilities}");
        dialogue.finish().await;
    }
}

#[tokio::test]
async fn a_password_goes_by_login_or_plain() {
    let plain = |password: &str| BASE64.encode(format!("\0desk\0{password}").as_bytes());
    let (ascii, japanese) = (plain("pass"), plain("窓口"));
    for (password, capabilities, said, good) in [
        ("pass", "AUTH=PLAIN SASL-IR", format!("C: LOGIN \"desk\" \"pass\"\nS: $ OK\n{IN}"), true),
        (
            "pass",
            "LOGINDISABLED AUTH=PLAIN SASL-IR",
            format!("C: AUTHENTICATE PLAIN {ascii}\nS: $ OK\n{IN}"),
            true,
        ),
        (
            "pass",
            "LOGINDISABLED AUTH=PLAIN",
            format!("C: AUTHENTICATE PLAIN\nS: + \nE: {ascii}\nS: $ OK\n{IN}"),
            true,
        ),
        ("窓口", "AUTH=PLAIN SASL-IR", format!("C: AUTHENTICATE PLAIN {japanese}\nS: $ OK\n{IN}"), true),
        // Where PLAIN is missing, LOGIN is tried with what it can carry.
        ("窓口", "LITERAL+", format!("C: LOGIN \"desk\" {{6+}}\nE: 窓口\nS: $ OK\n{IN}"), true),
        ("pass", "LOGINDISABLED AUTH=PLAIN SASL-IR", "C: AUTHENTICATE PLAIN\nS: $ NO HUSH\n".into(), false),
        // A challenge after PLAIN's one message: the exchange is cancelled.
        (
            "pass",
            "LOGINDISABLED AUTH=PLAIN SASL-IR",
            "C: AUTHENTICATE PLAIN\nS: + more\nE: *\nS: $ NO HUSH\n".into(),
            false,
        ),
    ] {
        let dialogue = Dialogue::start([hello(capabilities) + &said]).await;
        let credentials = Credentials::fixed(Secret::new(password.into()));
        let account = Account { credentials, ..dialogue.account(Security::Plain) };
        let outcome = Session::connect(&account).await.map(drop);
        let expected = if good { Ok(()) } else { Err(ImapError::SignIn { code: String::new() }) };
        assert_eq!(outcome, expected, "{capabilities}");
        dialogue.finish().await;
    }
}

#[tokio::test]
async fn what_was_refused_and_has_changed_is_tried_once_more() {
    let folder = tempfile::tempdir().unwrap();
    let SecretSource::File(path) = private(folder.path(), "password", "old") else { panic!("a file") };
    let password = Password::fetch(SecretSource::File(path)).unwrap();
    let refused = |password: &str| {
        hello("") + &format!("C: LOGIN \"desk\" \"{password}\"\nS: $ NO [AUTHENTICATIONFAILED] HUSH\n")
    };
    let taken = |password: &str| hello("") + &format!("C: LOGIN \"desk\" \"{password}\"\nS: $ OK\n{IN}");
    let unchanged = [refused("old")];
    let changed = [refused("old"), taken("new"), taken("new")];
    for (scripts, outcomes) in [(unchanged.to_vec(), vec![false]), (changed.to_vec(), vec![true, true])] {
        let dialogue = Dialogue::start(scripts).await;
        let credentials = Credentials::Password(password.clone());
        let account = Account { credentials, ..dialogue.account(Security::Plain) };
        for good in outcomes {
            let outcome = Session::connect(&account).await.map(drop);
            assert_eq!(outcome.is_ok(), good, "{outcome:?}");
        }
        dialogue.finish().await;
        private(folder.path(), "password", "new");
    }

    let server = TokenServer::start().await;
    let script = |token: &str, outcome: &str| {
        hello("SASL-IR AUTH=XOAUTH2")
            + &format!("C: AUTHENTICATE XOAUTH2 {}\nS: $ {outcome}\n", xoauth2(token))
    };
    let no = "NO [AUTHENTICATIONFAILED] HUSH";
    let dialogue = Dialogue::start([script("access-1", no), script("access-2", "OK") + IN]).await;
    let credentials = tokens(server.seeded(folder.path()), EAGER);
    let account = Account { credentials, ..dialogue.account(Security::Plain) };
    Session::connect(&account).await.unwrap();
    dialogue.finish().await;

    // One that was fetched a moment ago is no worse than the next: a person is told, and nobody storms.
    let dialogue = Dialogue::start([script("access-3", no)]).await;
    let credentials = tokens(server.seeded(folder.path()), Pace::default());
    let account = Account { credentials, ..dialogue.account(Security::Plain) };
    let error = Session::connect(&account).await.map(drop).unwrap_err();
    assert!(matches!(error, ImapError::TokenRefused { .. }) && !error.is_transient(), "{error}");
    dialogue.finish().await;
}

fn by_token(token: &str, rest: &str) -> String {
    hello("SASL-IR AUTH=XOAUTH2")
        + &format!("C: AUTHENTICATE XOAUTH2 {}\nS: $ OK\n{IN}{FOLDERS}{rest}", xoauth2(token))
}

#[tokio::test]
async fn a_token_that_ends_in_idle_rings_and_the_next_look_has_a_fresh_one() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    let open = opened("EXAMINE", "INBOX", 7, 2);
    let over = open.clone() + "C: IDLE\nS: + idling\nS: * BYE [EXPIRED] HUSH\n";
    let dialogue =
        Dialogue::start([by_token("access-1", &over), by_token("access-2", "C: NOOP\nS: $ OK\n")]).await;
    let credentials = tokens(server.seeded(folder.path()), EAGER);
    let mut mailbox = mailbox(Account { credentials, ..dialogue.account(Security::Plain) });
    let end = mailbox.idle("INBOX", Duration::from_secs(600), std::future::pending()).await;
    assert_eq!(end, Ok(IdleEnd::Rung));
    mailbox.session().await.unwrap().noop().await.unwrap();
    drop(mailbox);
    dialogue.finish().await;
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_refusal_because_the_token_ended_is_no_answer_to_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    let over = "C: UID STORE\nS: $ NO [AUTHENTICATIONFAILED] HUSH\n";
    let dialogue =
        Dialogue::start([by_token("access-1", over), by_token("access-2", "C: NOOP\nS: $ OK\n")]).await;
    let credentials = tokens(server.seeded(folder.path()), EAGER);
    let mut mailbox = mailbox(Account { credentials, ..dialogue.account(Security::Plain) });
    let session = mailbox.session().await.unwrap();
    let error = session.exec(&Command::new("UID STORE").raw("1 +FLAGS.SILENT ($Done)")).await.unwrap_err();
    assert!(error.is_transient() && !error.leaves_connection(), "{error}");
    mailbox.session().await.unwrap().noop().await.unwrap();
    drop(mailbox);
    dialogue.finish().await;
}

#[tokio::test]
async fn a_connection_is_made_anew_before_its_hour_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    let first = by_token("access-1", "C: NOOP\nS: $ OK\nC: LOGOUT\nS: * BYE\nS: $ OK\n");
    let dialogue = Dialogue::start([first, by_token("access-2", "C: NOOP\nS: $ OK\n")]).await;
    let credentials = tokens(server.seeded(folder.path()), Pace::default());
    let mut mailbox = mailbox(Account { credentials, ..dialogue.account(Security::Plain) });
    for minutes in [47, 4, 0] {
        if minutes != 4 {
            mailbox.session().await.unwrap().noop().await.unwrap();
        }
        // The clock moves while nothing is under way.
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(minutes * 60)).await;
        tokio::time::resume();
    }
    drop(mailbox);
    dialogue.finish().await;
}

/// A folder that Dovecot's processes may enter.
fn open_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

#[tokio::test]
async fn dovecot_takes_tokens_by_both_mechanisms() {
    let folder = open_folder();
    let server = TokenServer::start().await;
    let dovecot = Dovecot::start_with(&server.for_dovecot(folder.path()));
    for mechanism in [Mechanism::Xoauth2, Mechanism::Oauthbearer] {
        for security in [Security::Tls, Security::StartTls, Security::Plain] {
            let plan = Plan { mechanism: Some(mechanism), ..server.seeded(folder.path()) };
            let source = TokenSource::new(plan.clone(), EAGER);
            let account = Account {
                credentials: Credentials::Token(source.clone()),
                ..support::server::MailServer::account(&dovecot, "desk", security)
            };
            let mut one = mailbox(account.clone());
            one.session()
                .await
                .unwrap_or_else(|error| panic!("{mechanism:?} {security:?}: {error}\n{}", dovecot.log()));
            // The password was changed, or somebody signed the account out everywhere.
            server.expire_all();
            let mut two = mailbox(account.clone());
            two.session().await.unwrap_or_else(|error| panic!("{mechanism:?} {security:?}: {error}"));
            // Another's token opens nothing.
            let other = Account { user: "other".into(), ..account };
            let error = Session::connect(&other).await.map(drop).unwrap_err();
            assert!(matches!(error, ImapError::TokenRefused { .. }), "{mechanism:?} {security:?}: {error}");
        }
    }
}

#[tokio::test]
async fn idle_on_dovecot_ends_in_time_for_a_fresh_token() {
    let folder = open_folder();
    let server = TokenServer::start().await;
    server.lives(2);
    let dovecot = Dovecot::start_with(&server.for_dovecot(folder.path()));
    let account = Account {
        credentials: tokens(server.seeded(folder.path()), EAGER),
        ..support::server::MailServer::account(&dovecot, "desk", Security::Tls)
    };
    let mut mailbox = mailbox(account);
    mailbox.session().await.unwrap();
    let end = mailbox.idle("INBOX", Duration::from_secs(600), std::future::pending()).await;
    assert_eq!(end, Ok(IdleEnd::Elapsed), "before the ten minutes");
    server.expire_all();
    mailbox.session().await.unwrap().noop().await.unwrap();
    assert_eq!(server.asked().len(), 2, "one fresh token, and nobody was refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn google_ends_a_session_and_the_next_has_a_fresh_token() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    let gmail = Gmail::start(Options::default());
    gmail.allow_token("desk", "access-1");
    let plan = Plan { provider: Provider::Google, ..server.seeded(folder.path()) };
    let credentials = tokens(plan, EAGER);
    let mut mailbox = mailbox(Account { credentials, ..gmail.account("desk", Security::Tls) });
    mailbox.session().await.unwrap();
    let ending = tokio::task::spawn_blocking(move || {
        gmail.wait_for_idle("desk", 1);
        gmail.expire_tokens("desk");
        gmail.allow_token("desk", "access-2");
        gmail
    });
    let end = mailbox.idle("INBOX", Duration::from_secs(600), std::future::pending()).await;
    assert_eq!(end, Ok(IdleEnd::Rung));
    let gmail = ending.await.unwrap();
    // The old token is tried, refused with a challenge, and replaced.
    mailbox.session().await.unwrap().noop().await.unwrap();
    assert_eq!(server.asked().len(), 2);
    assert!(!gmail.commands().iter().any(|line| line.contains("access-")), "no secret in a log");
}

/// A mail server's end of a TLS connection that goes wrong.
async fn imap_error(answer: impl Fn(Vec<u8>) -> Vec<u8> + Send + 'static) -> ImapError {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut heard = vec![0; 4096];
        let length = stream.read(&mut heard).await.unwrap();
        heard.truncate(length);
        stream.write_all(&answer(heard)).await.unwrap();
        // Until the client goes: it has nothing more to say to us.
        let _rest = stream.read_to_end(&mut Vec::new()).await;
    });
    let folder = tempfile::tempdir().unwrap();
    let (ca, _) = certificate("localhost", false);
    std::fs::write(folder.path().join("ca.pem"), ca).unwrap();
    let error = Session::connect(&account(port, &folder.path().join("ca.pem"))).await.map(drop).unwrap_err();
    server.await.unwrap();
    error
}

fn account(port: u16, ca: &Path) -> Account {
    Account {
        host: "localhost".into(),
        port,
        security: Security::Tls,
        ca_file: Some(ca.to_owned()),
        user: "desk".into(),
        credentials: Credentials::fixed(Secret::new("pass".into())),
        patience: Default::default(),
    }
}

/// An authority, and a server configuration with a certificate for `name`.
fn certificate(name: &str, expired: bool) -> (String, Arc<rustls::ServerConfig>) {
    let ca_key = rcgen::KeyPair::generate().unwrap();
    let mut ca = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
    ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let pem = ca.self_signed(&ca_key).unwrap().pem();
    let issuer = rcgen::Issuer::new(ca, ca_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let mut leaf = rcgen::CertificateParams::new([name.to_owned()]).unwrap();
    if expired {
        leaf.not_before = rcgen::date_time_ymd(2020, 1, 1);
        leaf.not_after = rcgen::date_time_ymd(2021, 1, 1);
    }
    let leaf = leaf.signed_by(&key, &issuer).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![leaf.der().clone()],
            rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    (pem, Arc::new(config))
}

#[tokio::test]
async fn a_server_that_is_not_who_it_should_be_gets_no_password() {
    for (name, expired, stranger, expected) in [
        ("localhost", false, false, None),
        ("mail.example.com", false, false, Some("certificate not valid for name")),
        ("localhost", true, false, Some("certificate expired")),
        ("localhost", false, true, Some("BadSignature")),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let ca = folder.path().join("ca.pem");
        let (pem, config) = certificate(name, expired);
        std::fs::write(&ca, if stranger { certificate(name, false).0 } else { pem }).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (tcp, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = tokio_rustls::TlsAcceptor::from(config).accept(tcp).await else {
                return Vec::new();
            };
            stream.write_all(b"* BYE HUSH\r\n").await.unwrap();
            let mut heard = Vec::new();
            let _broken = stream.read_to_end(&mut heard).await;
            heard
        });
        let error = Session::connect(&account(port, &ca)).await.map(drop).unwrap_err();
        match expected {
            None => assert!(matches!(error, ImapError::Bye { .. }), "{error}"),
            Some(expected) => {
                assert!(
                    matches!(&error, ImapError::Tls(why) if why.contains(expected)),
                    "{expected}: {error}"
                );
            }
        }
        assert!(server.await.unwrap().is_empty(), "{name}: nothing was said");
    }
}

#[tokio::test]
async fn an_old_protocol_is_refused() {
    // A server that knows TLS 1.1 at most, and says so.
    let alert = imap_error(|_| vec![0x15, 3, 2, 0, 2, 2, 70]).await;
    assert!(matches!(&alert, ImapError::Tls(why) if why.contains("ProtocolVersion")), "{alert}");
    // One that goes on with TLS 1.1 whatever it was offered, by a cipher of that time.
    let hello = imap_error(|_| {
        let mut hello = vec![2, 0, 0, 38, 3, 2];
        hello.extend([7; 32]);
        hello.extend([0, 0, 0x2f, 0]);
        let mut record = vec![0x16, 3, 2, 0, 42];
        record.extend(hello);
        record
    })
    .await;
    assert!(matches!(&hello, ImapError::Tls(_)), "{hello}");
    // A server in plain text on a port for TLS.
    let plain = imap_error(|_| b"* OK ready\r\n".to_vec()).await;
    assert!(matches!(&plain, ImapError::Tls(_)), "{plain}");
    // What we offer begins at TLS 1.2: the record of our own hello says no less.
    let offered = imap_error(|heard| {
        let versions = heard.windows(2).filter(|pair| *pair == [0, 43]).count();
        assert!(versions > 0, "supported_versions is sent");
        assert!(!heard.windows(2).any(|pair| pair == [3, 2]), "TLS 1.1 is not offered");
        vec![0x15, 3, 3, 0, 2, 2, 40]
    })
    .await;
    assert!(matches!(&offered, ImapError::Tls(_)), "{offered}");
}

fn sending(dialogue: &Dialogue, credentials: Credentials) -> Smtp {
    let account = dialogue.account(Security::Plain);
    Smtp::new(Server {
        host: account.host,
        port: account.port,
        security: smtp::Security::Plain,
        ca_file: None,
        login: Some(Login { user: "desk".into(), credentials }),
        hello: Some("localhost".into()),
        timeouts: Timeouts::default(),
    })
    .unwrap()
}

fn ehlo(mechanisms: &str) -> String {
    format!("L: EHLO localhost\nS: 250-mail\nS: 250-AUTH {mechanisms}\nS: 250 8BITMIME\n")
}

#[tokio::test]
async fn submission_takes_tokens_too() {
    let x = xoauth2("access-1");
    let greeting = "S: 220 ready\n";
    let bye = "L: QUIT\nS: 221 bye\n";
    let challenge = encoded(r#"{"status":"400","schemes":"Bearer"}"#);
    let refused =
        Outcome::Refused { stage: Stage::Auth, code: 535, enhanced: Some("5.7.8".into()), permanent: true };
    let none = Outcome::NotSent {
        stage: Stage::Auth,
        why: "the server offers neither XOAUTH2 nor OAUTHBEARER".into(),
    };
    let bearer = |port: u16| encoded(&format!("n,a=desk,^host=127.0.0.1^port={port}^auth=Bearer access-1^^"));
    for (mechanisms, said, expected) in [
        ("PLAIN XOAUTH2", format!("E: AUTH XOAUTH2 {x}\nS: 235 2.7.0 in\n{bye}"), Ok(())),
        ("XOAUTH2 OAUTHBEARER", format!("E: AUTH OAUTHBEARER {{bearer}}\nS: 235 in\n{bye}"), Ok(())),
        (
            "XOAUTH2",
            format!("L: AUTH XOAUTH2\nS: 334 {challenge}\nE: \nS: 535 5.7.8 HUSH\n{bye}"),
            Err(refused.clone()),
        ),
        (
            "OAUTHBEARER",
            format!("L: AUTH OAUTHBEARER\nS: 334 {challenge}\nE: AQ==\nS: 535 5.7.8 HUSH\n{bye}"),
            Err(refused),
        ),
        ("PLAIN LOGIN", "W:\n".to_owned(), Err(none)),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let server = TokenServer::start().await;
        let script = format!("{greeting}{0}{0}{said}", ehlo(mechanisms));
        let dialogue = Dialogue::start_with(|port| vec![script.replace("{bearer}", &bearer(port))]).await;
        let smtp = sending(&dialogue, tokens(server.seeded(folder.path()), Pace::default()));
        assert_eq!(smtp.probe().await, expected, "{mechanisms}");
        dialogue.finish().await;
    }
}

#[tokio::test]
async fn a_long_token_waits_for_its_turn_and_a_refused_one_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    let long = "x".repeat(1500);
    let answer = format!(r#"{{"access_token":"{long}","token_type":"Bearer","expires_in":3600}}"#);
    server.act(support::oauth::Act::Say(200, answer));
    let turn = format!(
        "S: 220 ready\n{0}{0}E: AUTH XOAUTH2\nS: 334 \nE: {1}\nS: 535 5.7.8 HUSH\nL: QUIT\nS: 221 bye\n",
        ehlo("XOAUTH2"),
        xoauth2(&long)
    );
    let again = format!(
        "S: 220 ready\n{0}{0}E: AUTH XOAUTH2 {1}\nS: 235 in\nL: QUIT\nS: 221 bye\n",
        ehlo("XOAUTH2"),
        xoauth2("access-1")
    );
    let dialogue = Dialogue::start([turn, again]).await;
    let smtp = sending(&dialogue, tokens(server.seeded(folder.path()), EAGER));
    assert_eq!(smtp.probe().await, Ok(()));
    dialogue.finish().await;
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn without_a_token_nobody_is_spoken_to() {
    let folder = tempfile::tempdir().unwrap();
    let server = TokenServer::start().await;
    let plan = server.plan(folder.path());
    assert!(matches!(plan.grant, Grant::Refresh { .. }));
    let dialogue = Dialogue::start([]).await;
    let credentials = tokens(plan, Pace::default());
    let smtp = sending(&dialogue, credentials.clone());
    let said = smtp.probe().await.unwrap_err().to_string();
    assert_eq!(said, "not sent, stopped at auth: access was never granted; run: madoguchi authorize desk");
    let account = Account { credentials, ..dialogue.account(Security::Plain) };
    let error = Session::connect(&account).await.map(drop).unwrap_err();
    assert_eq!(error, ImapError::Token(TokenError::NotGranted { account: "desk".into() }));
    dialogue.finish().await;
}
