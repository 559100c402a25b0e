//! Large mails by their parts: headers and text, attachments by name only.
//!
//! The parts are put together again with the structure they had, under boundaries of ours, so that one parser reads
//! whole and partial mails alike. Never fetches the bytes of an attachment.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use async_imap::imap_proto::{
    AttributeValue, BodyContentCommon, BodyStructure, MessageSection, Response, SectionPath,
};
use tracing::{info, warn};

use super::answer::fetched;
use super::command::Command;
use super::error::ImapError;
use super::fetch::{Content, DEPTH};
use super::list::uid_set;
use super::mailbox::Mailbox;
use super::session::Session;

/// Most bytes taken of one text part, and of a mail whose structure cannot be read.
const MAX_TEXT: u32 = 1024 * 1024;
/// Most parts asked for; further ones are left out.
const MAX_PARTS: usize = 60;

/// Large mails asked about together.
const TOGETHER: usize = 20;

/// The structure of a mail, reduced to what we ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    /// Several parts; the subtype, such as `alternative`.
    Many { subtype: String, parts: Vec<Node> },
    /// One part by its section number, such as `1.2`, and whether its bytes are text that we want.
    Leaf { section: String, wanted: bool },
}

impl Node {
    fn of(structure: &BodyStructure<'_>, path: &str, left: &mut usize) -> Self {
        match structure {
            BodyStructure::Multipart { common, bodies, .. } => {
                let mut parts = Vec::new();
                for (index, body) in bodies.iter().enumerate() {
                    if *left == 0 {
                        break;
                    }
                    let dot = if path.is_empty() { "" } else { "." };
                    parts.push(Self::of(body, &format!("{path}{dot}{}", index + 1), left));
                }
                Self::Many { subtype: token(&common.ty.subtype), parts }
            }
            BodyStructure::Basic { common, .. }
            | BodyStructure::Text { common, .. }
            | BodyStructure::Message { common, .. } => {
                *left = left.saturating_sub(1);
                let section = if path.is_empty() { "1".to_owned() } else { path.to_owned() };
                Self::Leaf { section, wanted: is_text(common) }
            }
        }
    }

    /// The command that asks for header, part headers and texts of a mail.
    fn question(&self, uid: u32) -> Command {
        let mut leaves = Vec::new();
        self.leaves(&mut leaves);
        let mut asked = format!("{uid} (UID BODY.PEEK[HEADER]");
        let in_parts = matches!(self, Self::Many { .. });
        for (section, wanted) in &leaves {
            if in_parts {
                let _infallible = write!(asked, " BODY.PEEK[{section}.MIME]");
            }
            if *wanted {
                let _infallible = write!(asked, " BODY.PEEK[{section}]<0.{MAX_TEXT}>");
            }
        }
        asked.push(')');
        Command::new("UID FETCH").raw(&asked)
    }

    fn leaves<'n>(&'n self, into: &mut Vec<(&'n str, bool)>) {
        match self {
            Self::Many { parts, .. } => parts.iter().for_each(|part| part.leaves(into)),
            Self::Leaf { section, wanted } => into.push((section, *wanted)),
        }
    }
}

/// Text that is not an attachment, and the machine-readable half of a delivery report (RFC 3464).
fn is_text(common: &BodyContentCommon<'_>) -> bool {
    let attached = common
        .disposition
        .as_ref()
        .is_some_and(|disposition| disposition.ty.eq_ignore_ascii_case("attachment"));
    let report = common.ty.ty.eq_ignore_ascii_case("message")
        && ["delivery-status", "disposition-notification"]
            .iter()
            .any(|name| common.ty.subtype.eq_ignore_ascii_case(name));
    report || (common.ty.ty.eq_ignore_ascii_case("text") && !attached)
}

/// A subtype that can stand in a header of ours.
fn token(subtype: &str) -> String {
    let good = !subtype.is_empty() && subtype.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if good { subtype.to_ascii_lowercase() } else { "mixed".to_owned() }
}

/// What was fetched of a mail: the header, and per section its MIME header and its bytes.
#[derive(Debug, Default)]
struct Pieces {
    header: Option<Vec<u8>>,
    mime: BTreeMap<String, Vec<u8>>,
    body: BTreeMap<String, Vec<u8>>,
}

impl Session {
    /// The structures of some mails; those that are gone are missing.
    async fn structures(&mut self, uids: &[u32]) -> Result<BTreeMap<u32, Node>, ImapError> {
        let set = uid_set(uids.iter().copied());
        let command = Command::new("UID FETCH").raw(&format!("{set} (UID BODYSTRUCTURE)"));
        let mut found = BTreeMap::new();
        self.exec_with(&command, self.time_for(0), &mut |response| {
            let Some((uid, attributes)) = fetched(response) else { return };
            for attribute in attributes {
                if let AttributeValue::BodyStructure(structure) = attribute
                    && uids.contains(&uid)
                {
                    let mut left = MAX_PARTS;
                    found.insert(uid, Node::of(structure, "", &mut left));
                }
            }
        })
        .await?;
        Ok(found)
    }

    /// Headers and texts of some mails, a few commands in flight.
    async fn pieces(&mut self, nodes: &BTreeMap<u32, Node>) -> Result<BTreeMap<u32, Pieces>, ImapError> {
        let mut found: BTreeMap<u32, Pieces> = BTreeMap::new();
        let asked: Vec<Command> = nodes.iter().map(|(uid, node)| node.question(*uid)).collect();
        for commands in asked.chunks(DEPTH) {
            let bytes = u64::from(MAX_TEXT) * 4;
            let within = self.time_for(bytes);
            let mut note = |response: &Response<'_>| {
                if let Some((uid, attributes)) = fetched(response)
                    && nodes.contains_key(&uid)
                {
                    let pieces = found.entry(uid).or_default();
                    attributes.iter().for_each(|attribute| pieces.note(attribute));
                }
            };
            let answers = self.exec_all(commands, within, &mut note).await?;
            answers.into_iter().collect::<Result<Vec<_>, _>>()?;
        }
        Ok(found)
    }

    /// The beginning of a mail, whatever its structure.
    async fn beginning(&mut self, uid: u32) -> Result<Option<Vec<u8>>, ImapError> {
        let command = Command::new("UID FETCH").raw(&format!("{uid} (UID BODY.PEEK[]<0.{MAX_TEXT}>)"));
        let mut found = None;
        self.exec_with(&command, self.time_for(u64::from(MAX_TEXT)), &mut |response| {
            let Some((other, attributes)) = fetched(response) else { return };
            for attribute in attributes {
                if let AttributeValue::BodySection { section: None, data: Some(data), .. } = attribute
                    && other == uid
                {
                    found = Some(data.to_vec());
                }
            }
        })
        .await?;
        Ok(found)
    }
}

impl Pieces {
    fn note(&mut self, attribute: &AttributeValue<'_>) {
        let AttributeValue::BodySection { section: Some(section), data: Some(data), .. } = attribute else {
            return;
        };
        match section {
            SectionPath::Full(MessageSection::Header) => self.header = Some(data.to_vec()),
            SectionPath::Full(MessageSection::Mime | MessageSection::Text) => {}
            SectionPath::Part(path, what) => {
                let numbers: Vec<String> = path.iter().map(u32::to_string).collect();
                let section = numbers.join(".");
                match what {
                    None => drop(self.body.insert(section, data.to_vec())),
                    Some(MessageSection::Mime) => drop(self.mime.insert(section, data.to_vec())),
                    Some(MessageSection::Header | MessageSection::Text) => {}
                }
            }
        }
    }

    /// A mail again; `None` when not even the header came.
    fn assemble(&self, uid: u32, node: &Node) -> Option<Vec<u8>> {
        let header = self.header.as_ref()?;
        let mut out =
            Vec::with_capacity(header.len() + self.body.values().map(Vec::len).sum::<usize>() + 1024);
        match node {
            Node::Leaf { section, .. } => {
                out.extend_from_slice(header);
                out.extend(self.body.get(section).into_iter().flatten());
            }
            Node::Many { .. } => {
                rename_mime_fields(header, &mut out);
                out.extend_from_slice(b"MIME-Version: 1.0\r\n");
                let mut boundaries = 0;
                self.put(uid, node, &mut boundaries, &mut out);
            }
        }
        Some(out)
    }

    fn put(&self, uid: u32, node: &Node, boundaries: &mut u32, out: &mut Vec<u8>) {
        match node {
            Node::Many { subtype, parts } => {
                *boundaries += 1;
                let boundary = format!("=_madoguchi_{uid}_{boundaries}_=");
                let head = format!("Content-Type: multipart/{subtype}; boundary=\"{boundary}\"\r\n\r\n");
                out.extend_from_slice(head.as_bytes());
                for part in parts {
                    out.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
                    self.put(uid, part, boundaries, out);
                    out.extend_from_slice(b"\r\n");
                }
                out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
            }
            Node::Leaf { section, .. } => {
                let mime = self.mime.get(section).map_or(&b""[..], Vec::as_slice);
                out.extend_from_slice(mime);
                if !mime.ends_with(b"\r\n\r\n") {
                    out.extend_from_slice(if mime.is_empty() || mime.ends_with(b"\n") {
                        b"\r\n"
                    } else {
                        b"\r\n\r\n"
                    });
                }
                out.extend(self.body.get(section).into_iter().flatten());
            }
        }
    }
}

/// Copies a header without its end, with the fields that describe the body renamed: the body has a new form.
fn rename_mime_fields(header: &[u8], out: &mut Vec<u8>) {
    for line in header.split_inclusive(|byte| *byte == b'\n') {
        if line == b"\r\n" || line == b"\n" {
            break;
        }
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        let describes = [&b"content-type"[..], b"content-transfer-encoding", b"mime-version"]
            .iter()
            .any(|field| name.eq_ignore_ascii_case(field));
        if describes {
            out.extend_from_slice(b"X-Original-");
        }
        out.extend_from_slice(line);
    }
    if !out.is_empty() && !out.ends_with(b"\n") {
        out.extend_from_slice(b"\r\n");
    }
}

impl Mailbox {
    /// Large mails by their parts, several at once; when that fails, one by one with less and less asked for.
    pub(super) async fn fetch_large(
        &mut self,
        folder: &str,
        uids: &[u32],
        found: &mut BTreeMap<u32, Content>,
    ) -> Result<(), ImapError> {
        for chunk in uids.chunks(TOGETHER) {
            match self.by_parts(folder, chunk).await {
                Ok(contents) => found.extend(contents),
                Err(error) if error.may_blame_mail() => {
                    for uid in chunk {
                        let content = self.fetch_one_large(folder, *uid).await?;
                        found.insert(*uid, content);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// A large mail: by its parts; where its structure cannot be had, its beginning; else unreadable.
    async fn fetch_one_large(&mut self, folder: &str, uid: u32) -> Result<Content, ImapError> {
        match self.by_parts(folder, &[uid]).await {
            Ok(mut contents) => return Ok(contents.remove(&uid).unwrap_or(Content::Gone)),
            Err(error) if error.may_blame_mail() => {
                info!(uid, %error, "A structure cannot be read; taking the beginning of the mail.");
            }
            Err(error) => return Err(error),
        }
        match self.examine(folder).await?.beginning(uid).await {
            Ok(found) => Ok(found.map_or(Content::Gone, Content::Parts)),
            Err(error) if error.may_blame_mail() => {
                self.prove_alive(folder, uid, &error).await?;
                warn!(uid, %error, "Set a large mail aside: it cannot be read.");
                Ok(Content::Unreadable)
            }
            Err(error) => Err(error),
        }
    }

    async fn by_parts(&mut self, folder: &str, uids: &[u32]) -> Result<BTreeMap<u32, Content>, ImapError> {
        let session = self.examine(folder).await?;
        let nodes = session.structures(uids).await?;
        let pieces = session.pieces(&nodes).await?;
        let contents = pieces.iter().filter_map(|(uid, pieces)| {
            let mail = pieces.assemble(*uid, nodes.get(uid)?)?;
            Some((*uid, Content::Parts(mail)))
        });
        Ok(contents.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_put_together_with_the_structure_they_had() {
        let leaf = |section: &str, wanted| Node::Leaf { section: section.into(), wanted };
        let node = Node::Many {
            subtype: "mixed".into(),
            parts: vec![
                Node::Many {
                    subtype: "alternative".into(),
                    parts: vec![leaf("1.1", true), leaf("1.2", true)],
                },
                leaf("2", false),
            ],
        };
        let pieces = Pieces {
            header: Some(
                b"Subject: x\r\nContent-Type: multipart/mixed;\r\n boundary=b\r\nTo: a@example.jp\r\n\r\n"
                    .to_vec(),
            ),
            mime: [
                ("1.1", "Content-Type: text/plain\r\n\r\n"),
                ("2", "Content-Type: image/png; name=p.png\r\n\r\n"),
            ]
            .map(|(section, mime)| (section.to_owned(), mime.as_bytes().to_vec()))
            .into(),
            body: [("1.1".to_owned(), b"hello".to_vec()), ("1.2".to_owned(), b"<p>hello".to_vec())].into(),
        };
        let mail = String::from_utf8(pieces.assemble(7, &node).unwrap()).unwrap();
        assert_eq!(
            mail,
            "Subject: x\r\nX-Original-Content-Type: multipart/mixed;\r\n boundary=b\r\nTo: a@example.jp\r\n\
             MIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=\"=_madoguchi_7_1_=\"\r\n\r\n\
             --=_madoguchi_7_1_=\r\n\
             Content-Type: multipart/alternative; boundary=\"=_madoguchi_7_2_=\"\r\n\r\n\
             --=_madoguchi_7_2_=\r\nContent-Type: text/plain\r\n\r\nhello\r\n\
             --=_madoguchi_7_2_=\r\n\r\n<p>hello\r\n\
             --=_madoguchi_7_2_=--\r\n\r\n\
             --=_madoguchi_7_1_=\r\nContent-Type: image/png; name=p.png\r\n\r\n\r\n\
             --=_madoguchi_7_1_=--\r\n"
        );
    }
}
