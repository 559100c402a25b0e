//! The refresh token of an account in a file that only its owner can read.
//!
//! Replaced whole: new file, sync, rename, sync of the folder; a crash leaves the old token or the new one. A lock beside
//! it keeps two processes (the daemon and a `check`) from renewing at the same time, which would cost one of them the
//! grant where refresh tokens are good once. What is kept says whose it is, so that it is never sent elsewhere.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::TokenError;
use crate::secret::{self, Secret};

/// How long another process may hold the lock: one request for a token.
const LOCK_LIMIT: Duration = Duration::from_secs(60);

/// Whose a refresh token is. It is of use, and sent, there only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The client it was given to.
    pub client_id: String,
    /// The endpoint that gave it.
    pub token_url: String,
    /// The mailbox's login name.
    pub user: String,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    client_id: String,
    token_url: String,
    user: String,
    /// SHA-256 of the configured token this one came from, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seed: Option<String>,
    refresh_token: String,
}

/// A kept refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The token.
    pub refresh: Secret,
    /// The configured token it came from, as [`trace`] of it.
    pub seed: Option<String>,
}

/// What remains of a configured token when it is not to be kept.
pub fn trace(seed: &Secret) -> String {
    HEXLOWER.encode(&Sha256::digest(seed.expose().as_bytes()))
}

/// The file of one account.
#[derive(Debug, Clone)]
pub struct Keep {
    path: PathBuf,
    owner: Owner,
}

/// Keeps other processes away until dropped.
#[derive(Debug)]
pub struct Held(File);

impl Drop for Held {
    fn drop(&mut self) {
        // The system lets go of it anyway when the file is closed.
        let _ = self.0.unlock();
    }
}

impl Keep {
    /// A file and whose token it keeps. Touches nothing.
    pub const fn new(path: PathBuf, owner: Owner) -> Self {
        Self { path, owner }
    }

    /// The refresh token; `None` when there is none yet. Blocks.
    ///
    /// # Errors
    /// A file that others can read, that cannot be read, or that belongs to something else.
    pub fn load(&self) -> Result<Option<Kept>, TokenError> {
        if let Err(error) = fs::metadata(&self.path)
            && error.kind() == io::ErrorKind::NotFound
        {
            return Ok(None);
        }
        let bytes = secret::read_private(&self.path).map_err(|error| TokenError::Setup(error.to_string()))?;
        let setup = |what: &str| TokenError::Setup(format!("token file {}: {what}", self.path.display()));
        let stored: Stored = serde_json::from_slice(&bytes)
            .map_err(|_| setup("cannot be read; remove it and run: madoguchi authorize"))?;
        if stored.version != 1 {
            return Err(setup("was written by a newer version"));
        }
        let owner = Owner { client_id: stored.client_id, token_url: stored.token_url, user: stored.user };
        if owner != self.owner {
            return Err(setup(
                "belongs to another client, endpoint or user; name another token_file, or run: madoguchi authorize",
            ));
        }
        Ok(Some(Kept { refresh: Secret::new(stored.refresh_token), seed: stored.seed }))
    }

    /// Writes a refresh token down, durably. Blocks.
    ///
    /// # Errors
    /// What the system says. The old token is then still there.
    pub fn save(&self, kept: &Kept) -> Result<(), TokenError> {
        let stored = Stored {
            version: 1,
            client_id: self.owner.client_id.clone(),
            token_url: self.owner.token_url.clone(),
            user: self.owner.user.clone(),
            seed: kept.seed.clone(),
            refresh_token: kept.refresh.expose().to_owned(),
        };
        let text = serde_json::to_string_pretty(&stored).map_err(io::Error::other);
        text.and_then(|text| self.replace(text.as_bytes())).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &io::Error) -> TokenError {
        TokenError::Setup(format!("token file {} cannot be written: {error}", self.path.display()))
    }

    fn folder(&self) -> &Path {
        self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(self.folder())?;
        let temporary = self.beside("new");
        // One that was left behind may have another mode.
        match fs::remove_file(&temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, &self.path)?;
        File::open(self.folder())?.sync_all()
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".");
        name.push(ending);
        PathBuf::from(name)
    }

    /// Keeps other processes away. Blocks, up to a minute.
    ///
    /// # Errors
    /// When the file cannot be made, or another process does not let go.
    pub fn lock(&self) -> Result<Held, TokenError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(self.folder())
            .map_err(|error| self.failed(&error))?;
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(self.beside("lock"))
            .map_err(|error| self.failed(&error))?;
        let until = Instant::now() + LOCK_LIMIT;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Held(file)),
                Err(TryLockError::WouldBlock) if Instant::now() < until => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(TokenError::Unavailable("another process is renewing the token".to_owned()));
                }
                Err(TryLockError::Error(error)) => return Err(self.failed(&error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn keep(path: PathBuf, client: &str) -> Keep {
        let owner =
            Owner { client_id: client.into(), token_url: "https://x/token".into(), user: "desk@x".into() };
        Keep::new(path, owner)
    }

    fn token(text: &str) -> Kept {
        Kept { refresh: Secret::new(text.to_owned()), seed: None }
    }

    #[test]
    fn a_token_comes_back_from_a_private_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oauth/desk.json");
        let keep = keep(path.clone(), "a");
        assert_eq!(keep.load().unwrap(), None);
        keep.save(&token("one")).unwrap();
        fs::write(folder.path().join("oauth/desk.json.new"), "left behind by a crash").unwrap();
        keep.save(&token("two")).unwrap();
        assert_eq!(keep.load().unwrap(), Some(token("two")));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left behind");
        assert!(!format!("{:?}", keep.load()).contains("two"));
    }

    #[test]
    fn a_token_of_another_is_not_handed_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.json");
        keep(path.clone(), "a").save(&token("one")).unwrap();
        let foreign = keep(path.clone(), "b").load().unwrap_err().to_string();
        assert!(foreign.contains("belongs to another client"), "{foreign}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let open = keep(path.clone(), "a").load().unwrap_err().to_string();
        assert!(open.contains("can be read by others (mode 644)"), "{open}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "{\"refresh_token\":\"hunter2\"}").unwrap();
        let broken = keep(path, "a").load().unwrap_err().to_string();
        assert!(broken.contains("cannot be read") && !broken.contains("hunter2"), "{broken}");
    }

    #[test]
    fn one_process_renews_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let keep = keep(folder.path().join("desk.json"), "a");
        let held = keep.lock().unwrap();
        let other = File::options().write(true).open(keep.beside("lock")).unwrap();
        assert!(matches!(other.try_lock(), Err(TryLockError::WouldBlock)));
        drop(held);
        assert!(keep.lock().is_ok());
    }
}
