//! What changes in a cluster, as text.

use std::sync::Arc;

use diag::Source;
use publish::{ChangeKind, ObjectChange};
use serde_json::Value;
use yaml::Duplicates;

use crate::commands::diff;
use crate::table::count;

/// More objects than a person reads.
const MANY: usize = 30;

/// A line for each object unless there are many, and their number.
pub(crate) fn summary(changes: &[ObjectChange]) -> String {
    let mut lines: Vec<String> = changes.iter().take(MANY).map(line).collect();
    if changes.len() > MANY {
        lines.push(format!("and {} more, which `--format json` lists", changes.len() - MANY));
    }
    lines.push(format!("{} changed", count(changes.len(), "object")));
    lines.join("\n")
}

/// Every field that changes.
pub(crate) fn details(changes: &[ObjectChange]) -> String {
    let lines: Vec<String> = changes
        .iter()
        .map(|change| match change.kind {
            ChangeKind::Changed => {
                let side =
                    |text: &Option<String>| text.iter().filter_map(|text| object(text)).collect::<Vec<_>>();
                diff::text(&diff::compare(&side(&change.before), &side(&change.after)))
            }
            _ => line(change),
        })
        .collect();
    lines.join("\n")
}

fn line(change: &ObjectChange) -> String {
    let sign = match change.kind {
        ChangeKind::Added => '+',
        ChangeKind::Changed => '~',
        ChangeKind::Removed => '-',
    };
    format!("{sign} {}  ({})", change.object, change.bundle)
}

fn object(text: &str) -> Option<Value> {
    let source = Arc::new(Source { name: "object".to_owned(), text: text.to_owned() });
    Some(yaml::parse_one(&source, Duplicates::LastWins).ok()?.root.to_json())
}
