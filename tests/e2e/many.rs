//! Many mailboxes, one daemon: each has its own ways, none waits for another, and silence is told.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use nix::sys::signal::Signal;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::Value;
use tokio::io::AsyncReadExt;

use crate::support::dovecot::Dovecot;
use crate::support::office::{Daemon, Office, form};
use crate::support::server::{MailServer, free_port};
use crate::support::smtp_sink::Sink;
use crate::support::story::{SATO, SUZUKI, TANAKA, holds, instant};
use crate::support::strange::{byte_a_second, next_second, strange};

/// A `[[mailbox]]` more, whose password lies in `secrets/<name>`.
fn mailbox(name: &str, port: u16, more: &str) -> String {
    format!(
        "\n[[mailbox]]\nname = \"{name}\"\naddress = \"{name}@jitanbody.example\"\nhost = \"localhost\"\nuser = \"{name}\"\n\
         port = {port}\npassword = {{ file = \"secrets/{name}\" }}\n{more}\n"
    )
}

const PLAIN: &str = "tls = \"none\"";

fn secret(office: &Office, name: &str, password: &str) {
    let path = office.dir.path().join("secrets").join(name);
    fs::write(&path, password).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// A customer's question, told apart by her number.
fn question(number: u32, date: &str) -> String {
    form(
        &format!("m{number}@form.example"),
        date,
        "高橋 美咲",
        &format!("090-1234-{number:04}"),
        &format!("misaki{number}@takahashi.example"),
        "初回の料金はいくらですか。",
    )
}

fn put(office: &Office, user: &str, mail: &str) {
    office.server.deliver(user, mail.replace('\n', "\r\n").as_bytes());
}

/// What `cases --json` says, one object a case.
fn cases(office: &Office) -> Vec<Value> {
    let output = office.run(&["cases", "--all", "--json"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn copy(from: &Path, to: &Path, change: impl Fn(&str) -> String) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
        let text = fs::read_to_string(entry.path()).unwrap();
        fs::write(to.join(entry.file_name()), change(&text)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_mailbox_has_its_own_ways() {
    let sink = Sink::plain().await;
    let server = Dovecot::start_for(&["reservation1", "krakow", "osaka"], "");
    let port = server.port;
    let krakow = format!(
        "{PLAIN}\nagents = [\"鈴木\"]\nrules = \"rules-krakow\"\ntemplates = \"templates-krakow\"\n\
         from = \"krakow@jitanbody.example\"\nreport = {{ shift = \"krakow\", to = [\"krakow-report@jitanbody.example\"] }}\n\
         desk = {{ name = \"Gabinet Kraków\", zone = \"Europe/Warsaw\", phone = \"+48 12 345 67 89\" }}"
    );
    let extra =
        mailbox("krakow", port, &krakow) + &mailbox("osaka", port, &format!("{PLAIN}\nagents = [\"佐藤\"]"));
    let office = Office::with(server, sink.addr.port(), &extra);
    secret(&office, "krakow", "pass-krakow");
    secret(&office, "osaka", "pass-osaka");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy(&root.join("rules"), &office.dir.path().join("rules-krakow"), str::to_owned);
    copy(&root.join("templates"), &office.dir.path().join("templates-krakow"), |text| {
        text.replace("お気軽にお知らせください。", "お気軽にお知らせください(クラクフ)。")
    });

    // Half past midnight in Tokyo is the evening before in Kraków.
    let date = "Thu, 27 Aug 2026 00:30:00 +0900";
    for (n, user) in ["reservation1", "krakow", "osaka"].into_iter().enumerate() {
        put(&office, user, &question(u32::try_from(n).unwrap(), date));
    }
    office.work(&instant("27 10:00"));

    let mut days: Vec<_> = cases(&office)
        .iter()
        .map(|case| (case["mailbox"].as_str().unwrap().to_owned(), case["day"].as_str().unwrap().to_owned()))
        .collect();
    days.sort();
    let day = |name: &str, day: &str| (name.to_owned(), day.to_owned());
    assert_eq!(
        days,
        [day("krakow", "2026-08-26"), day("osaka", "2026-08-27"), day("reservation1", "2026-08-27")]
    );

    let asked = sink.delivered();
    let mails: Vec<(String, String)> = asked
        .iter()
        .map(|mail| (mail.to.join(","), madoguchi::mime::letter(&mail.bytes).unwrap().text))
        .collect();
    let of = |number: u32| {
        let address = format!("misaki{number}@takahashi.example");
        let mut to: Vec<&str> =
            mails.iter().filter(|(_, text)| text.contains(&address)).map(|(to, _)| to.as_str()).collect();
        to.sort_unstable();
        to
    };
    assert_eq!(of(0), [SATO, SUZUKI]);
    assert_eq!(of(1), [SUZUKI]);
    assert_eq!(of(2), [SATO]);
    let text = |number: u32| {
        let address = format!("misaki{number}@takahashi.example");
        mails.iter().find(|(_, text)| text.contains(&address)).map(|(_, text)| text.as_str()).unwrap()
    };
    holds(text(1), &["Gabinet Kraków", "+48 12 345 67 89", "(クラクフ)"]);
    assert!(!text(2).contains("クラクフ") && text(2).contains("JITANBODY整体院"));

    // The draft lies in Drafts of its own mailbox, from its own address.
    let drafts = office.server.sight("krakow", "m1@form.example").unwrap();
    assert!(drafts.marks.iter().any(|mark| mark == "$Asked"), "{drafts:?}");

    // Each shift's report names its own case and is due by its own clock: 22:00 in Kraków is 5 in the morning in Tokyo.
    for (at, to) in
        [("27 22:05", "booking-report@jitanbody.example"), ("28 05:05", "krakow-report@jitanbody.example")]
    {
        let before = sink.delivered().len();
        office.work(&instant(at));
        let reports: Vec<_> =
            sink.delivered().split_off(before).into_iter().filter(|mail| mail.to == [to]).collect();
        assert!(!reports.is_empty(), "no report to {to} at {at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_to_two_of_our_mailboxes_is_one_case() {
    let sink = Sink::plain().await;
    let server = Dovecot::start_for(&["reservation1", "osaka"], "");
    let port = server.port;
    let office = Office::with(
        server,
        sink.addr.port(),
        &mailbox("osaka", port, &format!("{PLAIN}\nagents = [\"佐藤\", \"鈴木\"]")),
    );
    secret(&office, "osaka", "pass-osaka");
    let mail = question(1, "Thu, 27 Aug 2026 09:30:00 +0900");
    put(&office, "reservation1", &mail);
    put(&office, "osaka", &format!("Received: from elsewhere.example by mx.example\n{mail}"));
    for at in ["27 10:00", "27 10:01"] {
        office.work(&instant(at));
    }

    let found = cases(&office);
    assert_eq!(found.len(), 1, "{found:#?}");
    let mut asked: Vec<String> = sink.delivered().into_iter().flat_map(|mail| mail.to).collect();
    asked.sort();
    assert_eq!(asked, [SATO, SUZUKI], "each is asked once");
    let home = found[0]["mailbox"].as_str().unwrap();
    for user in ["reservation1", "osaka"] {
        let seen = office.server.sight(user, "m1@form.example").unwrap();
        let mark = if user == home { "$Asked" } else { "$Handled" };
        assert!(seen.marks.iter().any(|found| found == mark), "{user}: {seen:?}");
    }
}

/// A TLS server whose certificate has expired; writes the authority to trust beside it.
async fn expired(folder: &Path) -> u16 {
    let ca_key = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::new(Vec::<String>::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    fs::write(folder.join("expired-ca.pem"), ca.self_signed(&ca_key).unwrap().pem()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut leaf = CertificateParams::new(["localhost".to_owned()]).unwrap();
    leaf.not_before = date_time_ymd(2019, 1, 1);
    leaf.not_after = date_time_ymd(2020, 1, 1);
    let leaf = leaf.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
    let chain = vec![CertificateDer::from_pem_slice(leaf.pem().as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    strange(move |stream| {
        let acceptor = acceptor.clone();
        async move { drop(acceptor.accept(stream).await) }
    })
    .await
}

/// An office with one healthy mailbox among five that are not.
async fn bad_company(sink: &Sink) -> Office {
    let folder = tempfile::tempdir().unwrap();
    let mute = strange(|mut stream| async move {
        let mut nothing = [0; 64];
        while stream.read(&mut nothing).await.is_ok_and(|read| read > 0) {}
    })
    .await;
    let slow = byte_a_second().await;
    let old = expired(folder.path()).await;
    let server = Dovecot::start_for(&["reservation1", "wrong"], "");
    let port = server.port;
    let ca = format!("tls = \"implicit\"\nca = \"{}/expired-ca.pem\"", folder.path().display());
    let extra = mailbox("mute", mute, PLAIN)
        + &mailbox("slow", slow, PLAIN)
        + &mailbox("refused", free_port(), PLAIN)
        + &mailbox("wrong", port, PLAIN)
        + &mailbox("expired", old, &ca);
    let office = Office::with(server, sink.addr.port(), &extra);
    fs::copy(folder.path().join("expired-ca.pem"), office.dir.path().join("expired-ca.pem")).unwrap();
    office.edit(&format!("{}/", folder.path().display()), "");
    for name in ["mute", "slow", "refused", "wrong", "expired"] {
        secret(&office, name, "not-the-password");
    }
    office
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_server_delays_no_other_and_keeps_nobody_from_ready() {
    let sink = Sink::plain().await;
    let office = bad_company(&sink).await;
    let mut daemon = Daemon::spawn(office.command(&["run", "--at", &instant("27 10:00")]));
    daemon.wait_for("Listening for commands");
    daemon.wait_for_all(&["mailbox=refused", "mailbox=wrong", "mailbox=expired"]);
    put(&office, "reservation1", &question(1, "Thu, 27 Aug 2026 09:30:00 +0900"));
    daemon.wait_for("effect=\"mark\" number");
    assert!(office.sight("m1@form.example").marks.iter().any(|mark| mark == "$Asked"));
    // All that while the mute and the slow one were still being waited for.
    for name in ["mailbox=mute", "mailbox=slow"] {
        assert!(!daemon.log.contains(name), "{}", daemon.log);
    }
    daemon.wait_for("ready.");
    let status = office.run(&["status", "--json"]);
    assert_eq!(status.status.code(), Some(1));
    let status: Value = serde_json::from_slice(&status.stdout).unwrap();
    let of = |name: &str, field: &str| status["mailboxes"][name][field].clone();
    assert_eq!(of("reservation1", "state"), "watching");
    assert!(of("reservation1", "last_new").is_string() && of("reservation1", "looked").is_string());
    for (name, person) in
        [("mute", false), ("slow", false), ("refused", false), ("wrong", true), ("expired", true)]
    {
        assert_eq!(of(name, "state"), "trouble", "{name}");
        assert_eq!(of(name, "needs_person"), person, "{name}");
        assert!(of(name, "next_try").is_string(), "{name}");
    }
    let shown = office.run(&["status"]);
    holds(
        &String::from_utf8_lossy(&shown.stdout),
        &[
            "mailboxes 6: 1 watching, 5 in trouble",
            "mailbox   wrong (JITANBODY整体院): trouble since",
            "needs a person",
        ],
    );
    daemon.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn once_works_all_others_and_names_those_that_failed() {
    let sink = Sink::plain().await;
    let office = bad_company(&sink).await;
    put(&office, "reservation1", &question(1, "Thu, 27 Aug 2026 09:30:00 +0900"));
    let output =
        office.run(&["run", "--once", "--json", "--at", &instant("27 10:00"), "--since", "2026-01-01"]);
    // A wrong password is what a person can mend.
    assert_eq!(output.status.code(), Some(5));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    for (name, why) in [
        ("mute", "in time"),
        ("slow", "in time"),
        ("refused", "the connection is closed"),
        ("wrong", "user name or password"),
        ("expired", "certificate"),
    ] {
        let line = said.lines().find(|line| line.contains(&format!("mailbox {name}:")));
        assert!(line.is_some_and(|line| line.contains(why)), "{name}:\n{said}");
    }
    assert!(!said.lines().any(|line| line.contains("mailbox reservation1:")), "{said}");
    let tally: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(tally["cases"], 1);
    assert!(office.sight("m1@form.example").marks.iter().any(|mark| mark == "$Asked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_adds_changes_and_removes_mailboxes_and_now_is_the_first_start() {
    let sink = Sink::plain().await;
    let server = Dovecot::start_for(&["reservation1", "osaka"], "");
    let port = server.port;
    let office = Office::with(server, sink.addr.port(), "");
    secret(&office, "osaka", "wrong");
    put(&office, "osaka", &question(1, "Thu, 27 Aug 2026 09:30:00 +0900"));
    next_second();
    let mut daemon = office.start(&[]);
    let before = fs::read_to_string(office.config()).unwrap();

    // Added, with a wrong password; mail comes all the same.
    fs::write(office.config(), before.clone() + &mailbox("osaka", port, PLAIN)).unwrap();
    daemon.signal(Signal::SIGHUP);
    daemon.wait_for("stays closed to us");
    put(&office, "osaka", &question(2, "Thu, 27 Aug 2026 09:31:00 +0900"));
    // Mended: what came since the mailbox was added is new, what lay there before is not ours.
    secret(&office, "osaka", "pass-osaka");
    daemon.signal(Signal::SIGHUP);
    daemon.wait_for("Took in new mail");
    put(&office, "osaka", &question(3, "Thu, 27 Aug 2026 09:32:00 +0900"));
    daemon.wait_for("Took in new mail");
    daemon.wait_for("effect=\"mark\" number");
    let numbers = |office: &Office| {
        let mut mails: Vec<String> =
            cases(office).iter().map(|case| case["mailbox"].as_str().unwrap().to_owned()).collect();
        mails.sort();
        mails
    };
    assert_eq!(numbers(&office), ["osaka", "osaka"]);
    let untouched = office.server.sight("osaka", "m1@form.example").unwrap();
    assert!(!untouched.marks.iter().any(|mark| mark.starts_with('$')), "{untouched:?}");

    // Changed: other agents, and the first mailbox is not disturbed by it.
    let log = daemon.log.len();
    fs::write(
        office.config(),
        before.clone() + &mailbox("osaka", port, &format!("{PLAIN}\nagents = [\"佐藤\"]")),
    )
    .unwrap();
    daemon.signal(Signal::SIGHUP);
    daemon.wait_for("Leaving a mailbox. mailbox=osaka");
    daemon.wait_for("Watching a mailbox. mailbox=osaka");
    assert!(!daemon.log[log..].contains("mailbox=reservation1"), "{}", &daemon.log[log..]);
    let already = sink.delivered().len();
    put(&office, "osaka", &question(4, "Thu, 27 Aug 2026 09:33:00 +0900"));
    daemon.wait_for("effect=\"mark\" number");
    let asked: Vec<_> = sink.delivered().split_off(already).into_iter().flat_map(|mail| mail.to).collect();
    assert!(asked.iter().all(|to| to == SATO || to == TANAKA), "{asked:?}");

    // Removed: nobody looks there any more, and the other goes on.
    fs::write(office.config(), &before).unwrap();
    daemon.signal(Signal::SIGHUP);
    daemon.wait_for("Leaving a mailbox. mailbox=osaka");
    put(&office, "osaka", &question(5, "Thu, 27 Aug 2026 09:34:00 +0900"));
    put(&office, "reservation1", &question(6, "Thu, 27 Aug 2026 09:35:00 +0900"));
    daemon.wait_for("effect=\"mark\" number");
    assert_eq!(numbers(&office), ["osaka", "osaka", "osaka", "reservation1"]);
    let status: Value = serde_json::from_slice(&office.run(&["status", "--json"]).stdout).unwrap();
    assert_eq!(status["mailboxes"].as_object().unwrap().keys().collect::<Vec<_>>(), ["reservation1"]);
    daemon.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_told_once_by_mail_and_by_program_and_so_is_its_end() {
    const OPERATOR: &str = "it@jitanbody.example";
    let sink = Sink::plain().await;
    let server = Dovecot::start_for(&["reservation1", "osaka"], "");
    let extra = mailbox("osaka", server.port, PLAIN);
    let office = Office::with(server, sink.addr.port(), &extra);
    let page = office.dir.path().join("page");
    fs::write(&page, "#!/bin/sh\ncat >> \"$1\"\necho >> \"$1\"\n").unwrap();
    fs::set_permissions(&page, fs::Permissions::from_mode(0o700)).unwrap();
    let heard = office.dir.path().join("heard");
    office.edit(
        "#command = [\"/usr/local/bin/page\", \"--urgent\"]",
        &format!("command = [\"{}\", \"{}\"]", page.display(), heard.display()),
    );
    let objects = || -> Vec<Value> {
        let text = fs::read_to_string(&heard).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let mails = || sink.delivered().into_iter().filter(|mail| mail.to == [OPERATOR]).collect::<Vec<_>>();

    // A wrong password is told at once.
    secret(&office, "osaka", "wrong");
    let mut daemon = Daemon::spawn(office.command(&["run"]));
    daemon.wait_for_all(&[
        "A mailbox is silent",
        "Told the operator. route=Mail",
        "Told the operator. route=Command",
    ]);
    daemon.stop();
    let [object] = objects().try_into().unwrap();
    assert_eq!(object["silent"][0]["mailbox"], "osaka");
    assert_eq!(object["silent"][0]["needs_person"], true);
    let [mail] = mails().try_into().unwrap();
    let text = madoguchi::mime::letter(&mail.bytes).unwrap().text;
    holds(&text, &["osaka", "the server refuses user name or password"]);

    // A restart does not repeat it.
    let mut daemon = Daemon::spawn(office.command(&["run"]));
    daemon.wait_for("stays closed to us");
    secret(&office, "osaka", "pass-osaka");
    daemon.signal(Signal::SIGHUP);
    daemon.wait_for_all(&[
        "A mailbox is back",
        "Told the operator. route=Mail",
        "Told the operator. route=Command",
    ]);
    assert!(!daemon.log.contains("A mailbox is silent"), "{}", daemon.log);
    let status: Value = serde_json::from_slice(&office.run(&["status", "--json"]).stdout).unwrap();
    assert_eq!(status["mailboxes"]["osaka"]["trouble"], Value::Null);
    daemon.stop();
    assert_eq!((objects().len(), mails().len()), (2, 2));
    assert_eq!(objects()[1]["back"][0]["mailbox"], "osaka");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_sending_server_does_not_keep_the_program_from_being_told() {
    let server = Dovecot::start_for(&["reservation1"], "");
    let extra = mailbox("osaka", free_port(), &format!("{PLAIN}\npoll = \"1s\"\nsilent_after = \"2s\""));
    let office = Office::with(server, free_port(), &extra);
    secret(&office, "osaka", "pass-osaka");
    office.edit("#command = [\"/usr/local/bin/page\", \"--urgent\"]", "command = [\"/bin/true\"]");
    let mut daemon = Daemon::spawn(office.command(&["run"]));
    daemon.wait_for_all(&[
        "A mailbox is silent",
        "Told the operator. route=Command silent=1",
        "The operator could not be told; trying again. route=Mail",
    ]);
    daemon.stop();
}
