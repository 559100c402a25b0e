//! A private Cyrus IMAP 3.6 on loopback, for one test: its own directory, ports, certificates and users.
//!
//! Debian lets Cyrus and Dovecot not be installed side by side, so the program is unpacked into a folder of its own by
//! `scripts/test` and run from there. Started as root it works as `nobody`. Mail comes in by LMTP, as in life. Every
//! byte after sign-in is in the server's telemetry, so that tests can read what was said.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::fs::chown;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use madoguchi::credentials::Credentials;
use madoguchi::imap::{Account, Patience, Security};
use madoguchi::secret::Secret;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Pid, Uid, User};

use super::server::{MailServer, free_port, greets, open_up, write_certificates};

/// Folders of the spool's configuration directory that the programs expect.
const FOLDERS: [&str; 8] = ["db", "socket", "log", "proc", "user", "quota", "msg", "backup"];

/// A running server.
pub struct Cyrus {
    dir: tempfile::TempDir,
    child: Child,
    /// Port for plain text and STARTTLS.
    pub port: u16,
    /// Port for TLS.
    pub tls_port: u16,
    users: Vec<String>,
}

/// Where `scripts/test` unpacked the program.
fn program() -> PathBuf {
    let home = std::env::var("HOME").unwrap_or_default();
    let cache = std::env::var("XDG_CACHE_HOME").unwrap_or(format!("{home}/.cache"));
    let own = std::env::var("MADOGUCHI_CYRUS").unwrap_or_default();
    let places = [own, "/var/cache/madoguchi/cyrus".into(), format!("{cache}/madoguchi/cyrus"), "/".into()];
    let found = places.iter().map(PathBuf::from).find(|place| place.join("usr/lib/cyrus/bin/imapd").exists());
    found.expect(
        "there is no Cyrus; `scripts/test` unpacks it into /var/cache/madoguchi or ~/.cache/madoguchi",
    )
}

/// A program of Cyrus with its libraries.
fn command(root: &Path, program: &str) -> Command {
    let mut command = Command::new(root.join(program));
    let libraries = ["usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "usr/lib"];
    let libraries = libraries.map(|folder| root.join(folder).display().to_string()).join(":");
    command
        .env("LD_LIBRARY_PATH", libraries)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

impl Cyrus {
    fn try_start(names: &[&str]) -> Option<Self> {
        let root = program();
        // Cyrus waits for the disk several times a mail; what lies in memory has none to wait for.
        let memory = Some(Path::new("/dev/shm")).filter(|path| path.is_dir());
        let temporary = memory.map_or_else(std::env::temp_dir, Path::to_path_buf);
        let dir = tempfile::Builder::new().prefix("madoguchi-cyrus-").tempdir_in(temporary).unwrap();
        open_up(dir.path());
        let owner = if Uid::effective().is_root() {
            User::from_name("nobody").unwrap().expect("the system has a user `nobody`")
        } else {
            User::from_uid(Uid::effective()).unwrap().expect("the user of this process has a name")
        };
        write_certificates(dir.path());
        for folder in FOLDERS.map(|name| format!("conf/{name}")).iter().map(String::as_str).chain(["spool"]) {
            fs::create_dir_all(dir.path().join(folder)).unwrap();
        }
        // Telemetry is kept for users who have a folder.
        for name in names {
            fs::create_dir(dir.path().join("conf/log").join(name)).unwrap();
        }
        let (port, tls_port) = (free_port(), free_port());
        fs::write(dir.path().join("imapd.conf"), configuration(dir.path(), &owner.name)).unwrap();
        fs::write(dir.path().join("cyrus.conf"), services(&root, dir.path(), port, tls_port)).unwrap();
        for name in names {
            add_user(&root, dir.path(), name);
        }
        give(dir.path(), owner.uid.as_raw(), owner.gid.as_raw());
        let child = command(&root, "usr/lib/cyrus/bin/master")
            .args(["-D", "-C"])
            .arg(dir.path().join("imapd.conf"))
            .arg("-M")
            .arg(dir.path().join("cyrus.conf"))
            .arg("-p")
            .arg(dir.path().join("pid"))
            .process_group(0)
            .spawn()
            .expect("cannot run Cyrus' `master`");
        let users = names.iter().map(|name| (*name).to_owned()).collect();
        let mut server = Self { dir, child, port, tls_port, users };
        server.is_ready().then_some(server)
    }

    /// Waits until every service answers; false when the process ended instead.
    fn is_ready(&mut self) -> bool {
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until {
            if self.child.try_wait().unwrap().is_some() {
                return false;
            }
            let lmtp = UnixStream::connect(self.lmtp()).is_ok();
            if lmtp && greets(self.port) && TcpStream::connect(("127.0.0.1", self.tls_port)).is_ok() {
                // The first sign-in makes a user's folders; LMTP needs them.
                self.users.iter().for_each(|user| self.sign_in_once(user));
                return true;
            }
            // Cyrus tells nobody when its ports are open.
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }

    fn sign_in_once(&self, user: &str) {
        let stream = BufReader::new(TcpStream::connect(("127.0.0.1", self.port)).unwrap());
        let commands = format!("a LOGIN {user} pass-{user}\r\nb LOGOUT\r\n");
        stream.get_ref().write_all(commands.as_bytes()).unwrap();
        let said: Vec<String> = stream.lines().map(Result::unwrap).collect();
        assert!(said.iter().any(|line| line.starts_with("b OK")), "{said:?}");
    }

    fn lmtp(&self) -> PathBuf {
        self.dir.path().join("conf/socket/lmtp")
    }

    /// The server's folder.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }
}

impl MailServer for Cyrus {
    const NAME: &'static str = "cyrus";

    fn start_for(users: &[&str]) -> Self {
        // Somebody else may take a port between choosing it and the bind: then choose again.
        (0..5)
            .find_map(|_| Self::try_start(users))
            .expect("Cyrus starts; run its `master` by hand to see why not")
    }

    fn port(&self) -> u16 {
        self.port
    }

    fn account(&self, user: &str, security: Security) -> Account {
        Account {
            host: "localhost".into(),
            port: if security == Security::Tls { self.tls_port } else { self.port },
            security,
            ca_file: (security != Security::Plain).then(|| self.dir.path().join("ca.pem")),
            user: user.into(),
            credentials: Credentials::fixed(Secret::new(format!("pass-{user}"))),
            patience: Patience::default(),
        }
    }

    fn deliver(&self, user: &str, mail: &[u8]) {
        self.deliver_all(user, &[mail.to_vec()]);
    }

    /// By LMTP (RFC 2033). A `Return-Path` at the top becomes the envelope's sender, and Cyrus writes it anew.
    fn deliver_all(&self, user: &str, mails: &[Vec<u8>]) {
        let mut stream = BufReader::new(UnixStream::connect(self.lmtp()).unwrap());
        let mut say = |bytes: &[u8], code: &str| {
            stream.get_mut().write_all(bytes).unwrap();
            let mut line = String::new();
            while line.as_bytes().get(3) != Some(&b' ') {
                line.clear();
                assert!(stream.read_line(&mut line).unwrap() > 0, "LMTP hung up");
            }
            assert!(line.starts_with(code), "LMTP: {line}");
        };
        say(b"", "220");
        say(b"LHLO test\r\n", "250");
        for mail in mails {
            let (sender, data) = envelope(mail);
            say(format!("MAIL FROM:{sender}\r\n").as_bytes(), "250");
            say(format!("RCPT TO:<{user}>\r\n").as_bytes(), "250");
            say(b"DATA\r\n", "354");
            say(&data, "250");
        }
    }

    fn said(&self) -> String {
        let mut said = String::new();
        for user in &self.users {
            let folder = self.dir.path().join("conf/log").join(user);
            for entry in fs::read_dir(folder).unwrap() {
                let text = fs::read(entry.unwrap().path()).unwrap();
                client_side(&String::from_utf8_lossy(&text), &mut said);
            }
        }
        said.to_ascii_uppercase()
    }

    fn log(&self) -> String {
        "Cyrus logs to syslog; its telemetry is in conf/log of its folder".into()
    }
}

/// The sender of a mail, and its bytes as they travel after DATA.
fn envelope(mail: &[u8]) -> (String, Vec<u8>) {
    let text = String::from_utf8_lossy(mail);
    let first = text.lines().next().unwrap_or_default();
    let (sender, skip) = match first.strip_prefix("Return-Path: ") {
        Some(path) => (path.to_owned(), first.len() + 2),
        None => ("<>".to_owned(), 0),
    };
    let mut data = Vec::with_capacity(mail.len() + 8);
    for line in mail[skip..].split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            data.push(b'.');
        }
        data.extend_from_slice(line);
    }
    if !data.ends_with(b"\r\n") {
        data.extend_from_slice(b"\r\n");
    }
    data.extend_from_slice(b".\r\n");
    (sender, data)
}

/// Of a telemetry file only what the client said: `<1699999999<` begins its bytes, `>1699999999>` the server's.
fn client_side(telemetry: &str, into: &mut String) {
    let mut ours = false;
    for line in telemetry.split_inclusive('\n') {
        let stamp = |mark: char| {
            let (time, rest) = line.strip_prefix(mark)?.split_once(mark)?;
            (!time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit())).then_some(rest)
        };
        let text = match (stamp('<'), stamp('>')) {
            (Some(rest), _) => {
                ours = true;
                rest
            }
            (None, Some(_)) => {
                ours = false;
                continue;
            }
            (None, None) => line,
        };
        if ours {
            into.push_str(text);
        }
    }
}

impl Drop for Cyrus {
    fn drop(&mut self) {
        // The whole group at once: nothing of it is kept.
        let group = Pid::from_raw(i32::try_from(self.child.id()).unwrap());
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            let _gone = killpg(group, Signal::SIGKILL);
        }
        let _status = self.child.wait();
    }
}

fn add_user(root: &Path, dir: &Path, name: &str) {
    let mut child = command(root, "usr/sbin/saslpasswd2")
        .args(["-p", "-c", "-u", REALM, "-f"])
        .arg(dir.join("sasldb2"))
        .arg(name)
        .stdin(Stdio::piped())
        .spawn()
        .expect("cannot run `saslpasswd2`");
    child.stdin.take().unwrap().write_all(format!("pass-{name}").as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "saslpasswd2 refuses {name}");
}

fn give(path: &Path, uid: u32, gid: u32) {
    chown(path, Some(uid), Some(gid)).unwrap();
    if path.is_dir() {
        fs::read_dir(path).unwrap().for_each(|entry| give(&entry.unwrap().path(), uid, gid));
    }
}

const REALM: &str = "madoguchi.example";

fn configuration(dir: &Path, owner: &str) -> String {
    let dir = dir.display();
    format!(
        "configdirectory: {dir}/conf
partition-default: {dir}/spool
defaultpartition: default
cyrus_user: {owner}
servername: {REALM}
admins: nobody-is
allowplaintext: yes
unixhierarchysep: yes
altnamespace: yes
virtdomains: off
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {dir}/sasldb2
autocreate_quota: 0
autocreate_post: yes
autocreate_inbox_folders: Archive|Drafts|Sent
xlist-archive: Archive
xlist-drafts: Drafts
xlist-sent: Sent
lmtpsocket: {dir}/conf/socket/lmtp
idlesocket: {dir}/conf/socket/idle
duplicatesuppression: no
tls_server_cert: {dir}/cert.pem
tls_server_key: {dir}/key.pem
conversations: no
"
    )
}

fn services(root: &Path, dir: &Path, port: u16, tls_port: u16) -> String {
    let bin = root.join("usr/lib/cyrus/bin");
    let (bin, dir) = (bin.display(), dir.display());
    let conf = format!("-C {dir}/imapd.conf");
    let mut text = String::new();
    write!(
        text,
        "START {{
  recover cmd=\"{bin}/ctl_cyrusdb {conf} -r\"
  idled cmd=\"{bin}/idled {conf}\"
}}
SERVICES {{
  imap cmd=\"{bin}/imapd {conf}\" listen=\"127.0.0.1:{port}\" prefork=0
  imaps cmd=\"{bin}/imapd -s {conf}\" listen=\"127.0.0.1:{tls_port}\" prefork=0
  lmtpunix cmd=\"{bin}/lmtpd -a {conf}\" listen=\"{dir}/conf/socket/lmtp\" prefork=0
}}
EVENTS {{
}}
"
    )
    .unwrap();
    text
}
