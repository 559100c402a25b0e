//! A scripted IMAP server on loopback: `S:` lines are said, `C:` lines are expected.
//!
//! One script per connection, in order. Line by line:
//! - `C: UID FETCH 1:2` waits for a command that starts so (without its tag, any case);
//! - `L: Subject:` waits for a line that starts so and has no tag (inside a literal, or `DONE`);
//! - `E: AQ==` waits for a line that is exactly so;
//! - `S: * OK hello` says a line; `$` at its start stands for the tag of the last command;
//! - `R: text` says text as it stands, `\r` and `\n` written out, without a line end;
//! - `F: 1000 * OK` says a line that many times;
//! - `W:` says nothing more and waits until the client goes.
//!
//! At the end of a script the connection is closed.

use std::net::SocketAddr;

use madoguchi::credentials::Credentials;
use madoguchi::imap::folders::FolderNames;
use madoguchi::imap::mailbox::Mailbox;
use madoguchi::imap::{Account, MarkNames, Patience, Security};
use madoguchi::secret::Secret;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A server that follows its scripts.
pub struct Dialogue {
    address: SocketAddr,
    task: JoinHandle<()>,
}

/// From the greeting to the folder list, for a server with some capabilities.
pub fn signed_in(capabilities: &str) -> String {
    format!(
        "S: * OK ready
C: CAPABILITY
S: * CAPABILITY IMAP4rev1
S: $ OK done
C: LOGIN
S: $ OK welcome
C: CAPABILITY
S: * CAPABILITY IMAP4rev1 {capabilities}
S: $ OK done
C: LIST
S: * LIST (\\Archive) \"/\" Archive
S: * LIST (\\Drafts) \"/\" Drafts
S: * LIST (\\Sent) \"/\" Sent
S: $ OK done
"
    )
}

/// A folder being opened.
pub fn opened(verb: &str, folder: &str, uid_validity: u32, uid_next: u32) -> String {
    format!(
        "C: {verb} \"{folder}\"
S: * FLAGS (\\Seen)
S: * {exists} EXISTS
S: * OK [PERMANENTFLAGS (\\Seen \\*)] kept
S: * OK [UIDVALIDITY {uid_validity}] valid
S: * OK [UIDNEXT {uid_next}] next
S: $ OK [READ-WRITE] open
",
        exists = uid_next - 1
    )
}

impl Dialogue {
    /// A server for as many connections as there are scripts.
    pub async fn start(scripts: impl IntoIterator<Item = String>) -> Self {
        Self::start_with(|_port| scripts.into_iter().collect()).await
    }

    /// The same for scripts in which the server's port stands.
    pub async fn start_with(scripts: impl FnOnce(u16) -> Vec<String>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let scripts = scripts(address.port());
        let task = tokio::spawn(async move {
            for script in scripts {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                follow(stream, &script).await;
            }
        });
        Self { address, task }
    }

    /// The same for connections that stand side by side.
    pub async fn side_by_side(scripts: impl IntoIterator<Item = String>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let scripts: Vec<String> = scripts.into_iter().collect();
        let task = tokio::spawn(async move {
            let mut open = Vec::new();
            for script in scripts {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                open.push(tokio::spawn(async move { follow(stream, &script).await }));
            }
            for one in open {
                one.await.expect("the dialogue went as written");
            }
        });
        Self { address, task }
    }

    /// How to reach it.
    pub fn account(&self, security: Security) -> Account {
        Account {
            host: self.address.ip().to_string(),
            port: self.address.port(),
            security,
            ca_file: None,
            user: "desk".into(),
            credentials: Credentials::fixed(Secret::new("pass".into())),
            patience: Patience::default(),
        }
    }

    /// A mailbox on it, in plain text.
    pub fn mailbox(&self) -> Mailbox {
        Mailbox::new(self.account(Security::Plain), FolderNames::default(), MarkNames::default())
    }

    /// Fails the test unless every script was followed to its end.
    pub async fn finish(self) {
        self.task.await.expect("the dialogue went as written");
    }
}

async fn follow(stream: TcpStream, script: &str) {
    let mut stream = BufReader::new(stream);
    let mut tag = String::new();
    for step in script.lines() {
        let (kind, text) = step.split_once(':').unwrap_or_else(|| panic!("bad step {step:?}"));
        let text = text.strip_prefix(' ').unwrap_or(text);
        let said = match kind {
            "C" => {
                let line = hear(&mut stream, step).await;
                let (its_tag, command) = line.split_once(' ').unwrap_or((&line, ""));
                let same = command.to_ascii_uppercase().starts_with(&text.to_ascii_uppercase());
                assert!(same, "expected {text:?}, heard {command:?}");
                tag = its_tag.to_owned();
                continue;
            }
            "L" => {
                let line = hear(&mut stream, step).await;
                assert!(line.starts_with(text), "expected {text:?}, heard {line:?}");
                continue;
            }
            "E" => {
                let line = hear(&mut stream, step).await;
                assert_eq!(line, text);
                continue;
            }
            "S" => match text.strip_prefix('$') {
                Some(rest) => format!("{tag}{rest}\r\n"),
                None => format!("{text}\r\n"),
            },
            "R" => text.replace("\\r", "\r").replace("\\n", "\n"),
            "F" => {
                let (count, line) = text.split_once(' ').unwrap();
                format!("{line}\r\n").repeat(count.parse().unwrap())
            }
            "W" => {
                let _rest = stream.read_to_end(&mut Vec::new()).await;
                return;
            }
            other => panic!("unknown step {other:?}"),
        };
        // The client may hang up in the middle: then the rest of the script shows whether it should have.
        let _sent = stream.write_all(said.as_bytes()).await;
    }
    let _closed = stream.shutdown().await;
}

async fn hear(stream: &mut BufReader<TcpStream>, step: &str) -> String {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await;
    assert!(matches!(read, Ok(1..)), "the client hung up before {step:?}");
    line.trim_end_matches(['\r', '\n']).to_owned()
}
