//! The files of the checkout.
#![allow(clippy::disallowed_methods, reason = "the test asks git and cargo, as a developer does")]

use std::fs;
use std::process::Command;

use end_to_end::{checkout, skip};

/// A file: its path from the root, and its text if it is one.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: Option<String>,
}

impl File {
    /// A file of an example.
    pub(crate) fn example(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: Some(text.to_owned()) }
    }

    /// Its lines with their numbers, from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let text = self.text.as_deref().unwrap_or_default();
        text.split('\n').enumerate().map(|(index, line)| (index + 1, line))
    }

    /// Whether cargo or git writes it.
    pub(crate) fn is_generated(&self) -> bool {
        self.path == "Cargo.lock" || self.path.ends_with("/go.sum")
    }
}

/// Every file that git has or would take; nothing, and a word why, where there is no git.
pub(crate) fn files(test: &str) -> Option<Vec<File>> {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git").args(list).current_dir(checkout()).output();
    let Some(output) = output.ok().filter(|output| output.status.success()) else {
        skip(test, "the checkout is no git repository, or git is absent");
        return None;
    };
    let names = String::from_utf8(output.stdout).unwrap();
    let mut found: Vec<File> = names.split_terminator('\0').filter_map(read).collect();
    found.sort_by(|left, right| left.path.cmp(&right.path));
    found.dedup_by(|left, right| left.path == right.path);
    assert!(found.len() > 100, "git lists {} files", found.len());
    Some(found)
}

/// A file of the list that is gone from the directory is none.
fn read(path: &str) -> Option<File> {
    let content = fs::read(checkout().join(path)).ok()?;
    Some(File { path: path.to_owned(), text: String::from_utf8(content).ok() })
}

/// The text of a file of the checkout.
pub(crate) fn file(path: &str) -> File {
    read(path).expect("the checkout has the file")
}

/// What cargo says of the packages of the workspace.
pub(crate) fn metadata() -> serde_json::Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let words = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
    let output = Command::new(cargo).args(words).current_dir(checkout()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
