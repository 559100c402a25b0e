//! Which mailboxes there are, and which one is the archive, the drafts, the sent mail.
//!
//! The special-use attribute decides (RFC 6154), because names are localized; the configured name comes second.
//! Creates a folder only where the config asks for it. Never renames or removes one.

use async_imap::imap_proto::{MailboxDatum, Response};
use tracing::{info, warn};

use super::answer::{is_hollow, use_of};
use super::command::Command;
use super::error::ImapError;
use super::flavour::Flavour;
use super::session::Session;
use super::utf7;

/// What a mailbox is for (RFC 6154).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// `\All`: every mail there is.
    All,
    /// `\Archive`.
    Archive,
    /// `\Drafts`.
    Drafts,
    /// `\Sent`.
    Sent,
    /// `\Junk`: what somebody or some filter took for unwanted.
    Junk,
    /// `\Trash`: what somebody threw away.
    Trash,
}

/// One mailbox of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Name, decoded, with the server's delimiter.
    pub name: String,
    /// Hierarchy delimiter.
    pub delimiter: Option<String>,
    /// What it is for, as far as the server says.
    pub uses: Vec<Use>,
    /// Can be opened.
    pub selectable: bool,
}

/// The configured names of the folders we need, for servers that do not say what a folder is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderNames {
    /// Watched for new mail; `INBOX` unless told otherwise.
    pub inbox: String,
    /// Where dealt-with mail goes.
    pub archive: String,
    /// Where drafts go.
    pub drafts: String,
    /// Where sent mail is filed.
    pub sent: String,
    /// Create archive and drafts where they are missing.
    pub create: bool,
}

impl Default for FolderNames {
    fn default() -> Self {
        Self {
            inbox: "INBOX".into(),
            archive: "Archive".into(),
            drafts: "Drafts".into(),
            sent: "Sent".into(),
            create: true,
        }
    }
}

/// The folders of an account by purpose, found anew at every connect.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folders {
    /// Everything the server lists.
    pub all: Vec<Folder>,
    /// The archive, where there is one.
    pub archive: Option<String>,
    /// The drafts, where there are any.
    pub drafts: Option<String>,
    /// The sent mail, where there is any.
    pub sent: Option<String>,
    /// The folder that holds every mail, where the server has one.
    pub every: Option<String>,
    /// Hierarchy delimiter; `None` where there are no levels.
    pub delimiter: Option<String>,
    /// What the names of our folders begin with where everything lies under INBOX (`INBOX.`); else empty.
    pub prefix: String,
}

impl Session {
    /// Lists mailboxes with their purpose.
    pub async fn list(&mut self) -> Result<Vec<Folder>, ImapError> {
        // Without RETURN most servers tell the attributes anyway; Dovecot and Gmail do.
        let mut command = Command::new("LIST").raw("\"\" \"*\"");
        if self.can("SPECIAL-USE") && self.can("LIST-EXTENDED") {
            command = command.raw("RETURN (SPECIAL-USE)");
        }
        let mut found = Vec::new();
        self.exec_with(&command, self.time_for(0), &mut |response| {
            if let Response::MailboxData(MailboxDatum::List(data)) = response {
                found.push(Folder {
                    name: utf7::decode(&data.name),
                    delimiter: data.delimiter.as_deref().map(str::to_owned),
                    uses: data.name_attributes.iter().filter_map(use_of).collect(),
                    selectable: !data.name_attributes.iter().any(is_hollow),
                });
            }
        })
        .await?;
        found.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(found)
    }

    /// Finds the folders we need, creating archive and drafts where the config says so.
    pub async fn find_folders(&mut self, names: &FolderNames) -> Result<Folders, ImapError> {
        let all = self.list().await?;
        let gmail = Flavour::of(self).archives_into_all();
        let delimiter = all.iter().find_map(|folder| folder.delimiter.clone());
        let prefix = prefix(&all);
        let find = |purpose, name| find(&all, purpose, name, &prefix);
        let mut archive = if gmail { by_use(&all, Use::All) } else { find(Use::Archive, &names.archive) };
        let mut drafts = find(Use::Drafts, &names.drafts);
        let sent = find(Use::Sent, &names.sent);
        // Gmail has its own; a label called Archive would be none.
        if names.create && !gmail {
            for (slot, name, purpose) in
                [(&mut archive, &names.archive, "\\Archive"), (&mut drafts, &names.drafts, "\\Drafts")]
            {
                let name = if name.starts_with(&prefix) { name.clone() } else { format!("{prefix}{name}") };
                if slot.is_none() && self.create(&name, purpose).await? {
                    *slot = Some(name);
                }
            }
        }
        let every = by_use(&all, Use::All);
        Ok(Folders { all, archive, drafts, sent, every, delimiter, prefix })
    }

    /// Whether a folder that could not be opened does not exist. Dovecot 2.3 gives no code, so its list decides. Any
    /// other NO may pass, and to take it for absence would save a draft twice.
    pub(super) async fn is_missing(&mut self, folder: &str, error: &ImapError) -> Result<bool, ImapError> {
        let ImapError::No { code, .. } = error else { return Ok(false) };
        match code.as_str() {
            "NONEXISTENT" | "TRYCREATE" => Ok(true),
            "" => Ok(!self
                .list()
                .await?
                .iter()
                .any(|listed| listed.selectable && listed.name.eq_ignore_ascii_case(folder))),
            _ => Ok(false),
        }
    }

    /// Creates a folder; false when the server does not let us, which is no reason to watch nothing at all.
    async fn create(&mut self, name: &str, purpose: &'static str) -> Result<bool, ImapError> {
        let mut command = Command::new("CREATE").folder(name);
        if self.can("CREATE-SPECIAL-USE") {
            command = command.raw(&format!("(USE ({purpose}))"));
        }
        match self.exec(&command).await {
            // Somebody was quicker.
            Err(ImapError::No { code, .. }) if code == "ALREADYEXISTS" => Ok(true),
            Err(error @ (ImapError::No { .. } | ImapError::Bad { .. })) => {
                warn!(purpose, %error, "Could not create a folder; mail that needs it stays where it is.");
                Ok(false)
            }
            Err(error) => Err(error),
            Ok(_) => {
                info!(purpose, "Created a folder.");
                Ok(true)
            }
        }
    }
}

fn find(all: &[Folder], purpose: Use, name: &str, prefix: &str) -> Option<String> {
    by_use(all, purpose).or_else(|| {
        let named = |folder: &&Folder| {
            folder.selectable && (folder.name == name || folder.name.strip_prefix(prefix) == Some(name))
        };
        all.iter().find(named).map(|folder| folder.name.clone())
    })
}

/// What every folder of the account begins with, where all of them lie under INBOX (Courier, Cyrus by default). The
/// NAMESPACE command would tell, but its answer breaks the parser.
fn prefix(all: &[Folder]) -> String {
    let under = |folder: &Folder| {
        let delimiter = folder.delimiter.as_deref()?;
        let (inbox, rest) = folder.name.split_at_checked("INBOX".len())?;
        (inbox.eq_ignore_ascii_case("INBOX") && rest.starts_with(delimiter))
            .then(|| format!("INBOX{delimiter}"))
    };
    let mut others = all.iter().filter(|folder| !folder.name.eq_ignore_ascii_case("INBOX")).peekable();
    match others.peek().and_then(|first| under(first)) {
        Some(prefix) if others.all(|folder| under(folder).is_some()) => prefix,
        Some(_) | None => String::new(),
    }
}

fn by_use(all: &[Folder], purpose: Use) -> Option<String> {
    all.iter()
        .find(|folder| folder.selectable && folder.uses.contains(&purpose))
        .map(|folder| folder.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str, delimiter: &str) -> Folder {
        Folder { name: name.into(), delimiter: Some(delimiter.into()), uses: Vec::new(), selectable: true }
    }

    #[test]
    fn a_prefix_is_what_every_folder_has() {
        for (names, delimiter, expected) in [
            (vec!["INBOX"], ".", ""),
            (vec!["INBOX", "INBOX.Sent", "INBOX.Drafts"], ".", "INBOX."),
            (vec!["INBOX", "INBOX/mine", "Sent"], "/", ""),
            (vec!["INBOX", "INBOXES"], "/", ""),
            (vec!["INBOX", "Entwürfe"], ".", ""),
        ] {
            let all: Vec<Folder> = names.iter().map(|name| folder(name, delimiter)).collect();
            assert_eq!(prefix(&all), expected, "{names:?}");
        }
        let all = [folder("INBOX", "."), folder("INBOX.Drafts", ".")];
        assert_eq!(find(&all, Use::Drafts, "Drafts", "INBOX.").as_deref(), Some("INBOX.Drafts"));
    }
}
