//! The long-running daemon: READY, watchdog, reload, stop, and commands while it runs.

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use crate::support::office::{Daemon, Office};
use crate::support::smtp_sink::{Act, At};
use crate::support::story::{HANAKO, SATO, Story, holds, instant, to};

const WISH: &str = "8月29日の14時に新宿院を予約したいのですが、空いていますか。";

/// What stands in for systemd: it hears the daemon's messages.
struct Manager {
    socket: UnixDatagram,
    path: std::path::PathBuf,
}

impl Manager {
    fn listen(office: &Office) -> Self {
        let path = office.dir.path().join("notify.sock");
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        Self { socket, path }
    }

    /// Starts the daemon under this manager, with a watchdog of 400 ms.
    fn start(&self, office: &Office) -> Daemon {
        let mut command = office.command(&["run", "--at", &instant("27 10:00")]);
        command.env("NOTIFY_SOCKET", &self.path).env("WATCHDOG_USEC", "400000");
        Daemon::spawn(command)
    }

    /// Messages until one holds this text, that one included.
    fn until(&self, text: &str) -> Vec<String> {
        let mut heard = Vec::new();
        loop {
            let mut buffer = [0; 4096];
            let size = self.socket.recv(&mut buffer).unwrap_or_else(|_| panic!("no {text} in {heard:?}"));
            let message = String::from_utf8_lossy(&buffer[..size]).into_owned();
            heard.push(message.clone());
            if message.contains(text) {
                return heard;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ready_comes_after_the_first_look_or_a_clear_no_and_the_watchdog_is_fed() {
    let story = Story::open().await;
    let manager = Manager::listen(&story.office);
    let secret = story.office.dir.path().join("secrets/imap");
    fs::write(&secret, "wrong").unwrap();
    let mut blind = manager.start(&story.office);
    blind.wait_for("stays closed to us");
    // The service is up: one closed mailbox must not keep it from all others. The status line says what is wrong.
    let heard = manager.until("READY=1").concat();
    assert!(heard.contains("STATUS=watching 1 mailbox; 1 in trouble: reservation1"), "{heard}");
    manager.until("WATCHDOG=1");
    let status = story.office.run(&["status"]);
    assert_eq!(status.status.code(), Some(1));
    holds(&String::from_utf8_lossy(&status.stdout), &["running", "user name or password"]);
    blind.stop();

    fs::write(&secret, "pass-reservation1").unwrap();
    manager.until("STOPPING=1");
    let daemon = manager.start(&story.office);
    manager.until("READY=1");
    manager.until("WATCHDOG=1");
    holds(
        &story.says(&["status"]),
        &["daemon    running", "mailbox   reservation1 (JITANBODY整体院): watching, looked "],
    );
    daemon.stop();
    manager.until("STOPPING=1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_mail_wakes_the_daemon_and_commands_reach_it() {
    let story = Story::open().await;
    let mut daemon = story.office.start(&["--at", &instant("27 10:00")]);
    story.hanako_asks(WISH);
    story.sink.wait_for(2).await;
    daemon.wait_for_all(&["effect=\"ask\" number", "effect=\"ask\" number", "effect=\"mark\" number"]);
    assert_eq!(story.state(), "asked");
    let over_socket = story.says(&["cases", "--json"]);
    let second = story.office.run(&["run"]);
    assert_eq!(second.status.code(), Some(7), "{}", String::from_utf8_lossy(&second.stderr));
    daemon.stop();
    assert_eq!(story.says(&["cases", "--json"]), over_socket, "the same answer from the store");
    assert_eq!(story.office.run(&["status"]).status.code(), Some(1), "no daemon");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_takes_good_files_and_keeps_the_old_ones_otherwise() {
    let story = Story::open().await;
    let mut daemon = story.office.start(&["--at", &instant("27 10:00")]);
    let hangup = nix::sys::signal::Signal::SIGHUP;

    story.office.edit("[approval]\n", "[approval]\nno_such_key = 1\n");
    daemon.signal(hangup);
    daemon.wait_for("Kept the old config");
    holds(&daemon.log, &["no_such_key", "config.toml:"]);

    story.office.edit("no_such_key = 1\n", "");
    story.office.edit(
        "apology = \"お待たせして申し訳ございません。\"",
        "apology = \"長らくお待たせし申し訳ございません。\"",
    );
    daemon.signal(hangup);
    daemon.wait_for("Reloaded config");
    story.hanako_asks(WISH);
    story.sink.wait_for(2).await;
    holds(&to(&story.posted(), SATO).text, &["長らくお待たせし申し訳ございません。"]);
    daemon.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_waits_for_the_mail_in_the_air() {
    let story = Story::open().await;
    story.hanako_asks(WISH);
    let asked = story.at("27 10:05");
    let mut daemon = story.office.start(&["--at", &instant("27 10:10")]);
    story.sink.play(At::Dot, Act::DeliverSlowly);
    story.answer(to(&asked, SATO), SATO, "OK");
    story.sink.wait_for(3).await;
    daemon.signal(nix::sys::signal::Signal::SIGTERM);
    daemon.wait_for("Told to stop");
    story.sink.release();
    let log = daemon.ended();
    holds(&log, &["Tried to send a customer's mail", "sent (250)"]);
    story.at("27 10:20");
    assert_eq!((story.state().as_str(), story.mails_to(HANAKO)), ("awaiting_reply", 1));
}
