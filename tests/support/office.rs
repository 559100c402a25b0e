//! A whole office for end-to-end tests: a mailbox server, a sending server, a config, and the real program.
//!
//! Customers' mails are put into the shared mailbox as a delivery agent would; agents answer the requests that
//! really went out, with the token they really carry.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use madoguchi::imap::folders::FolderNames;
use madoguchi::imap::mailbox::Mailbox;
use madoguchi::imap::{MarkNames, Security};

use super::dovecot::Dovecot;
use super::person::{Person, set};
use super::server::{MailServer, Sight};

/// The shared mailbox.
pub const DESK: &str = "reservation1@jitanbody.example";

/// One office, over Dovecot unless told otherwise.
pub struct Office<S = Dovecot> {
    /// Its folder: config, secrets, store, socket.
    pub dir: tempfile::TempDir,
    /// The mailbox server.
    pub server: S,
}

/// The running program.
pub struct Daemon {
    child: Child,
    lines: Receiver<String>,
    /// What it has logged so far.
    pub log: String,
}

impl Office {
    /// An office whose mail leaves through a server on this port. `extra` is added to the config.
    pub fn open(smtp_port: u16, extra: &str) -> Self {
        Self::with(Dovecot::start_for(&["reservation1"], ""), smtp_port, extra)
    }
}

impl<S: MailServer> Office<S> {
    /// The same over a given mailbox server.
    pub fn with(server: S, smtp_port: u16, extra: &str) -> Self {
        let dir = tempfile::Builder::new().prefix("madoguchi-office-").tempdir().unwrap();
        fs::create_dir(dir.path().join("secrets")).unwrap();
        for (name, secret) in
            [("imap", "pass-reservation1"), ("approval", "0123456789abcdef0123456789abcdef0123456789abcdef")]
        {
            let path = dir.path().join("secrets").join(name);
            fs::write(&path, secret).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        let office = Self { dir, server };
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let sample = fs::read_to_string(root.join("config.toml")).unwrap();
        // The documented sample with other ports: what users read is what is tested.
        let config = sample
            .replace("rules = \"rules\"", &format!("rules = \"{}/rules\"", root.display()))
            .replace("templates = \"templates\"", &format!("templates = \"{}/templates\"", root.display()))
            // Stories are told step by step; one of its own waits for an approval to leave.
            .replace("undo = \"60s\"", "undo = \"none\"")
            .replace("port = 143\n", &format!("port = {}\n", office.server.port()))
            .replace("port = 25\n", &format!("port = {smtp_port}\n"));
        fs::write(office.config(), config + extra).unwrap();
        office
    }

    /// The config file.
    pub fn config(&self) -> PathBuf {
        self.dir.path().join("config.toml")
    }

    /// Changes the config.
    pub fn edit(&self, from: &str, to: &str) {
        let text = fs::read_to_string(self.config()).unwrap();
        assert!(text.contains(from), "the config has no {from:?}");
        fs::write(self.config(), text.replace(from, to)).unwrap();
    }

    /// The program with some arguments, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_madoguchi"));
        command.arg("--config").arg(self.config()).args(arguments).stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// `run --once` as if it were `at`; fails the test when it does not end well.
    pub fn work(&self, at: &str) -> String {
        let output = self.run(&["run", "--once", "--at", at, "--since", "2026-01-01"]);
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "run --once at {at} ended with {}:\n{log}", output.status);
        log
    }

    /// Starts the daemon and waits until it has looked at every mailbox.
    pub fn start(&self, arguments: &[&str]) -> Daemon {
        let mut arguments = arguments.to_vec();
        arguments.insert(0, "run");
        let mut daemon = Daemon::spawn(self.command(&arguments));
        daemon.wait_for("ready.");
        daemon
    }

    /// Delivers a mail to the shared mailbox.
    pub fn deliver(&self, mail: &str) {
        self.server.deliver("reservation1", mail.replace('\n', "\r\n").as_bytes());
    }

    /// A second client's view of the mailbox.
    pub fn mailbox(&self) -> Mailbox {
        let account = self.server.account("reservation1", Security::Plain);
        Mailbox::new(account, FolderNames { create: false, ..FolderNames::default() }, MarkNames::default())
    }

    /// Turns one byte in the middle of the journal, as a bad sector would.
    pub fn damage_journal(&self) {
        let mut journals: Vec<PathBuf> = fs::read_dir(self.dir.path().join("state"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.file_name().unwrap().to_string_lossy().contains("journal"))
            .collect();
        journals.sort();
        let path = journals.pop().unwrap();
        let path =
            if path.is_dir() { fs::read_dir(path).unwrap().next().unwrap().unwrap().path() } else { path };
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x20;
        fs::write(path, bytes).unwrap();
    }

    /// Somebody with an ordinary mail program at the shared mailbox.
    pub fn person(&self) -> Person {
        Person::sign_in(self.server.port(), "reservation1")
    }

    /// A person at another mail program changes a flag: `+FLAGS` or `-FLAGS`.
    pub fn flag(&self, folder: &str, id: &str, change: &str, flag: &str) {
        let mut person = self.person();
        let uids = person.find(folder, id);
        assert!(!uids.is_empty(), "{id} is not in {folder}");
        person.says(&format!("UID STORE {} {change} ({flag})", set(&uids)));
    }

    /// A person at another mail program moves a mail.
    pub fn move_to(&self, from: &str, id: &str, to: &str) {
        let mut person = self.person();
        let uids = person.find(from, id);
        assert!(!uids.is_empty(), "{id} is not in {from}");
        person.says(&format!("UID MOVE {} {to}", set(&uids)));
    }

    /// Where a mail is, and its marks.
    #[track_caller]
    pub fn sight(&self, id: &str) -> Sight {
        self.server.sight("reservation1", id).unwrap_or_else(|| panic!("{id} is nowhere"))
    }

    /// A person at another mail program puts a mail into a folder, as a program does that sends or saves a draft.
    pub fn put(&self, folder: &str, flags: &str, mail: &str) {
        let mail = mail.replace("\r\n", "\n").replace('\n', "\r\n");
        self.person().files(folder, flags, mail.as_bytes());
    }

    /// A person at another mail program deletes mails for good.
    pub fn delete(&self, folder: &str, id: &str) {
        self.flag(folder, id, "+FLAGS", "\\Deleted");
        let mut person = self.person();
        person.says(&format!("SELECT {folder}"));
        person.says("EXPUNGE");
    }

    /// The bytes of the only mail of a folder.
    pub async fn only_mail(&self, folder: &str) -> String {
        let mut mailbox = self.mailbox();
        let session = mailbox.session().await.unwrap();
        session.examine(folder).await.unwrap();
        let listed = session.list_range(1, u32::MAX).await.unwrap();
        let fetched = mailbox.fetch(folder, &listed).await.unwrap();
        mailbox.leave().await;
        assert_eq!(fetched.len(), 1, "{folder}");
        let content = fetched.into_values().next().unwrap();
        String::from_utf8(content.bytes().unwrap().to_vec()).unwrap()
    }

    /// Everything that lies on the server, seen by a second client: per folder one mail a line, by Message-ID, with
    /// its flags (`\Recent` aside: it says only who looked first).
    pub async fn shelves(&self) -> String {
        shelves(&mut self.mailbox()).await
    }

    /// The mails of one folder, sorted: Message-ID and flags, divided by blanks.
    pub async fn folder(&self, folder: &str) -> Vec<String> {
        in_folder(&mut self.mailbox(), folder).await
    }
}

/// Everything that lies in a mailbox: see [`Office::shelves`].
pub async fn shelves(mailbox: &mut Mailbox) -> String {
    let mut shelves = String::new();
    for folder in ["INBOX", "Archive", "Drafts", "Sent"] {
        writeln!(shelves, "{folder}").unwrap();
        for line in in_folder(mailbox, folder).await {
            writeln!(shelves, "  {line}").unwrap();
        }
    }
    shelves
}

async fn in_folder(mailbox: &mut Mailbox, folder: &str) -> Vec<String> {
    let session = mailbox.session().await.unwrap();
    session.examine(folder).await.unwrap();
    let listed = session.list_range(1, u32::MAX).await.unwrap();
    let fetched = mailbox.fetch(folder, &listed).await.unwrap();
    mailbox.leave().await;
    let mut mails: Vec<String> = fetched
        .into_iter()
        .map(|(uid, content)| {
            let text = String::from_utf8_lossy(content.bytes().unwrap()).into_owned();
            let id = header(&text, "Message-ID").unwrap_or_default();
            let flags = listed[&uid].flags.iter().filter(|flag| *flag != "\\Recent");
            flags.fold(id, |line, flag| format!("{line} {flag}"))
        })
        .collect();
    mails.sort();
    mails
}

impl Daemon {
    /// Starts a command and collects what it logs.
    pub fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = child.stderr.take().unwrap();
        let (send, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines() {
                let Ok(line) = line else { return };
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines, log: String::new() }
    }

    /// Waits until a line of the log holds this text.
    pub fn wait_for(&mut self, text: &str) {
        loop {
            match self.lines.recv_timeout(Duration::from_secs(60)) {
                Ok(line) => {
                    writeln!(self.log, "{line}").unwrap();
                    if line.contains(text) {
                        return;
                    }
                }
                Err(error) => panic!("the daemon never said {text:?} ({error}):\n{}", self.log),
            }
        }
    }

    /// Waits until each of these was held by a line of its own, in any order.
    pub fn wait_for_all(&mut self, texts: &[&str]) {
        let mut open: Vec<&str> = texts.to_vec();
        while !open.is_empty() {
            match self.lines.recv_timeout(Duration::from_secs(60)) {
                Ok(line) => {
                    writeln!(self.log, "{line}").unwrap();
                    if let Some(at) = open.iter().position(|text| line.contains(text)) {
                        open.remove(at);
                    }
                }
                Err(error) => panic!("the daemon never said {open:?} ({error}):\n{}", self.log),
            }
        }
    }

    /// The process id.
    pub fn pid(&self) -> nix::unistd::Pid {
        nix::unistd::Pid::from_raw(i32::try_from(self.child.id()).unwrap())
    }

    /// Sends a signal.
    pub fn signal(&self, signal: nix::sys::signal::Signal) {
        // A process that is gone already has nothing to hear.
        let _ = nix::sys::signal::kill(self.pid(), signal);
    }

    /// Asks it to stop and waits for it.
    pub fn stop(self) -> String {
        self.signal(nix::sys::signal::Signal::SIGTERM);
        self.ended()
    }

    /// Waits until it has ended well, as it was told to.
    pub fn ended(mut self) -> String {
        let status = self.child.wait().unwrap();
        while let Ok(line) = self.lines.recv_timeout(Duration::from_secs(5)) {
            writeln!(self.log, "{line}").unwrap();
        }
        assert!(status.success(), "the daemon ended with {status}:\n{}", self.log);
        std::mem::take(&mut self.log)
    }

    /// Waits until it has ended by itself.
    pub fn wait(&mut self) -> std::process::ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A file system of a few MiB, while it lives.
pub struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// Mounts one; `None` without the right to do so.
    pub fn mount(mib: u32) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={mib}m"), "madoguchi-test"]).arg(dir.path());
        let mounted = mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        mounted.then(|| Self(dir))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

/// A field of a mail's header, unfolded.
pub fn header(mail: &str, name: &str) -> Option<String> {
    let head = mail.split("\r\n\r\n").next()?.replace("\r\n ", " ").replace("\r\n\t", " ");
    head.lines().find_map(|line| {
        let (field, value) = line.split_once(':')?;
        field.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}

/// The text part of a mail that one of ours wrote, decoded.
pub fn text(mail: &[u8]) -> String {
    madoguchi::mime::letter(mail).unwrap().text
}

/// A contact form's mail.
pub fn form(id: &str, date: &str, name: &str, phone: &str, address: &str, words: &str) -> String {
    format!(
        "Return-Path: <form@jitanbody.example>\nFrom: form@jitanbody.example\nTo: {DESK}\n\
         Subject: =?UTF-8?B?44GK5a6i5qeY44GL44KJ44GK5ZWP44GE5ZCI44KP44Gb44GM44GC44KK44G+44GX44Gf?=\n\
         Date: {date}\nMessage-ID: <{id}>\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n\
         氏名：{name}\n電話番号：{phone}\nメールアドレス：{address}\n内容：{words}\n"
    )
}

/// An answer to a request that went out, written on 8/27 at 11:00 in a mail program that quotes.
pub fn answer_from(request: &[u8], from: &str, words: &str) -> String {
    let asked = header(&String::from_utf8_lossy(request), "Message-ID").unwrap();
    let id = format!("{}.{}@answers.example", from.replace('@', "."), sum(&[&asked, words]));
    answer_as(&id, request, from, words)
}

/// The same under a given Message-ID.
pub fn answer_as(id: &str, request: &[u8], from: &str, words: &str) -> String {
    let raw = String::from_utf8_lossy(request).into_owned();
    let asked = header(&raw, "Message-ID").unwrap();
    let to = header(&raw, "Reply-To").unwrap();
    let subject = header(&raw, "Subject").unwrap();
    let quoted: String = text(request).lines().map(|line| format!("> {line}\n")).collect();
    letter(
        from,
        &to,
        &format!("Re: {subject}"),
        id,
        &format!("In-Reply-To: {asked}\nReferences: {asked}\n"),
        &format!("{words}\n\n2026年8月27日(木) 10:15 JITANBODY整体院 <{DESK}>:\n\n{quoted}"),
    )
}

/// A plain mail of 8/27, 11:00; `extra` are more header lines.
pub fn letter(from: &str, to: &str, subject: &str, id: &str, extra: &str, words: &str) -> String {
    format!(
        "Return-Path: <{from}>\nFrom: <{from}>\nTo: {to}\nSubject: {subject}\n\
         Date: Thu, 27 Aug 2026 11:00:00 +0900\nMessage-ID: <{id}>\n{extra}MIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{words}\n"
    )
}

/// A short sum, so that different answers are different mails.
fn sum(parts: &[&str]) -> String {
    let sum = crc32fast::hash(parts.concat().as_bytes());
    format!("{sum:08x}")
}
