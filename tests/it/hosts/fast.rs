//! A build of machines with nothing changed reads nothing; with something changed it makes what it must.
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use end_to_end::skip;
use serde_json::Value;

use crate::stage::Stage;

const K8S_1: &str = "target/xtask/hosts/home-ops/k8s-1.yaml";

/// Machines whose files were written.
fn build(stage: &Stage) -> Vec<String> {
    // A snapshot of files that have just been written is not trusted.
    sleep(Duration::from_millis(50));
    let told = stage.run(0, &["build", "hosts/home-ops", "--format", "json"]).json();
    let is_built = |line: &&Value| line["status"] == "built";
    told.as_array()
        .unwrap()
        .iter()
        .filter(is_built)
        .map(|line| line["machine"].as_str().unwrap().to_owned())
        .collect()
}

/// Replaces a text of a file of the workspace.
fn edit(stage: &Stage, name: &str, old: &str, new: &str) {
    let path = stage.path("workspace").join(name);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(old), "{name}: {text}");
    fs::write(path, text.replacen(old, new, 1)).unwrap();
}

#[test]
fn what_changed_is_made_again() {
    let stage = Stage::new();
    assert_eq!(build(&stage).len(), 8);
    let first = stage.read(&format!("workspace/{K8S_1}"));
    assert!(build(&stage).is_empty());
    assert!(build(&stage).is_empty());

    edit(&stage, "hosts/home-ops/machines/k8s-1.yaml", "mtu: 1500", "mtu: 1400");
    assert_eq!(build(&stage), ["k8s-1"]);
    assert!(build(&stage).is_empty());
    edit(&stage, "hosts/home-ops/machines/k8s-1.yaml", "mtu: 1400", "mtu: 1500");
    assert_eq!(build(&stage), ["k8s-1"]);
    assert_eq!(stage.read(&format!("workspace/{K8S_1}")), first);

    assert!(build(&stage).is_empty());
    fs::remove_file(stage.path("workspace").join(K8S_1)).unwrap();
    assert_eq!(build(&stage), ["k8s-1"]);
    assert!(build(&stage).is_empty());
    edit(&stage, K8S_1, "machine:", "machines:");
    assert_eq!(build(&stage), ["k8s-1"]);

    assert!(build(&stage).is_empty());
    edit(&stage, "hosts/home-ops/cluster.yaml", "time.cloudflare.com", "time.example.org");
    assert_eq!(build(&stage).len(), 8);
    assert!(build(&stage).is_empty());
    edit(&stage, "hosts/home-ops/machines/k8s-9.yaml", "role: ", "offline: it is away\nrole: ");
    assert!(build(&stage).is_empty());
    assert!(!stage.path("workspace/target/xtask/hosts/home-ops/k8s-9.yaml").exists());

    assert!(build(&stage).is_empty());
    edit(&stage, "hosts/home-ops/machines/k8s-8.yaml", "role: worker", "role: nobody");
    stage.run(2, &["build", "hosts/home-ops"]);
}

#[test]
fn with_nothing_changed_no_description_is_read() {
    let test = "with_nothing_changed_no_description_is_read";
    let tried = Command::new("strace").args(["-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    if !tried.is_ok_and(|status| status.success()) {
        return skip(test, "there is no `strace`, or it may not trace");
    }
    let stage = Stage::new();
    let trace = stage.text("trace");
    let opened = || {
        sleep(Duration::from_millis(50));
        let mut program = stage.program();
        program.wrapper =
            ["strace", "-f", "-e", "trace=openat,open,execve", "-o", &trace].map(str::to_owned).to_vec();
        let run = program.run(&["build", "hosts/home-ops"]);
        assert_eq!(run.code, 0, "{}", run.text());
        let trace = stage.read("trace");
        let described =
            trace.lines().filter(|line| line.contains(".yaml\"") || line.contains("inputs.lock\""));
        described.map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(!opened().is_empty());
    assert_eq!(opened(), Vec::<String>::new());
}
