//! The files of a labelled folder: which there are, and their rows.

use std::error::Error;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The JSON Lines files of a folder whose names begin with a word, sorted.
pub(crate) fn sets(folder: &Path, word: &str) -> std::io::Result<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "jsonl") && stem(path).starts_with(word))
        .collect();
    found.sort();
    Ok(found)
}

pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The objects of a JSON Lines file.
pub(crate) fn lines(path: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    text.trim_start_matches('\u{feff}')
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(no, line)| {
            serde_json::from_str(line)
                .map_err(|error| format!("{}:{}: {error}", path.display(), no + 1).into())
        })
        .collect()
}
