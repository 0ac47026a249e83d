//! The official library of Talos, by version, makes the same configurations as we do, patches them alike and complains
//! of the same things.
//!
//! `tests/talos` is one Go program with a file of modules for each version; it answers questions line by line.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test, in functions of its own too")]

mod access;
mod clusters;
mod generated;
mod library;
mod patched;
mod random;
mod validated;

/// The first line that differs, with what stands before it.
fn same(ours: &str, theirs: &str) -> Result<(), String> {
    let lines = |text: &str| text.lines().map(str::to_owned).chain(["(end)".to_owned()]).collect::<Vec<_>>();
    let (ours, theirs) = (lines(ours), lines(theirs));
    let differs = ours.iter().zip(&theirs).position(|(ours, theirs)| ours != theirs);
    let Some(at) = differs else { return Ok(()) };
    let before = ours[at.saturating_sub(8)..at].join("\n");
    Err(format!("{before}\nours:   {}\ntheirs: {}", ours[at], theirs[at]))
}
