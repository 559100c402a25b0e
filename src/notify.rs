//! What the service manager is told: ready, reloading, stopping, a status line, and that we are alive.
//!
//! The protocol is sd_notify(3): one datagram of `NAME=value` lines to the socket in `$NOTIFY_SOCKET`. Without that
//! variable (a terminal, a container) every call does nothing. A message that cannot be sent is logged and
//! forgotten: work never waits for the service manager.
//!
//! The status line is shown to everyone by `systemctl status`: counts and states only, never a customer's words.

use std::env;
use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use sd_notify::NotifyState;
use tracing::warn;

/// The way to the service manager, or to nobody.
#[derive(Debug, Clone)]
pub struct Notify {
    socket: Option<OsString>,
    interval: Option<Duration>,
}

impl Notify {
    /// As the service manager set it up: `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
    pub fn from_env() -> Self {
        Self::new(
            env::var_os("NOTIFY_SOCKET"),
            env::var("WATCHDOG_USEC").ok().as_deref(),
            env::var("WATCHDOG_PID").ok().as_deref(),
        )
    }

    /// With the three variables given. `socket` is an absolute path, or `@` and an abstract name (Linux).
    pub fn new(socket: Option<OsString>, watchdog_usec: Option<&str>, watchdog_pid: Option<&str>) -> Self {
        let socket = socket.filter(|socket| !socket.is_empty());
        let interval = socket.as_ref().and_then(|_| interval(watchdog_usec, watchdog_pid));
        Self { socket, interval }
    }

    /// Nobody listens: for tests and one-shot commands.
    pub fn silent() -> Self {
        Self { socket: None, interval: None }
    }

    /// How often [`Notify::alive`] must be called: half of what the service manager allows, so that one late turn
    /// is forgiven. `None`: no watchdog.
    pub fn interval(&self) -> Option<Duration> {
        self.interval
    }

    /// The store is open and the work begins.
    pub fn ready(&self, status: &str) {
        self.send(&[NotifyState::Ready, NotifyState::Status(&one_line(status))]);
    }

    /// Config, rules and templates are being read again. [`Notify::ready`] must follow, also when they were refused.
    pub fn reloading(&self) {
        // systemd 253 and later end a reload that does not say when it began (Type=notify-reload); 252 ignores it.
        match NotifyState::monotonic_usec_now() {
            Ok(now) => self.send(&[NotifyState::Reloading, now]),
            Err(_) => self.send(&[NotifyState::Reloading]),
        }
    }

    /// No new work is begun; what was begun is brought to its end.
    pub fn stopping(&self, status: &str) {
        self.send(&[NotifyState::Stopping, NotifyState::Status(&one_line(status))]);
    }

    /// One line for `systemctl status`.
    pub fn status(&self, status: &str) {
        self.send(&[NotifyState::Status(&one_line(status))]);
    }

    /// The main loop came round. To be called from there and nowhere else: a timer of its own would report life
    /// after the work has hung.
    pub fn alive(&self) {
        if self.interval.is_some() {
            self.send(&[NotifyState::Watchdog]);
        }
    }

    fn send(&self, states: &[NotifyState<'_>]) {
        let Some(socket) = &self.socket else { return };
        let message: String = states.iter().map(|state| format!("{state}\n")).collect();
        if let Err(error) = address(socket).and_then(|to| deliver(&to, message.as_bytes())) {
            warn!(%error, "Could not reach the service manager.");
        }
    }
}

fn deliver(to: &SocketAddr, message: &[u8]) -> io::Result<()> {
    let socket = UnixDatagram::unbound()?;
    // A service manager that is stuck must not make us stuck too.
    socket.set_nonblocking(true)?;
    socket.send_to_addr(message, to).map(|_| ())
}

fn address(socket: &OsString) -> io::Result<SocketAddr> {
    #[cfg(target_os = "linux")]
    if let Some(name) = socket.as_bytes().strip_prefix(b"@") {
        use std::os::linux::net::SocketAddrExt;
        return SocketAddr::from_abstract_name(name);
    }
    SocketAddr::from_pathname(socket)
}

/// A line break in a status would begin another message.
fn one_line(status: &str) -> String {
    status.replace(['\r', '\n'], " ")
}

fn interval(usec: Option<&str>, pid: Option<&str>) -> Option<Duration> {
    // A child that inherited the variables is not the watched process.
    if pid.is_some_and(|pid| pid.trim().parse() != Ok(std::process::id())) {
        return None;
    }
    let usec: u64 = usec?.trim().parse().ok()?;
    (usec > 0).then(|| Duration::from_micros(usec) / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A service manager that only listens.
    struct Manager {
        socket: UnixDatagram,
        folder: tempfile::TempDir,
    }

    impl Manager {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let socket = UnixDatagram::bind(folder.path().join("notify")).unwrap();
            socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            Self { socket, folder }
        }

        fn notify(&self, usec: Option<&str>) -> Notify {
            Notify::new(Some(self.folder.path().join("notify").into_os_string()), usec, None)
        }

        fn heard(&self) -> String {
            let mut buffer = [0; 1024];
            let length = self.socket.recv(&mut buffer).unwrap();
            String::from_utf8(buffer[..length].to_vec()).unwrap()
        }
    }

    #[test]
    fn every_word_is_one_datagram() {
        let manager = Manager::new();
        let notify = manager.notify(Some("30000000"));
        notify.ready("3 mailboxes");
        assert_eq!(manager.heard(), "READY=1\nSTATUS=3 mailboxes\n");
        notify.status("one\nREADY=1");
        assert_eq!(manager.heard(), "STATUS=one READY=1\n");
        notify.alive();
        assert_eq!(manager.heard(), "WATCHDOG=1\n");
        notify.stopping("1 mail under way");
        assert_eq!(manager.heard(), "STOPPING=1\nSTATUS=1 mail under way\n");
    }

    #[test]
    fn reloading_says_when_it_began() {
        let manager = Manager::new();
        manager.notify(None).reloading();
        let heard = manager.heard();
        let since = heard.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").unwrap();
        assert!(since.trim_end().parse::<u64>().unwrap() > 0, "{heard}");
    }

    #[test]
    fn abstract_names_work() {
        use std::os::linux::net::SocketAddrExt;
        let name = format!("madoguchi-notify-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let socket = UnixDatagram::bind_addr(&address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        Notify::new(Some(format!("@{name}").into()), None, None).status("here");
        let mut buffer = [0; 64];
        let length = socket.recv(&mut buffer).unwrap();
        assert_eq!(&buffer[..length], b"STATUS=here\n");
    }

    #[test]
    fn nobody_listening_is_no_trouble() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("gone").into_os_string();
        for socket in [None, Some(OsString::new()), Some(gone), Some("relative\0nonsense".into())] {
            let notify = Notify::new(socket, Some("1000000"), None);
            notify.ready("x");
            notify.reloading();
            notify.alive();
            notify.stopping("x");
        }
        Notify::silent().ready("x");
    }

    #[test]
    fn a_watchdog_is_ours_only_with_our_id() {
        let own = std::process::id().to_string();
        for (usec, pid, expected) in [
            (None, None, None),
            (Some("30000000"), None, Some(15_000)),
            (Some("30000000"), Some(own.as_str()), Some(15_000)),
            (Some("30000000"), Some("1"), None),
            (Some("30000000"), Some("x"), None),
            (Some("0"), None, None),
            (Some("-1"), None, None),
            (Some("soon"), None, None),
        ] {
            let notify = Notify::new(Some("/run/notify".into()), usec, pid);
            assert_eq!(notify.interval(), expected.map(Duration::from_millis), "{usec:?} {pid:?}");
        }
        assert_eq!(Notify::new(None, Some("30000000"), None).interval(), None);
    }
}
