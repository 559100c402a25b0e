//! What an account proves itself with: a password or an OAuth 2 token. Shared by everything that signs in for it.
//!
//! A password that a server refuses is fetched again from its source, once: somebody may have changed it since the
//! start. Never talks to a mail server, never decides whether to try again.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::oauth::{AccessToken, TokenError, TokenSource};
use crate::secret::{Secret, SecretError, SecretSource};

/// What to sign in with. Cheap to clone; clones share what was fetched.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// A password or an app password.
    Password(Password),
    /// An OAuth 2 access token (RFC 6749), fetched and renewed as needed.
    Token(TokenSource),
}

impl Credentials {
    /// A password that never changes.
    pub fn fixed(password: Secret) -> Self {
        Self::Password(Password { source: None, held: Arc::new(Mutex::new(password)) })
    }
}

/// What one sign-in is made with.
#[derive(Debug, Clone)]
pub enum Proof {
    /// A password.
    Password(Secret),
    /// An access token.
    Token(AccessToken),
}

impl Credentials {
    /// What to sign in with now.
    ///
    /// # Errors
    /// When there is no access token to be had.
    pub async fn proof(&self) -> Result<Proof, TokenError> {
        match self {
            Self::Password(password) => Ok(Proof::Password(password.current())),
            Self::Token(source) => source.token().await.map(Proof::Token),
        }
    }

    /// After a server refused `proof`: whether there is another one, worth one more attempt.
    pub async fn have_other(&self, proof: &Proof) -> bool {
        match (self, proof) {
            (Self::Password(password), Proof::Password(refused)) => password.renewed(refused).await.is_some(),
            (Self::Token(source), Proof::Token(refused)) => source.reject(refused),
            (Self::Password(_), Proof::Token(_)) | (Self::Token(_), Proof::Password(_)) => false,
        }
    }

    /// Completes when something has changed that keeps us out until a person acts; see [`TokenSource::mended`]. Never
    /// completes for a password: a wrong one tried often locks the account.
    pub async fn mended(&self) {
        match self {
            Self::Password(_) => std::future::pending().await,
            Self::Token(source) => source.mended().await,
        }
    }
}

/// A password and where it comes from.
#[derive(Clone)]
pub struct Password {
    source: Option<SecretSource>,
    held: Arc<Mutex<Secret>>,
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Password {
    /// Fetches a password. Blocks as [`SecretSource::resolve`] does.
    ///
    /// # Errors
    /// When the secret cannot be had.
    pub fn fetch(source: SecretSource) -> Result<Self, SecretError> {
        let held = Arc::new(Mutex::new(source.resolve()?));
        Ok(Self { source: Some(source), held })
    }

    /// The password as last fetched.
    pub fn current(&self) -> Secret {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// After a server refused `refused`: the password as it is now, if it is another one. A source that fails leaves
    /// everything as it was; the refusal is what a person has to hear of.
    pub async fn renewed(&self, refused: &Secret) -> Option<Secret> {
        let held = self.current();
        if held != *refused {
            // Another connection of the same account was faster.
            return Some(held);
        }
        let source = self.source.clone()?;
        let fetched = tokio::task::spawn_blocking(move || source.resolve()).await.ok()?.ok()?;
        if fetched == *refused {
            return None;
        }
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = fetched.clone();
        Some(fetched)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn a_changed_password_is_taken_up_once_it_was_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let write = |text: &str| {
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        };
        write("old\n");
        let password = Password::fetch(SecretSource::File(path.clone())).unwrap();
        let twin = password.clone();
        let old = password.current();
        assert_eq!(password.renewed(&old).await, None, "unchanged: no second attempt");
        write("new\n");
        assert_eq!(password.current(), old, "a password in use is not fetched again");
        assert_eq!(password.renewed(&old).await.unwrap().expose(), "new");
        assert_eq!(twin.current().expose(), "new", "everybody of the account has it");
        assert_eq!(twin.renewed(&old).await.unwrap().expose(), "new");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(password.renewed(&password.current()).await, None, "a source that fails changes nothing");
        assert_eq!(format!("{password:?}"), "***");
    }
}
