//! Runs the operator's program: no shell, JSON on its standard input, a time limit, its exit code in the log.
//!
//! What it prints is nobody's business. It gets none of our secrets: the service manager's variables are taken away.

use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// Why a program did not do its work.
#[derive(Debug, thiserror::Error)]
pub(super) enum PageError {
    /// It could not be started.
    #[error("it cannot be started: {0}")]
    NotStarted(std::io::Error),
    /// It ended badly.
    #[error("it ended with {0}")]
    Failed(std::process::ExitStatus),
    /// It took too long, and was ended with everything it had started.
    #[error("it gave no answer within {} s", .0.as_secs())]
    Slow(Duration),
}

/// Runs a program to its end.
pub(super) async fn page(words: &[String], input: &str, limit: Duration) -> Result<(), PageError> {
    let program = words.first().map(String::as_str).unwrap_or_default();
    let mut child = Command::new(program)
        .args(words.iter().skip(1))
        .env_remove("NOTIFY_SOCKET")
        .env_remove("WATCHDOG_USEC")
        .env_remove("WATCHDOG_PID")
        .env_remove("CREDENTIALS_DIRECTORY")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(PageError::NotStarted)?;
    let group = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
    let stdin = child.stdin.take();
    let work = async {
        if let Some(mut stdin) = stdin {
            // A program that reads nothing may be right all the same: its exit code decides.
            let _ = stdin.write_all(input.as_bytes()).await;
        }
        child.wait().await
    };
    match tokio::time::timeout(limit, work).await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(PageError::Failed(status)),
        Ok(Err(error)) => Err(PageError::NotStarted(error)),
        Err(_) => {
            if let Some(group) = group {
                // Nothing to do if it ended meanwhile.
                let _ = killpg(group, Signal::SIGKILL);
            }
            Err(PageError::Slow(limit))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_exit_code_decides() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("heard");
        let write = format!("cat > {}", file.display());
        for (script, limit, expected) in [
            (write.as_str(), 60, ""),
            ("exit 3", 60, "it ended with exit status: 3"),
            ("exec <&-; exit 0", 60, ""),
            ("sleep 60 & sleep 60", 1, "it gave no answer within 1 s"),
        ] {
            let words = ["/bin/sh", "-c", script].map(str::to_owned);
            let said = page(&words, "{\"silent\":[]}", Duration::from_secs(limit)).await;
            assert_eq!(said.err().map(|error| error.to_string()).unwrap_or_default(), expected, "{script}");
        }
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "{\"silent\":[]}");
        let missing = page(&["/nowhere/page".to_owned()], "", Duration::from_secs(1)).await.unwrap_err();
        assert!(missing.to_string().starts_with("it cannot be started"), "{missing}");
    }
}
