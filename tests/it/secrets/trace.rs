//! What `strace` tells of a run: every write, and every program with its arguments and environment.
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::needles::Needles;

/// Calls that give bytes away.
const CALLS: &str = "write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg,execve,symlink,symlinkat,rename,renameat,renameat2,openat";

/// Whether it can be used here.
pub(crate) fn is_here() -> bool {
    static HERE: OnceLock<bool> = OnceLock::new();
    *HERE.get_or_init(|| {
        let tried =
            Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    })
}

/// The words before a command that is to be followed into a file.
pub(crate) fn wrapper(file: &Path) -> Vec<String> {
    let calls = format!("trace={CALLS}");
    let file = file.display().to_string();
    let words =
        ["strace", "-f", "-v", "-y", "-xx", "-s", "10000000", "-e", &calls, "-e", "signal=none", "-o", &file];
    words.map(str::to_owned).to_vec()
}

/// The lines of a trace that hold a secret, unless it goes into one of the places where it may, or a child of the
/// program hands it over through a pipe.
pub(crate) fn leaks(trace: &str, needles: &Needles, allowed: &[&Path]) -> Vec<String> {
    let main = trace.lines().next().and_then(|line| line.split(' ').next()).unwrap_or_default();
    let mut children = BTreeSet::new();
    let mut leaks = Vec::new();
    // The first line is what the test itself started.
    for line in trace.lines().skip(1) {
        let pid = line.split(' ').next().unwrap_or_default();
        if pid != main && line.contains(" execve(") {
            children.insert(pid);
        }
        let plain = decoded(line);
        let Some(found) = needles.find(&plain) else { continue };
        let target = plain.split(|byte| *byte == b'>').next().unwrap_or_default();
        let target = String::from_utf8_lossy(target).into_owned();
        let is_allowed = allowed.iter().any(|place| target.contains(&format!("<{}", place.display())));
        let is_handed_over = children.contains(pid) && target.contains("<pipe:");
        if !is_allowed && !is_handed_over {
            leaks.push(format!("{target}: {found}"));
        }
    }
    leaks
}

/// A line with its `\x41` as bytes.
fn decoded(line: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(line.len() / 4);
    let mut rest = line.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let digits = rest.strip_prefix(b"\\x").and_then(|rest| rest.get(..2));
        let byte = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &rest[4..] } else { others };
    }
    bytes
}
