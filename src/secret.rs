//! Secrets: where they come from, and a type that cannot be printed.
//!
//! The config names a source; a secret itself only where that is allowed by name. This module never logs, and its errors carry neither a
//! secret nor what a command printed.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// Text that must never reach a log, an error or a debugger's output.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret itself, for the one call that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Where a secret is fetched from. Written in the config as a table with exactly one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// `{ credential = "name" }`: `$CREDENTIALS_DIRECTORY/name`, set by systemd's `LoadCredential=`.
    Credential(String),
    /// `{ file = "path" }`: a file that only its owner can read.
    File(PathBuf),
    /// `{ command = ["pass", "show", "x"] }`: the first line that a program prints; no shell in between.
    Command(Vec<String>),
    /// Written out in the config, which only `allow_literal_secrets` permits.
    Literal(Secret),
}

/// Why a secret could not be had. Never carries the secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The service manager handed over no credentials.
    #[error("credential \"{0}\": $CREDENTIALS_DIRECTORY is not set; add LoadCredential={0}:… to the unit")]
    NoCredentials(String),
    /// A file could not be read.
    #[error("secret file {path}: {source}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Others than the owner may read the file.
    #[error("secret file {path} can be read by others (mode {mode:03o}); run: chmod 600 {path}")]
    Exposed {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A program could not be started.
    #[error("secret command {program}: {source}")]
    NotStarted {
        /// The program, without its arguments.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// A program failed.
    #[error("secret command {0} failed; run it by hand to see why")]
    Failed(String),
    /// A program took longer than [`COMMAND_LIMIT`].
    #[error("secret command {program} gave no answer within {seconds} s; it must not ask for anything", seconds = COMMAND_LIMIT.as_secs())]
    Slow {
        /// The program, without its arguments.
        program: String,
    },
    /// The source holds nothing, or something that is not text.
    #[error("the secret from {0} is empty or not UTF-8 text on one line")]
    Unusable(String),
    /// Too short to be a key.
    #[error(
        "the secret from {origin} has {found} bytes, {least} are needed; make one: openssl rand -base64 48"
    )]
    Short {
        /// Where it came from.
        origin: String,
        /// Its length.
        found: usize,
        /// The least length.
        least: usize,
    },
}

/// How long a secret command may run.
pub const COMMAND_LIMIT: Duration = Duration::from_secs(10);

/// No secret is longer than this; more is a wrong file.
const MAX_BYTES: u64 = 64 * 1024;

impl SecretSource {
    /// Fetches the secret. Blocks: up to [`COMMAND_LIMIT`] for a command.
    ///
    /// # Errors
    /// [`SecretError`] says who can help, in words fit for a log.
    pub fn resolve(&self) -> Result<Secret, SecretError> {
        match self {
            Self::Credential(name) => {
                let path = credential(name)?;
                one_line(self, open(&path).and_then(|file| read(&path, file))?)
            }
            Self::File(path) => one_line(self, read_private(path)?),
            Self::Command(words) => one_line(self, run(words, COMMAND_LIMIT)?),
            Self::Literal(secret) => Ok(secret.clone()),
        }
    }

    /// Fetches a secret of many lines whole, such as a key in JSON. Blocks as [`SecretSource::resolve`] does.
    ///
    /// # Errors
    /// As [`SecretSource::resolve`].
    pub fn resolve_text(&self) -> Result<Secret, SecretError> {
        let bytes = match self {
            Self::Credential(name) => {
                let path = credential(name)?;
                open(&path).and_then(|file| read(&path, file))?
            }
            Self::File(path) => read_private(path)?,
            Self::Command(words) => run(words, COMMAND_LIMIT)?,
            Self::Literal(secret) => return Ok(secret.clone()),
        };
        let text = String::from_utf8(bytes).map_err(|_| SecretError::Unusable(self.to_string()))?;
        Ok(Secret::new(text))
    }

    /// Fetches a secret of at least so many bytes, for use as a key.
    ///
    /// # Errors
    /// As [`SecretSource::resolve`], and [`SecretError::Short`].
    pub fn resolve_key(&self, least: usize) -> Result<Secret, SecretError> {
        let secret = self.resolve()?;
        let found = secret.expose().len();
        if found < least {
            return Err(SecretError::Short { origin: self.to_string(), found, least });
        }
        Ok(secret)
    }
}

impl fmt::Display for SecretSource {
    /// Names the source without a command's arguments, which may say too much.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credential(name) => write!(f, "credential \"{name}\""),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Command(words) => write!(f, "command {}", words.first().map_or("", String::as_str)),
            Self::Literal(_) => f.write_str("the config"),
        }
    }
}

/// Where systemd keeps a credential: in a folder of the service's own, whose mode is its business.
fn credential(name: &str) -> Result<PathBuf, SecretError> {
    let folder = std::env::var_os("CREDENTIALS_DIRECTORY")
        .ok_or_else(|| SecretError::NoCredentials(name.to_owned()))?;
    Ok(PathBuf::from(folder).join(name))
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> SecretError {
    let path = path.to_owned();
    move |source| SecretError::Unreadable { path, source }
}

fn open(path: &Path) -> Result<File, SecretError> {
    // Opening a pipe would wait for a writer that may never come.
    if !std::fs::metadata(path).map_err(unreadable(path))?.is_file() {
        return Err(unreadable(path)(io::Error::other("not a regular file")));
    }
    File::open(path).map_err(unreadable(path))
}

fn read(path: &Path, file: File) -> Result<Vec<u8>, SecretError> {
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(unreadable(path))?;
    Ok(bytes)
}

/// Refuses a file that others can read. The mode is asked of the open file, so that it cannot be swapped between.
pub(crate) fn read_private(path: &Path) -> Result<Vec<u8>, SecretError> {
    let file = open(path)?;
    let mode = file.metadata().map_err(unreadable(path))?.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(SecretError::Exposed { path: path.to_owned(), mode });
    }
    read(path, file)
}

/// The first line for a command; for a file the whole text, which must be one line.
fn one_line(source: &SecretSource, bytes: Vec<u8>) -> Result<Secret, SecretError> {
    let unusable = || SecretError::Unusable(source.to_string());
    let text = String::from_utf8(bytes).map_err(|_| unusable())?;
    let line = match source {
        SecretSource::Command(_) => text.lines().next().unwrap_or(""),
        SecretSource::Credential(_) | SecretSource::File(_) | SecretSource::Literal(_) => {
            text.trim_end_matches(['\r', '\n'])
        }
    };
    if line.is_empty() || line.contains(['\r', '\n', '\0']) {
        return Err(unusable());
    }
    Ok(Secret::new(line.to_owned()))
}

/// Runs a program without a shell, in a process group of its own so that its children end with it.
fn run(words: &[String], limit: Duration) -> Result<Vec<u8>, SecretError> {
    let program = words.first().cloned().unwrap_or_default();
    let started = Instant::now();
    let mut child = Command::new(&program)
        .args(words.iter().skip(1))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|source| SecretError::NotStarted { program: program.clone(), source })?;
    let group = i32::try_from(child.id()).ok().map(Pid::from_raw);
    let Some(pipe) = child.stdout.take() else {
        return Err(SecretError::Failed(program));
    };
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = pipe.take(MAX_BYTES).read_to_end(&mut bytes).map(|_| bytes);
        // The receiver is gone only when the limit has passed.
        drop(sender.send(read));
    });
    let printed = receiver.recv_timeout(limit);
    // A program may close its output and go on: wait for its verdict, but not past the limit.
    let verdict = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if printed.is_ok() && started.elapsed() < limit => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Ok(None) | Err(_) => break None,
        }
    };
    match (printed, verdict) {
        (Ok(Ok(bytes)), Some(status)) if status.success() => Ok(bytes),
        (Ok(_), Some(_)) => Err(SecretError::Failed(program)),
        (_, _) => {
            if let Some(group) = group {
                // Nothing to do if it ended meanwhile.
                let _ = killpg(group, Signal::SIGKILL);
            }
            drop(child.wait());
            Err(SecretError::Slow { program })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn secrets_are_never_shown() {
        let secret = Secret::new("hunter2".to_owned());
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "*** *** Some(***)");
        assert_eq!(secret.expose(), "hunter2");
    }

    #[test]
    fn a_file_must_be_private_and_one_line() {
        let folder = tempfile::tempdir().unwrap();
        for (content, mode, expected) in [
            ("hunter2\n", 0o600, Ok("hunter2")),
            ("hunter2", 0o400, Ok("hunter2")),
            ("hunter2\r\n", 0o600, Ok("hunter2")),
            ("hunter2\n", 0o640, Err("can be read by others (mode 640)")),
            ("hunter2\n", 0o604, Err("can be read by others (mode 604)")),
            ("\n", 0o600, Err("is empty or not UTF-8 text on one line")),
            ("hun\nter2\n", 0o600, Err("is empty or not UTF-8 text on one line")),
        ] {
            let path = folder.path().join("secret");
            drop(std::fs::remove_file(&path));
            std::fs::write(&path, content).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            match (SecretSource::File(path).resolve(), expected) {
                (Ok(secret), Ok(expected)) => assert_eq!(secret.expose(), expected, "{content:?}"),
                (Err(error), Err(expected)) => {
                    let said = error.to_string();
                    assert!(said.contains(expected), "{said}");
                    assert!(!said.contains("hun"), "{said}");
                }
                (got, expected) => panic!("{content:?} {mode:o}: {got:?}, not {expected:?}"),
            }
        }
        for missing in [folder.path().join("none"), folder.path().to_owned()] {
            let error = SecretSource::File(missing).resolve().unwrap_err();
            assert!(matches!(error, SecretError::Unreadable { .. }), "{error}");
        }
    }

    #[test]
    fn a_command_gives_its_first_line_and_no_more() {
        let sh = |script: &str| vec!["sh".to_owned(), "-c".to_owned(), script.to_owned()];
        let of = |script| SecretSource::Command(sh(script)).resolve();
        assert_eq!(of("echo hunter2; echo user: taro").unwrap().expose(), "hunter2");
        assert_eq!(
            of("echo hunter2; exit 3").unwrap_err().to_string(),
            "secret command sh failed; run it by hand to see why"
        );
        assert_eq!(
            of("true").unwrap_err().to_string(),
            "the secret from command sh is empty or not UTF-8 text on one line"
        );
        let missing = SecretSource::Command(vec!["madoguchi-no-such-program".to_owned()]);
        assert!(missing.resolve().unwrap_err().to_string().starts_with("secret command madoguchi-no-such"));
        let slow = run(&sh("sleep 60 & sleep 60"), Duration::from_millis(50));
        assert!(matches!(slow, Err(SecretError::Slow { .. })), "{slow:?}");
    }

    #[test]
    fn a_key_must_be_long() {
        let source = SecretSource::Command(vec!["echo".to_owned(), "short".to_owned()]);
        assert!(source.resolve_key(5).is_ok());
        assert_eq!(
            source.resolve_key(32).unwrap_err().to_string(),
            "the secret from command echo has 5 bytes, 32 are needed; make one: openssl rand -base64 48"
        );
    }
}
