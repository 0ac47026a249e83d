//! How children that run beside us end.
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up has failed")]
#![allow(clippy::disallowed_methods, reason = "a test starts itself to be killed")]

use std::path::Path;
use std::thread;
use std::time::Duration;
use std::{env, fs};

use process::{Command, Running, serve};

const LONG: Duration = Duration::from_mins(1);

fn shell(scratch: &Path, script: &str) -> Running {
    serve(&Command::new("/bin/sh", scratch).args(["-c", script]), &scratch.join("log"))
        .expect("the shell starts")
}

fn wait_for(file: &Path) -> String {
    for _ in 0..3000 {
        match fs::read_to_string(file) {
            Ok(text) if text.ends_with('\n') => return text.trim().to_owned(),
            _ => thread::sleep(Duration::from_millis(10)),
        }
    }
    panic!("`{}` was not written", file.display())
}

fn is_gone(pid: &str) -> bool {
    (0..1000).any(|_| {
        let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let gone = state.is_empty() || state.contains(") Z ") || state.contains(") X ");
        if !gone {
            thread::sleep(Duration::from_millis(10));
        }
        gone
    })
}

#[test]
fn its_end_and_its_words_are_told() {
    let scratch = tempfile::tempdir().unwrap();
    let child = shell(scratch.path(), "echo one; echo two >&2; exit 3");
    assert_eq!(child.wait(LONG).unwrap(), Some(3));
    assert!(child.has_ended().unwrap());
    assert_eq!(fs::read_to_string(scratch.path().join("log")).unwrap(), "one\ntwo\n");
}

#[test]
fn what_it_started_ends_with_it() {
    for by_drop in [false, true] {
        let scratch = tempfile::tempdir().unwrap();
        let child = shell(scratch.path(), "trap '' TERM; sleep 100000 & echo $! > pid; wait");
        let pid = wait_for(&scratch.path().join("pid"));
        assert!(!child.has_ended().unwrap());
        assert_eq!(child.wait(Duration::from_millis(1)).unwrap(), None);
        if by_drop {
            drop(child);
        } else {
            child.end();
        }
        assert!(is_gone(&pid), "by_drop: {by_drop}");
    }
}

#[test]
fn it_ends_when_its_parent_is_killed() {
    if let Some(scratch) = env::var_os("SERVE_AND_WAIT_TO_BE_KILLED") {
        let _child = shell(Path::new(&scratch), "echo $$ > pid; exec sleep 100000");
        thread::sleep(LONG);
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let mut parent = std::process::Command::new(env::current_exe().unwrap())
        .args(["--exact", "it_ends_when_its_parent_is_killed"])
        .env("SERVE_AND_WAIT_TO_BE_KILLED", scratch.path())
        .spawn()
        .unwrap();
    let pid = wait_for(&scratch.path().join("pid"));
    parent.kill().unwrap();
    parent.wait().unwrap();
    assert!(is_gone(&pid));
}
