//! Children that go on until they are dropped.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use process::{Command, serve};

/// Waits until something holds.
fn until(holds: impl Fn() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        sleep(Duration::from_millis(20));
    }
    panic!("it never holds");
}

fn is_running(pid: u32) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !state.is_empty() && !state.contains(") Z ")
}

#[test]
fn it_goes_on_until_it_is_dropped_and_takes_its_children_along() {
    let scratch = tempfile::tempdir().unwrap();
    let log = scratch.path().join("log");
    let command = Command::new("/bin/sh", scratch.path())
        .args(["-c", "sleep 1000 & echo child $!; echo told >&2; wait"]);
    let running = serve(&command, &log).unwrap();
    let said = || std::fs::read_to_string(&log).unwrap();
    until(|| said().contains("told"));
    assert!(!running.has_ended().unwrap());
    let child: u32 = said().lines().find_map(|line| line.strip_prefix("child ")).unwrap().parse().unwrap();
    assert!(is_running(child) && is_running(running.pid()));
    let pid = running.pid();
    drop(running);
    until(|| !is_running(child) && !is_running(pid));
}

#[test]
fn its_own_end_is_noticed() {
    let scratch = tempfile::tempdir().unwrap();
    let running = serve(&Command::new("/bin/true", scratch.path()), &scratch.path().join("log")).unwrap();
    until(|| running.has_ended().unwrap());
    assert!(serve(&Command::new("/no/such/program", scratch.path()), &scratch.path().join("log")).is_err());
    assert!(serve(&Command::new("/bin/true", scratch.path()), Path::new("/no/such/directory/log")).is_err());
}
