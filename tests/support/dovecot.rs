//! A private Dovecot 2.3 on loopback, for one test: its own directory, ports, certificates and users.
//!
//! Works as root (mail then runs as `nobody`, because Dovecot refuses uid 0) and as an ordinary user. Ends only the
//! process it started. Every client byte after sign-in is logged by the server, so that tests can read what was said.

use std::fmt::Write as _;
use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use madoguchi::credentials::Credentials;
use madoguchi::imap::{Account, Patience, Security};
use madoguchi::secret::Secret;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Gid, Group, Pid, Uid, User};

use super::server::{MailServer, free_port, greets, open_up, write_certificates};

/// Users that exist on every server; the password is `pass-` and the name.
pub const USERS: [&str; 2] = ["desk", "other"];

/// A running server.
pub struct Dovecot {
    dir: tempfile::TempDir,
    child: Child,
    /// Port for plain text and STARTTLS.
    pub port: u16,
    /// Port for TLS.
    pub tls_port: u16,
    owner: (u32, u32),
    delivered: AtomicU32,
}

impl Dovecot {
    /// A server with INBOX, Archive, Drafts and Sent, marked by special use.
    pub fn start() -> Self {
        Self::start_with("")
    }

    /// The same with more lines of configuration, which win over the ordinary ones.
    pub fn start_with(extra: &str) -> Self {
        Self::start_for(&USERS, extra)
    }

    /// The same for other users than [`USERS`].
    pub fn start_for(names: &[&str], extra: &str) -> Self {
        // Somebody else may take a port between choosing it and Dovecot's bind: then choose again.
        for _ in 0..5 {
            if let Some(server) = Self::try_start(names, extra) {
                return server;
            }
        }
        panic!("dovecot did not start; run it by hand with the configuration written by {}", file!());
    }

    fn try_start(names: &[&str], extra: &str) -> Option<Self> {
        let dir = tempfile::Builder::new().prefix("madoguchi-dovecot-").tempdir().unwrap();
        open_up(dir.path());
        let root = Uid::effective().is_root();
        let owner = if root {
            let nobody = User::from_name("nobody").unwrap().expect("the system has a user `nobody`");
            (nobody.uid.as_raw(), nobody.gid.as_raw())
        } else {
            (Uid::effective().as_raw(), Gid::effective().as_raw())
        };
        write_certificates(dir.path());
        for folder in ["home", "rawlog"] {
            fs::create_dir(dir.path().join(folder)).unwrap();
            chown(dir.path().join(folder), Some(owner.0), Some(owner.1)).unwrap();
        }
        let (port, tls_port) = (free_port(), free_port());
        fs::write(dir.path().join("users"), users(names, dir.path(), owner)).unwrap();
        let path = dir.path().join("dovecot.conf");
        fs::write(&path, configuration(dir.path(), port, tls_port, root) + extra + "\n").unwrap();
        let child = Command::new("dovecot")
            .arg("-F")
            .arg("-c")
            .arg(&path)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        let child = match child {
            Ok(child) => child,
            Err(error) => {
                panic!("cannot run `dovecot` ({error}): install it with `apt-get install dovecot-imapd`")
            }
        };
        let mut server = Self { dir, child, port, tls_port, owner, delivered: AtomicU32::new(0) };
        server.is_ready().then_some(server)
    }

    /// Waits until the server greets; false when the process ended instead.
    fn is_ready(&mut self) -> bool {
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until {
            if self.child.try_wait().unwrap().is_some() {
                return false;
            }
            if greets(self.port) && TcpStream::connect(("127.0.0.1", self.tls_port)).is_ok() {
                return true;
            }
            // Dovecot tells nobody when its ports are open.
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }

    /// How to reach a user's mailbox.
    pub fn account(&self, user: &str, security: Security) -> Account {
        Account {
            host: "localhost".into(),
            port: if security == Security::Tls { self.tls_port } else { self.port },
            security,
            ca_file: (security != Security::Plain).then(|| self.ca_file()),
            user: user.into(),
            credentials: Credentials::fixed(Secret::new(format!("pass-{user}"))),
            patience: Patience::default(),
        }
    }

    /// The certificate authority that signed the server's certificate (PEM).
    pub fn ca_file(&self) -> PathBuf {
        self.dir.path().join("ca.pem")
    }

    /// Puts a mail into a user's inbox as a delivery agent would.
    pub fn deliver(&self, user: &str, mail: &[u8]) {
        let maildir = self.maildir(user);
        for folder in ["", "cur", "new", "tmp"] {
            let path = maildir.join(folder);
            if !path.exists() {
                fs::create_dir_all(&path).unwrap();
                chown(&path, Some(self.owner.0), Some(self.owner.1)).unwrap();
            }
        }
        // Maildir names sort by their number, so mails get UIDs in the order of delivery.
        let number = self.delivered.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}.M{number:06}P1.test", 1_700_000_000 + number);
        let tmp = maildir.join("tmp").join(&name);
        fs::write(&tmp, mail).unwrap();
        chown(&tmp, Some(self.owner.0), Some(self.owner.1)).unwrap();
        fs::rename(tmp, maildir.join("new").join(name)).unwrap();
    }

    /// User and group that own the mails.
    pub const fn owner(&self) -> (u32, u32) {
        self.owner
    }

    /// A user's Maildir.
    pub fn maildir(&self, user: &str) -> PathBuf {
        self.dir.path().join("home").join(user).join("Maildir")
    }

    /// The files of a user's inbox, in the order of delivery.
    pub fn files(&self, user: &str) -> Vec<PathBuf> {
        let list = |folder: &&str| fs::read_dir(self.maildir(user).join(folder)).unwrap();
        let mut files: Vec<PathBuf> =
            ["cur", "new"].iter().flat_map(list).map(|entry| entry.unwrap().path()).collect();
        files.sort_by_key(|path| path.file_name().map(ToOwned::to_owned));
        files
    }

    /// Everything that clients said to the server after signing in, in upper case.
    pub fn said(&self) -> String {
        let mut said = String::new();
        let mut paths: Vec<PathBuf> = fs::read_dir(self.dir.path().join("rawlog"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|end| end == "in")) {
            said.push_str(&String::from_utf8_lossy(&fs::read(path).unwrap()).to_ascii_uppercase());
        }
        said
    }

    /// The server's own log, for a failing test.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }
}

impl MailServer for Dovecot {
    const NAME: &'static str = "dovecot";

    fn start_for(users: &[&str]) -> Self {
        Self::start_for(users, "")
    }

    fn port(&self) -> u16 {
        self.port
    }

    fn account(&self, user: &str, security: Security) -> Account {
        self.account(user, security)
    }

    fn deliver(&self, user: &str, mail: &[u8]) {
        self.deliver(user, mail);
    }

    fn said(&self) -> String {
        self.said()
    }

    fn log(&self) -> String {
        self.log()
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // The whole group at once: asked politely, it takes a second, and nothing of it is kept.
        let group = Pid::from_raw(i32::try_from(self.child.id()).unwrap());
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            let _gone = killpg(group, Signal::SIGKILL);
        }
        let _status = self.child.wait();
    }
}

fn users(names: &[&str], dir: &Path, (uid, gid): (u32, u32)) -> String {
    names.iter().fold(String::new(), |mut all, user| {
        writeln!(all, "{user}:{{PLAIN}}pass-{user}:{uid}:{gid}::{}/home/{user}::", dir.display()).unwrap();
        all
    })
}

fn configuration(dir: &Path, port: u16, tls_port: u16, root: bool) -> String {
    let dir = dir.display();
    let who = if root {
        String::new()
    } else {
        let name = User::from_uid(Uid::effective()).unwrap().unwrap().name;
        let group = Group::from_gid(Gid::effective()).unwrap().unwrap().name;
        format!(
            "default_internal_user = {name}\ndefault_login_user = {name}\ndefault_internal_group = {group}\n\
             service anvil {{\n  chroot =\n}}\nservice imap-login {{\n  chroot =\n}}\n"
        )
    };
    format!(
        "base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{dir}/cert.pem
ssl_key = <{dir}/key.pem
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
passdb {{
  driver = passwd-file
  args = {dir}/users
}}
userdb {{
  driver = passwd-file
  args = {dir}/users
}}
auth_failure_delay = 0
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
protocol imap {{
  rawlog_dir = {dir}/rawlog
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Archive {{
    auto = create
    special_use = \\Archive
  }}
  mailbox Drafts {{
    auto = create
    special_use = \\Drafts
  }}
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
{who}"
    )
}
