//! Mails out of files and folders: mbox files, `*.eml`, Maildirs. Reads, and changes nothing.
//!
//! What cannot be read comes out under its name, with the reason, and hides no other mail.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use super::mbox::Mbox;
use super::tags::Tags;
use crate::mime::MAX_MAIL;

/// A mail on its way to the readers.
#[derive(Debug)]
pub struct Raw {
    /// A file, a place in a file, or a UID: how a person finds it again.
    pub name: String,
    /// Its bytes, or why there are none.
    pub bytes: Result<Vec<u8>, String>,
    /// What it carries.
    pub tags: Tags,
    /// Bytes it took where it lies.
    pub size: u64,
}

/// Files to be read.
#[derive(Debug)]
pub struct Archive {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Mbox(PathBuf, u64),
    File { path: PathBuf, size: u64, tags: Option<Tags> },
}

impl Archive {
    /// Looks at what there is; reads no mail yet.
    ///
    /// # Errors
    /// The first path that is not there or cannot be listed.
    pub fn open(paths: &[PathBuf]) -> Result<Self, (PathBuf, io::Error)> {
        let mut parts = Vec::new();
        for path in paths {
            let found = if path.is_dir() { folder(path) } else { file(path).map(|part| vec![part]) };
            parts.extend(found.map_err(|error| (path.clone(), error))?);
        }
        Ok(Self { parts })
    }

    /// Bytes of all files.
    pub fn size(&self) -> u64 {
        let sizes = self.parts.iter().map(|part| match part {
            Part::Mbox(_, size) | Part::File { size, .. } => *size,
        });
        sizes.fold(0, u64::saturating_add)
    }

    /// Every mail, in the order of the paths, of the names, of the file.
    pub fn mails(&self) -> impl Iterator<Item = Raw> {
        self.parts.iter().flat_map(Part::mails)
    }
}

/// A single file: a mail where it is called so, else an mbox.
fn file(path: &Path) -> io::Result<Part> {
    let size = fs::metadata(path)?.len();
    let part = match path.extension().and_then(|extension| extension.to_str()) {
        Some("eml") => Part::File { path: path.to_owned(), size, tags: None },
        Some(_) | None => Part::Mbox(path.to_owned(), size),
    };
    Ok(part)
}

/// The `*.eml` of a folder, and the mails of a Maildir.
fn folder(path: &Path) -> io::Result<Vec<Part>> {
    let mut parts = Vec::new();
    for (path, size) in listed(path)? {
        if path.extension().is_some_and(|extension| extension == "eml") {
            parts.push(Part::File { path, size, tags: None });
        }
    }
    let keywords = keywords(path);
    for below in ["cur", "new"].map(|name| path.join(name)).iter().filter(|below| below.is_dir()) {
        for (path, size) in listed(below)? {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if !name.starts_with('.') {
                let tags = Some(Tags::of_maildir(&name, &keywords));
                parts.push(Part::File { path, size, tags });
            }
        }
    }
    Ok(parts)
}

/// The files of a folder with their sizes, in order of name.
fn listed(folder: &Path) -> io::Result<Vec<(PathBuf, u64)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let data = fs::metadata(entry.path())?;
        if data.is_file() {
            files.push((entry.path(), data.len()));
        }
    }
    files.sort();
    Ok(files)
}

/// Dovecot's table of keywords: `0 $Handled`. Without it, small letters mean nothing.
fn keywords(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("dovecot-keywords")).unwrap_or_default();
    let mut words = Vec::new();
    for line in text.lines() {
        let Some((number, word)) = line.split_once(' ') else { continue };
        match number.parse::<usize>() {
            // Maildir knows 26 letters.
            Ok(at) if at < 26 => {
                if words.len() <= at {
                    words.resize(at + 1, String::new());
                }
                if let Some(slot) = words.get_mut(at) {
                    word.clone_into(slot);
                }
            }
            Ok(_) | Err(_) => {}
        }
    }
    words
}

impl Part {
    fn mails(&self) -> Box<dyn Iterator<Item = Raw> + '_> {
        match self {
            Self::File { path, size, tags } => {
                let name = path.display().to_string();
                let limit = u64::try_from(MAX_MAIL).unwrap_or(u64::MAX);
                let bytes = if *size > limit {
                    Err(format!("the mail has {size} bytes, more than are read at once"))
                } else {
                    fs::read(path).map_err(|error| error.to_string())
                };
                let tags = tags.clone().unwrap_or_default();
                Box::new(std::iter::once(raw(name, bytes, tags, *size)))
            }
            Self::Mbox(path, size) => {
                let name = path.display().to_string();
                match File::open(path) {
                    Err(error) => {
                        Box::new(std::iter::once(raw(name, Err(error.to_string()), Tags::default(), *size)))
                    }
                    Ok(file) => Box::new(Mbox::new(BufReader::with_capacity(1 << 20, file), MAX_MAIL).map(
                        move |piece| match piece {
                            Ok(piece) => {
                                let name = match &piece.mail {
                                    Ok(_) => format!("{name}#{}", piece.number),
                                    Err(_) => format!("{name}#{} (byte {})", piece.number, piece.offset),
                                };
                                let bytes = piece.mail.map_err(|damage| damage.to_string());
                                raw(name, bytes, Tags::default(), piece.size)
                            }
                            Err(error) => raw(name.clone(), Err(error.to_string()), Tags::default(), 0),
                        },
                    )),
                }
            }
        }
    }
}

fn raw(name: String, bytes: Result<Vec<u8>, String>, tags: Tags, size: u64) -> Raw {
    let tags = match &bytes {
        Ok(mail) => tags.with_fields(mail),
        Err(_) => tags,
    };
    Raw { name, bytes, tags, size }
}
