//! A mailbox by OAuth 2: the daemon waits for a person, the person says yes, and the daemon goes on by itself.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use crate::support::dovecot::Dovecot;
use crate::support::oauth::{CLIENT, CLIENT_SECRET, TokenServer, browse, private};
use crate::support::office::{Daemon, Office};
use crate::support::smtp_sink::Sink;

/// An office whose mailbox signs in by tokens of this server; nobody has said yes.
fn office(tokens: &TokenServer, smtp: u16) -> (tempfile::TempDir, Office) {
    tokens.speak_for("reservation1");
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let dovecot = Dovecot::start_for(&["reservation1"], &tokens.for_dovecot(folder.path()));
    let office = Office::with(dovecot, smtp, "");
    private(&office.dir.path().join("secrets"), "client", CLIENT_SECRET);
    office.edit(
        "password = { file = \"secrets/imap\" }\n",
        &format!(
            "oauth = {{ provider = \"other\", client_id = \"{CLIENT}\", client_secret = {{ file = \"secrets/client\" }}, \
             scopes = [\"mail\"], token_url = \"{}\", authorize_url = \"{}\" }}\n",
            tokens.url("token"),
            tokens.url("authorize")
        ),
    );
    (folder, office)
}

/// A person runs `authorize` and says yes in a browser; what the program printed.
async fn say_yes(office: &Office, tokens: &TokenServer) -> String {
    let mut child = office
        .command(&["authorize", "reservation1", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut printed = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    printed.read_line(&mut line).unwrap();
    let step: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(step["event"], "open");
    let back = tokens.consent(&step["url"].as_str().unwrap().parse().unwrap());
    assert!(browse(back.as_str()).await.contains("has been granted access"));
    printed.read_line(&mut line).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    line + &String::from_utf8(output.stderr).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_daemon_waits_for_a_yes_and_goes_on_by_itself() {
    let (tokens, sink) = (TokenServer::start().await, Sink::plain().await);
    let (_folder, office) = office(&tokens, sink.addr.port());
    let once = office.run(&["run", "--once"]);
    assert_eq!(once.status.code(), Some(5), "{once:?}");
    let mut daemon = Daemon::spawn(office.command(&["run"]));
    daemon.wait_for("access was never granted; run: madoguchi authorize reservation1");
    let printed = say_yes(&office, &tokens).await;
    daemon.wait_for("ready.");

    let kept = office.dir.path().join("state/oauth/mailbox-reservation1.json");
    assert_eq!(std::fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(std::fs::read_to_string(&kept).unwrap().contains("refresh-"), "kept, and only there");
    let check = office.run(&["check"]);
    assert!(check.status.success(), "{check:?}");
    let shown = printed + &daemon.stop() + &String::from_utf8(check.stdout).unwrap();
    for secret in ["refresh-", "access-", CLIENT_SECRET] {
        assert!(!shown.contains(secret), "{secret} was shown:\n{shown}");
    }

    tokens.withdraw();
    let once = office.run(&["run", "--once"]);
    assert_eq!(once.status.code(), Some(5), "{once:?}");
    let said = String::from_utf8(once.stderr).unwrap();
    assert!(
        said.contains("the grant is no longer good (invalid_grant); run: madoguchi authorize reservation1"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_before_the_first_start_is_good_for_mailbox_and_sending_server() {
    let (tokens, sink) = (TokenServer::start().await, Sink::plain().await);
    let (_folder, office) = office(&tokens, sink.addr.port());
    // Faults in the rules are not what this is about.
    office.edit("rules = \"", "rules = \"/nowhere");
    say_yes(&office, &tokens).await;
    office.edit("rules = \"/nowhere", "rules = \"");
    let once = office.run(&["run", "--once"]);
    assert!(once.status.success(), "{once:?}");
    // The sink offers no token's mechanism: that is what is said, so the mailbox's tokens were at hand.
    office.edit("# The address customers see and answer. Required.", "account = \"reservation1\"");
    let check = office.run(&["check"]);
    let said = String::from_utf8(check.stdout).unwrap();
    assert!(said.contains("the server offers neither XOAUTH2 nor OAUTHBEARER"), "{said}");
    assert!(said.contains("ok      mailbox reservation1"), "{said}");
    for (arguments, code) in [
        (&["authorize", "reservation2"][..], 2),
        (&["authorize"][..], 2),
        (&["authorize", "reservation1", "--device"][..], 3),
    ] {
        let output = office.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{output:?}");
    }
}
