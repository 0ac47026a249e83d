//! Containers that ended with an error, and what they said.

use api::Client;
use serde_json::Value;

/// Lines of a log that are looked at: a stack trace may follow the line that says why.
const TAIL: usize = 60;
/// As many of them as are repeated where none says why.
const LAST: usize = 2;
/// The longest part of a line that is repeated, in characters.
const LONGEST: usize = 300;

/// A container of a pod that ended with an error.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ended<'a> {
    pub(crate) pod: &'a str,
    pub(crate) container: &'a str,
    pub(crate) code: i64,
    /// Whether another one runs in its place, or waits to.
    is_replaced: bool,
}

/// The ones of a pod.
pub(crate) fn ended(pod: &Value) -> Vec<Ended<'_>> {
    let lists = ["/status/initContainerStatuses", "/status/containerStatuses"];
    let statuses = lists.into_iter().filter_map(|list| pod.pointer(list)?.as_array()).flatten();
    let code = |status: &Value, state: &str| {
        status.get(state)?.pointer("/terminated/exitCode")?.as_i64().filter(|code| *code != 0)
    };
    let found = statuses.filter_map(|status| {
        let now = code(status, "state").map(|code| (code, false));
        let (code, is_replaced) = now.or_else(|| Some((code(status, "lastState")?, true)))?;
        let (pod, container) = (pod.pointer("/metadata/name")?.as_str()?, status.get("name")?.as_str()?);
        Some(Ended { pod, container, code, is_replaced })
    });
    found.collect()
}

impl Ended<'_> {
    /// What it said last; nothing when its log is gone.
    pub(crate) fn words(&self, client: &Client, namespace: &str) -> Vec<String> {
        let Self { pod, container, is_replaced, .. } = self;
        let query = format!("container={container}&tailLines={TAIL}&previous={is_replaced}");
        let log = client.text(&format!("/api/v1/namespaces/{namespace}/pods/{pod}/log?{query}"));
        telling(&log.unwrap_or_default())
    }
}

/// The line of a log that says why, or else its last ones.
fn telling(log: &str) -> Vec<String> {
    let lines: Vec<&str> = log.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let is_sign = |line: &&&str| ["fatal", "error"].iter().any(|sign| line.to_lowercase().contains(sign));
    // What follows a panic is its trace, which may name errors, too.
    let panic = lines.iter().find(|line| line.starts_with("panic:"));
    let told = match panic.or_else(|| lines.iter().rfind(is_sign)) {
        Some(line) => std::slice::from_ref(line),
        None => lines.get(lines.len().saturating_sub(LAST)..).unwrap_or_default(),
    };
    told.iter().map(|line| line.chars().take(LONGEST).collect()).collect()
}

#[cfg(test)]
mod tests;
