//! However a run ends, nothing of it stays: no machine, no TPM, no file.
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::Duration;

use end_to_end::{Program, skip};

use crate::program;

/// How often something is looked at, and for how often until it is given up: two minutes.
const PAUSE: Duration = Duration::from_millis(200);
const TRIES: usize = 600;

/// The command lines of the processes that name a directory.
fn processes(directory: &Path) -> Vec<String> {
    let wanted = directory.join("xtask-boot-").display().to_string();
    let lines = fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let bytes = fs::read(entry.unwrap().path().join("cmdline")).ok()?;
        Some(String::from_utf8_lossy(&bytes).replace('\0', " "))
    });
    lines.filter(|line| line.contains(&wanted)).collect()
}

fn directories(directory: &Path) -> usize {
    let names = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().starts_with("xtask-boot-")).count()
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..TRIES {
        if is_so() {
            return;
        }
        sleep(PAUSE);
    }
    panic!("{what}, not within two minutes");
}

/// A machine with a TPM that runs.
fn started(program: &Program, temporary: &Path) -> Child {
    let words = ["boot", "images/lab", "--output", "uki", "--tpm", "--memory", "256", "--accelerator", "tcg"];
    let child = program.spawn(&words);
    until("QEMU and swtpm run", || {
        let all = processes(temporary);
        ["qemu-system-x86_64", "swtpm"].iter().all(|name| all.iter().any(|line| line.contains(name)))
    });
    child
}

#[test]
fn nothing_stays_of_a_run_that_ends() {
    const TEST: &str = "nothing_stays_of_a_run_that_ends";
    let temporary = tempfile::tempdir().unwrap();
    let Some(program) = program(TEST, temporary.path()) else { return };
    if process::find("swtpm").is_none() {
        return skip(TEST, "there is no `swtpm`");
    }
    let place = temporary.path().join("t");
    fs::create_dir(&place).unwrap();
    let program = program.env("TMPDIR", &place.display().to_string());
    for signal in ["INT", "TERM", "KILL"] {
        let mut child = started(&program, &place);
        let told =
            Command::new("kill").arg(format!("-{signal}")).arg(child.id().to_string()).status().unwrap();
        assert!(told.success());
        child.wait().unwrap();
        until("all processes have ended", || processes(&place).is_empty());
        if signal == "KILL" {
            // Nobody was there to tidy up; the next run does, whatever comes of it.
            assert_eq!(directories(&place), 1);
            assert_ne!(program.run(&["boot", "no-such-image"]).code, 0);
        }
        assert_eq!(directories(&place), 0, "{signal}");
    }
    assert!(!program.directory.join("target").exists(), "the machine left its disk");
}
