//! Watching for changes.

use std::io::{BufRead as _, BufReader};

use reqwest::blocking::Response;
use serde_json::Value;

/// One change that a server tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK` or `ERROR`.
    pub kind: String,
    /// The object after it, or a `Status`.
    pub object: Value,
}

/// The changes of a list of objects, until the server or the connection ends. An end is no failure: who needs more lists
/// and watches again.
pub struct Watch {
    lines: BufReader<Response>,
}

impl Watch {
    pub(crate) fn new(response: Response) -> Self {
        Self { lines: BufReader::new(response) }
    }
}

impl Iterator for Watch {
    type Item = Change;

    fn next(&mut self) -> Option<Change> {
        let mut line = String::new();
        if self.lines.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let mut told: Value = serde_json::from_str(&line).ok()?;
        let kind = told.get("type")?.as_str()?.to_owned();
        Some(Change { kind, object: told.get_mut("object")?.take() })
    }
}
