//! What a child sees, what is left of it, and how it ends.

#![allow(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::thread;
use std::time::Duration;

use process::{Command, Finished, ProcessError, run};

fn shell(scratch: &Path, script: &str) -> Command {
    Command::new("/bin/sh", scratch).args(["-c", script])
}

fn output(command: &Command) -> Finished {
    run(command).expect("the child runs to its end")
}

/// Whether the process in the file `pid` has ended; waits for the kernel to deliver the signal.
fn ended(file: &Path) -> bool {
    let pid = fs::read_to_string(file).expect("the child wrote its number").trim().to_owned();
    (0..500).any(|_| {
        let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let gone = state.is_empty() || state.contains(") Z ") || state.contains(") X ");
        if !gone {
            thread::sleep(Duration::from_millis(10));
        }
        gone
    })
}

#[test]
fn environment_holds_only_what_is_made_here() {
    let scratch = tempfile::tempdir().unwrap();
    let command = Command::new("/usr/bin/env", scratch.path()).env("MINE", "1").env("TZ", "CET");
    let text = String::from_utf8(output(&command).stdout).unwrap();
    let seen: BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once('=')).collect();
    let names: Vec<&str> = seen.keys().copied().collect();
    assert_eq!(
        names,
        [
            "HELM_CACHE_HOME",
            "HELM_CONFIG_HOME",
            "HELM_DATA_HOME",
            "HELM_PLUGINS",
            "HOME",
            "LC_ALL",
            "MINE",
            "PATH",
            "TMPDIR",
            "TZ",
            "XDG_CACHE_HOME",
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "XDG_RUNTIME_DIR",
            "XDG_STATE_HOME",
        ]
    );
    assert_eq!(seen["TZ"], "CET", "the caller's variables win");
    assert_eq!(seen["LC_ALL"], "C");
    for (name, value) in &seen {
        if !["MINE", "TZ", "LC_ALL", "PATH"].contains(name) {
            assert!(Path::new(value).starts_with(scratch.path()), "{name}={value} is not in the scratch");
        }
    }
    for name in ["HOME", "TMPDIR"] {
        assert!(Path::new(&seen[name]).is_dir(), "{name} does not exist");
    }
}

#[test]
fn code_and_both_outputs_are_returned() {
    let scratch = tempfile::tempdir().unwrap();
    let done = output(&shell(scratch.path(), "echo out; echo err >&2; exit 3"));
    assert_eq!((done.stdout.as_slice(), done.stderr.as_str(), done.code), (&b"out\n"[..], "err\n", 3));
    assert!(!done.succeeded());
    assert_eq!(output(&shell(scratch.path(), "kill -9 $$")).code, 137, "as shells count signals");
}

#[test]
fn big_output_on_both_pipes_does_not_block() {
    let scratch = tempfile::tempdir().unwrap();
    let script = "head -c 3000000 /dev/zero & head -c 3000000 /dev/zero | tr '\\0' x >&2; wait";
    let done = output(&shell(scratch.path(), script));
    assert_eq!((done.stdout.len(), done.stderr.len()), (3_000_000, 3_000_000));
}

#[test]
fn input_is_passed_and_may_stay_unread() {
    let scratch = tempfile::tempdir().unwrap();
    let mut command = shell(scratch.path(), "cat");
    command.stdin = vec![b'x'; 1_000_000];
    assert_eq!(output(&command).stdout, command.stdin);
    let mut command = shell(scratch.path(), "exit 0");
    command.stdin = vec![b'x'; 1_000_000];
    assert!(output(&command).succeeded());
    assert_eq!(output(&shell(scratch.path(), "cat")).stdout, b"", "no input is an empty one");
}

#[test]
fn deadline_ends_the_child_and_all_that_it_started() {
    let scratch = tempfile::tempdir().unwrap();
    let mut command = shell(
        scratch.path(),
        "trap '' TERM; echo waiting >&2; sh -c 'trap \"\" TERM; echo $$ > grandchild; while :; do sleep 1; done' & wait",
    );
    command.deadline = Duration::from_millis(500);
    match run(&command) {
        Err(ProcessError::Deadline { deadline, stderr, .. }) => {
            assert_eq!(deadline, command.deadline);
            assert_eq!(stderr, "waiting", "the error repeats what the child said");
        }
        other => panic!("expected a deadline, got {other:?}"),
    }
    assert!(ended(&scratch.path().join("grandchild")));
}

#[test]
fn what_a_child_leaves_behind_is_killed_and_not_waited_for() {
    let scratch = tempfile::tempdir().unwrap();
    let done = output(&shell(scratch.path(), "sleep 100000 & echo $! > left; echo done"));
    assert_eq!(done.stdout, b"done\n");
    assert!(ended(&scratch.path().join("left")));
}

#[test]
fn missing_program_and_missing_directory_are_told_apart_from_a_code() {
    let scratch = tempfile::tempdir().unwrap();
    let missing = run(&Command::new("no-such-program", scratch.path())).unwrap_err();
    assert!(missing.is_missing_program());
    assert!(missing.to_string().starts_with("could not start `no-such-program` in"), "{missing}");
    let mut command = shell(scratch.path(), "exit 0");
    command.directory = scratch.path().join("nowhere");
    assert!(matches!(run(&command), Err(ProcessError::Start { .. })));
}

#[test]
#[allow(clippy::disallowed_methods, reason = "the test shows what the kernel does without this crate")]
fn a_program_that_is_still_open_for_writing_is_tried_again() {
    let scratch = tempfile::tempdir().unwrap();
    let program = scratch.path().join("fresh");
    fs::copy("/bin/true", &program).expect("the program is copied");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it is made executable");
    let open = fs::File::options().append(true).open(&program).expect("it is opened for writing");
    let refused = std::process::Command::new(&program).status().map_err(|error| error.kind());
    assert!(
        matches!(refused, Err(std::io::ErrorKind::ExecutableFileBusy)),
        "the kernel refuses it: {refused:?}"
    );
    let writer = thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        drop(open);
    });
    assert!(output(&Command::new(&program, scratch.path())).succeeded());
    writer.join().expect("the file is closed");
}

#[test]
fn started_counts_children() {
    let scratch = tempfile::tempdir().unwrap();
    let before = process::started();
    output(&shell(scratch.path(), "exit 0"));
    assert!(process::started() > before);
}

#[test]
fn programs_of_the_user_are_found() {
    assert!(process::find("sh").is_some_and(|path| path.is_absolute()));
    assert_eq!(process::find("no-such-program"), None);
}
