//! A signal ends the children, and `run` says so. A process of its own: the signal stays set.

use std::thread;
use std::time::Duration;

use process::{Command, ProcessError, interruptible, run};

#[test]
fn a_signal_kills_running_children_and_refuses_new_ones() {
    interruptible().unwrap();
    interruptible().unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let ready = scratch.path().join("ready");
    let command = Command::new("/bin/sh", scratch.path()).args(["-c", "touch ready; sleep 100000"]);
    let waiting = thread::spawn(move || run(&command));
    while !ready.exists() {
        thread::sleep(Duration::from_millis(5));
    }
    signal_hook::low_level::raise(signal_hook::consts::SIGINT).unwrap();
    assert!(matches!(waiting.join().unwrap(), Err(ProcessError::Interrupted { .. })));
    let late = run(&Command::new("/bin/true", scratch.path()));
    assert!(matches!(late, Err(ProcessError::Interrupted { .. })));
}
