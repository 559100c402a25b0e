//! What every mailbox server of the tests can do, real ones and stand-ins, and what they share in starting.
//!
//! A test that holds for any server is written over [`MailServer`] and run once for each.

use std::fs;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use super::person::{Person, set};
use madoguchi::imap::{Account, Security};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

/// A mail as a second client sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// Its folder; on a server of labels `INBOX` or, without that label, `Archive`.
    pub folder: String,
    /// Its flags and marks, sorted, by the keywords of the documented config.
    pub marks: Vec<String>,
}

/// A mailbox server of one test's own, on loopback. Its users' passwords are `pass-` and the name.
pub trait MailServer: Sized + Send + Sync {
    /// What it is called in the name of a test.
    const NAME: &'static str;

    /// A server with these users; each has INBOX, Archive, Drafts and Sent, marked by special use.
    fn start_for(users: &[&str]) -> Self;

    /// Port for plain text.
    fn port(&self) -> u16;

    /// How to reach a user's mailbox.
    fn account(&self, user: &str, security: Security) -> Account;

    /// Puts a mail with CRLF line ends into a user's inbox as a delivery agent would.
    fn deliver(&self, user: &str, mail: &[u8]);

    /// Many of them, in this order.
    fn deliver_all(&self, user: &str, mails: &[Vec<u8>]) {
        mails.iter().for_each(|mail| self.deliver(user, mail));
    }

    /// Where a mail is, and its marks, as a second client sees it; `None` when it is nowhere.
    fn sight(&self, user: &str, id: &str) -> Option<Sight> {
        let mut person = Person::sign_in(self.port(), user);
        ["INBOX", "Archive", "Drafts", "Sent"].into_iter().find_map(|folder| {
            let uid = *person.find(folder, id).first()?;
            let mut marks = person.flags(uid)?;
            marks.sort();
            Some(Sight { folder: folder.to_owned(), marks })
        })
    }

    /// A person takes a mark off a mail.
    fn unmark_by_hand(&self, user: &str, id: &str, mark: &str) {
        let place = self.sight(user, id).expect("the mail is there");
        let mut person = Person::sign_in(self.port(), user);
        let uids = person.find(&place.folder, id);
        person.says(&format!("UID STORE {} -FLAGS ({mark})", set(&uids)));
    }

    /// Everything that clients said to the server after signing in, in upper case.
    fn said(&self) -> String;

    /// The server's own log, for a failing test.
    fn log(&self) -> String;
}

/// Lets every user of the machine into a folder: servers drop root.
pub fn open_up(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Whether an IMAP server answers at a port.
pub fn greets(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    let mut greeting = [0; 4];
    stream.set_read_timeout(Some(Duration::from_secs(5))).is_ok()
        && stream.read_exact(&mut greeting).is_ok()
        && &greeting == b"* OK"
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// An authority and a leaf for `localhost`: rustls refuses self-signed leaves.
pub fn write_certificates(dir: &Path) {
    let ca_key = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::new(Vec::<String>::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca_pem = ca.self_signed(&ca_key).unwrap().pem();
    let issuer = Issuer::new(ca, ca_key);
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &issuer).unwrap();
    for (name, text) in [("ca.pem", ca_pem), ("cert.pem", leaf.pem()), ("key.pem", key.serialize_pem())] {
        fs::write(dir.join(name), text).unwrap();
    }
}
