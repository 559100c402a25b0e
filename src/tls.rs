//! Whom we trust: one TLS configuration for each set of authorities, shared by the whole process.
//!
//! Reading the system's certificates anew for each connection costs memory and time, and a configuration of its own
//! for each connection could never resume a session. TLS 1.2 and 1.3 by rustls with ring; nothing older can be asked
//! for (RFC 8996). Never connects.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// Why no connection can be trusted at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The file with the private authority cannot be read.
    #[error("the CA file {path} cannot be read: {why}")]
    Unreadable {
        /// As configured.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// The file holds no usable certificate.
    #[error("the CA file {path} holds no PEM certificate")]
    Empty {
        /// As configured.
        path: PathBuf,
    },
    /// The system has no certificates.
    #[error("this system has no trusted certificates; install them (Debian: ca-certificates) or set `ca`")]
    NoSystem,
    /// The TLS library refuses the settings.
    #[error("TLS cannot be set up: {0}")]
    Library(String),
}

/// What a file was like when it was read. Changed since then, it is read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    size: u64,
    changed: (i64, i64),
}

struct Kept {
    stamp: Option<Stamp>,
    config: Arc<ClientConfig>,
}

/// By CA file; `None` is the system's own certificates.
static KEPT: Mutex<BTreeMap<Option<PathBuf>, Kept>> = Mutex::new(BTreeMap::new());

/// The configuration that trusts a file's authorities alone, or the system's. The system's certificates are read once;
/// a file is read again when it has changed, so that a renewed authority needs no restart.
///
/// # Errors
/// When there is nothing to trust.
pub fn client(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, TrustError> {
    let stamp = ca_file.map(stamp).transpose()?;
    // A panic in here would have left the map whole: nothing is half done.
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let key = ca_file.map(Path::to_owned);
    if let Some(known) = kept.get(&key).filter(|known| known.stamp == stamp) {
        return Ok(Arc::clone(&known.config));
    }
    let config = Arc::new(build(ca_file)?);
    kept.insert(key, Kept { stamp, config: Arc::clone(&config) });
    Ok(config)
}

fn unreadable(path: &Path, error: &std::io::Error) -> TrustError {
    TrustError::Unreadable { path: path.to_owned(), why: error.to_string() }
}

fn stamp(path: &Path) -> Result<Stamp, TrustError> {
    let about = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    Ok(Stamp { inode: about.ino(), size: about.len(), changed: (about.ctime(), about.ctime_nsec()) })
}

fn build(ca_file: Option<&Path>) -> Result<ClientConfig, TrustError> {
    let mut roots = rustls::RootCertStore::empty();
    match ca_file {
        Some(path) => {
            let empty = || TrustError::Empty { path: path.to_owned() };
            let pem = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
            for certificate in CertificateDer::pem_slice_iter(&pem) {
                // All or nothing: an authority that was meant and left out would fail at night.
                roots.add(certificate.map_err(|_| empty())?).map_err(|_| empty())?;
            }
            if roots.is_empty() {
                return Err(empty());
            }
        }
        None => {
            // Systems carry a few that nobody can parse; the others do.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if roots.is_empty() {
                return Err(TrustError::NoSystem);
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| TrustError::Library(error.to_string()))?;
    Ok(versions.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authority() -> String {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut ca = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
        ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        ca.self_signed(&key).unwrap().pem()
    }

    #[test]
    fn a_file_is_read_once_and_again_when_it_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, authority()).unwrap();
        let first = client(Some(&path)).unwrap();
        assert!(Arc::ptr_eq(&first, &client(Some(&path)).unwrap()), "one for the whole process");
        std::fs::write(&path, authority() + &authority()).unwrap();
        assert!(!Arc::ptr_eq(&first, &client(Some(&path)).unwrap()), "a renewed authority is taken up");
    }

    #[test]
    fn nothing_to_trust_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let broken = authority().replace("MII", "***");
        for (name, content, expected) in [
            ("empty", "", "holds no PEM certificate"),
            ("text", "certificate", "holds no PEM certificate"),
            ("broken", broken.as_str(), "holds no PEM certificate"),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            let error = client(Some(&path)).unwrap_err().to_string();
            assert!(error.contains(expected), "{name}: {error}");
        }
        let missing = client(Some(&folder.path().join("none"))).unwrap_err();
        assert!(matches!(missing, TrustError::Unreadable { .. }), "{missing}");
    }
}
