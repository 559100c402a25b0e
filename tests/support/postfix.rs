//! A private Postfix for tests: own configuration, queue and port in a temporary folder, everything delivered to
//! Maildirs there. It needs Debian's `postfix` package and root (Postfix drops its rights itself).

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "shared by test binaries; each uses another part of it"
)]
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop at once")]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

const MASTER: &str = "/usr/lib/postfix/sbin/master";

/// What the instance should be like.
#[derive(Debug, Clone)]
pub struct Setup<'a> {
    /// Addresses with a mailbox; their domains are ours, `user+anything@` reaches `user@`. Others are refused.
    pub users: &'a [&'a str],
    /// Where the Maildirs go (`<root>/<local part>/`), for a Dovecot beside it; `None`: in the instance's folder.
    pub mail_root: Option<&'a Path>,
    /// Who owns the Maildirs; `None`: nobody.
    pub owner: Option<(u32, u32)>,
    /// Lines for `main.cf`.
    pub extra: &'a str,
}

/// The running instance; it stops when this is dropped.
#[derive(Debug)]
pub struct Postfix {
    /// SMTP on 127.0.0.1, without TLS and AUTH.
    pub port: u16,
    mail_root: PathBuf,
    folder: tempfile::TempDir,
    master: Child,
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // The master ends its own children when it is asked to end.
        let pid = nix::unistd::Pid::from_raw(i32::try_from(self.master.id()).unwrap());
        let _ = nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM);
        let _ = self.master.wait();
    }
}

impl Postfix {
    /// Starts an instance for these addresses.
    ///
    /// # Errors
    /// A plain sentence: not installed, not root, or what Postfix says.
    pub fn start(users: &[&str]) -> Result<Self, String> {
        Self::start_with(&Setup { users, mail_root: None, owner: None, extra: "" })
    }

    /// Starts an instance.
    ///
    /// # Errors
    /// A plain sentence: not installed, not root, or what Postfix says.
    pub fn start_with(setup: &Setup<'_>) -> Result<Self, String> {
        if !Path::new(MASTER).exists() {
            return Err("Postfix is not installed (Debian: apt-get install postfix)".to_owned());
        }
        if !nix::unistd::geteuid().is_root() {
            return Err("Postfix can only be started by root".to_owned());
        }
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path();
        open(home);
        let (uid, gid) = setup.owner.unwrap_or((65_534, 65_534));
        let mail_root = setup.mail_root.map_or_else(|| home.join("mail"), Path::to_owned);
        for made in [home.join("queue"), home.join("data"), mail_root.clone()] {
            fs::create_dir_all(&made).unwrap();
            open(&made);
        }
        chown(&mail_root, Some(uid), Some(gid)).unwrap();
        let postfix = nix::unistd::User::from_name("postfix").unwrap().ok_or("there is no user postfix")?;
        chown(home.join("data"), Some(postfix.uid.as_raw()), None).unwrap();

        let port = free_port();
        fs::write(home.join("main.cf"), main_cf(home, &mail_root, setup, uid, gid)).unwrap();
        fs::write(home.join("master.cf"), master_cf(port)).unwrap();
        let mut mailboxes = String::new();
        for user in setup.users {
            writeln!(mailboxes, "{user} {}/", local(user)).unwrap();
        }
        fs::write(home.join("mailboxes"), mailboxes).unwrap();

        let check = Command::new("postfix").arg("-c").arg(home).arg("check").output().unwrap();
        if !check.status.success() {
            return Err(format!("postfix check: {}", String::from_utf8_lossy(&check.stderr)));
        }
        let master = Command::new(MASTER)
            .arg("-c")
            .arg(home)
            .arg("-d")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|error| format!("postfix master: {error}"))?;
        let mut running = Self { port, mail_root, folder, master };
        running.await_port()?;
        Ok(running)
    }

    /// The Maildir of a user of ours; it appears with the first mail.
    pub fn maildir(&self, user: &str) -> PathBuf {
        self.mail_root.join(local(user))
    }

    /// The mails delivered to a user so far.
    pub fn mails(&self, user: &str) -> Vec<Vec<u8>> {
        self.files(user).iter().map(|(_, file)| fs::read(file).unwrap()).collect()
    }

    /// Waits until a user has `count` mails. Delivery is Postfix's own affair and announces itself nowhere, so
    /// this looks again and again.
    ///
    /// # Errors
    /// After a minute, with the log.
    pub fn wait_for(&self, user: &str, count: usize) -> Result<Vec<Vec<u8>>, String> {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let mails = self.mails(user);
            if mails.len() >= count {
                return Ok(mails);
            }
            if Instant::now() > end {
                return Err(format!("{} of {count} mails came; {}", mails.len(), self.log()));
            }
            // Delivery announces itself nowhere.
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until nothing is on its way any more: every mail is delivered or sent back. The queue announces itself
    /// nowhere, so this looks again and again.
    ///
    /// # Errors
    /// After a minute, with the log.
    pub fn settle(&self) -> Result<(), String> {
        let queue = self.folder.path().join("queue");
        // In the order in which mails go. A mail that is sent back begins anew while the first is still there: what was
        // empty twice is empty.
        let is_empty =
            || ["maildrop", "incoming", "active", "deferred"].iter().all(|part| no_file(&queue.join(part)));
        let end = Instant::now() + Duration::from_secs(60);
        while !(is_empty() && is_empty()) {
            if Instant::now() > end {
                return Err(format!("the queue does not become empty; {}", self.log()));
            }
            // The queue announces itself nowhere.
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Everything that was delivered so far: to whom, and the mail; in the order of delivery.
    pub fn all(&self, users: &[&str]) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<(SystemTime, PathBuf, &str)> = Vec::new();
        for user in users {
            files.extend(self.files(user).into_iter().map(|(at, file)| (at, file, *user)));
        }
        files.sort();
        files.iter().map(|(_, file, user)| ((*user).to_owned(), fs::read(file).unwrap())).collect()
    }

    /// The files of a user's mails with the instants of their delivery, in that order: names tell seconds and inodes only.
    fn files(&self, user: &str) -> Vec<(SystemTime, PathBuf)> {
        let mut files: Vec<(SystemTime, PathBuf)> = ["new", "cur"]
            .iter()
            .filter_map(|part| fs::read_dir(self.maildir(user).join(part)).ok())
            .flat_map(|entries| entries.map(|entry| entry.unwrap().path()))
            .map(|file| (fs::metadata(&file).unwrap().modified().unwrap(), file))
            .collect();
        files.sort();
        files
    }

    /// What Postfix wrote.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("postfix.log")).unwrap_or_default()
    }

    fn await_port(&mut self) -> Result<(), String> {
        let end = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if Instant::now() > end || self.master.try_wait().unwrap().is_some() {
                return Err(format!("Postfix does not listen; {}", self.log()));
            }
            // Postfix tells nobody when its port is open.
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

/// Somebody sends a mail, with the plainest SMTP there is.
pub fn send(port: u16, from: &str, to: &str, mail: &str) {
    let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", port)).unwrap());
    let body = format!("{}\r\n.", mail.replace('\n', "\r\n"));
    let (mail_from, rcpt_to) = (format!("MAIL FROM:<{from}> BODY=8BITMIME"), format!("RCPT TO:<{to}>"));
    for (say, expected) in [
        ("", "220"),
        ("EHLO client.test", "250"),
        (&mail_from, "250"),
        (&rcpt_to, "250"),
        ("DATA", "354"),
        (&body, "250"),
    ] {
        if !say.is_empty() {
            stream.get_mut().write_all(format!("{say}\r\n").as_bytes()).unwrap();
        }
        let mut line = String::new();
        while line.as_bytes().get(3).is_none_or(|mark| *mark == b'-') {
            line.clear();
            stream.read_line(&mut line).unwrap();
        }
        assert!(line.starts_with(expected), "{say}: {line}");
    }
}

/// Whether a part of the queue holds no mail; some parts have folders of one letter.
fn no_file(part: &Path) -> bool {
    let entries = fs::read_dir(part).into_iter().flatten();
    // What goes away meanwhile is no mail any more.
    entries.filter_map(Result::ok).all(|entry| entry.path().is_dir() && no_file(&entry.path()))
}

fn open(folder: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
}

fn local(user: &str) -> &str {
    user.split('@').next().unwrap_or(user)
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn main_cf(home: &Path, mail_root: &Path, setup: &Setup<'_>, uid: u32, gid: u32) -> String {
    let home = home.display();
    let mut domains: Vec<&str> = setup.users.iter().filter_map(|user| user.split('@').nth(1)).collect();
    domains.sort_unstable();
    domains.dedup();
    format!(
        "compatibility_level = 3.6\n\
         queue_directory = {home}/queue\n\
         data_directory = {home}/data\n\
         maillog_file = {home}/postfix.log\n\
         maillog_file_prefixes = {home}\n\
         mail_owner = postfix\n\
         setgid_group = postdrop\n\
         myhostname = mx.madoguchi.test\n\
         mydestination =\n\
         mynetworks = 127.0.0.0/8\n\
         inet_interfaces = 127.0.0.1\n\
         inet_protocols = ipv4\n\
         alias_maps =\n\
         alias_database =\n\
         recipient_delimiter = +\n\
         smtpd_relay_restrictions = reject_unauth_destination\n\
         default_transport = error:no mail leaves this machine\n\
         virtual_mailbox_domains = {}\n\
         virtual_mailbox_base = {}\n\
         virtual_mailbox_maps = texthash:{home}/mailboxes\n\
         virtual_minimum_uid = 1\n\
         virtual_uid_maps = static:{uid}\n\
         virtual_gid_maps = static:{gid}\n\
         {}\n",
        domains.join(" "),
        mail_root.display(),
        setup.extra
    )
}

fn master_cf(port: u16) -> String {
    format!(
        "127.0.0.1:{port} inet n - n - - smtpd\n\
         cleanup unix n - n - 0 cleanup\n\
         qmgr unix n - n 300 1 qmgr\n\
         rewrite unix - - n - - trivial-rewrite\n\
         bounce unix - - n - 0 bounce\n\
         defer unix - - n - 0 bounce\n\
         trace unix - - n - 0 bounce\n\
         proxymap unix - - n - - proxymap\n\
         error unix - - n - - error\n\
         retry unix - - n - - error\n\
         virtual unix - n n - - virtual\n\
         anvil unix - - n - 1 anvil\n\
         postlog unix-dgram n - n - 1 postlogd\n"
    )
}
