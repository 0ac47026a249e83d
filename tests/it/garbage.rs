//! What garbage collection leaves is enough for the next build.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use std::fs;

use end_to_end::{Program, Sandbox, built, digests};

const VALUES: &str = "platform/web/site/cluster/lab.yaml";
const CLUSTER: &str = "hosts/lab/cluster.yaml";

/// The program with neither network nor mirror.
fn alone(sandbox: &Sandbox) -> Program {
    Program::new(&sandbox.workspace(), &sandbox.path("home"), &sandbox.store()).flags(&["--offline"])
}

fn removed(sandbox: &Sandbox, what: &str) -> u64 {
    let report = sandbox.run(&["store", "gc", "--format", "json"]).json();
    report["removed"][what]["count"].as_u64().unwrap()
}

#[test]
fn inputs_of_the_last_build_are_kept_for_the_next() {
    let Some(sandbox) = Sandbox::new() else { return };
    sandbox.program().build();
    sandbox.replace(VALUES, "hello from lab", "hello again");
    sandbox.program().build();
    assert!(removed(&sandbox, "objects") > 0, "the first build's objects are no longer needed");

    sandbox.append(VALUES, "replicas: 7\n");
    let report = alone(&sandbox).build();
    assert_eq!(built(&report), ["platform/web/site"]);
    let fresh = Sandbox::new().unwrap();
    fresh.write(VALUES, sandbox.read(VALUES));
    assert_eq!(digests(&fresh.program().build()), digests(&report), "what is left gives the same bytes");
}

#[test]
fn what_was_built_in_a_checkout_that_is_gone_goes() {
    let Some(sandbox) = Sandbox::new() else { return };
    sandbox.program().build();
    assert_eq!(removed(&sandbox, "objects"), 0);
    let moved = sandbox.path("moved");
    fs::rename(sandbox.workspace(), &moved).unwrap();
    let elsewhere = Program::new(&moved, &sandbox.path("home"), &sandbox.store()).flags(&["--offline"]);
    let report = elsewhere.run(&["store", "gc", "--format", "json"]).json();
    assert!(report["removed"]["objects"]["count"].as_u64() > Some(0), "{report}");
    assert_eq!(report["kept"], 0, "{report}");
}

#[test]
fn inputs_that_no_build_needs_go() {
    let Some(sandbox) = Sandbox::new() else { return };
    sandbox.program().build();
    let cluster = sandbox.read(CLUSTER);
    let without: Vec<&str> = cluster.lines().filter(|line| !line.contains("platform/web/site")).collect();
    sandbox.write(CLUSTER, without.join("\n") + "\n");
    sandbox.program().build();
    assert!(removed(&sandbox, "trees") > 0, "nothing names the chart now");

    sandbox.write(CLUSTER, &cluster);
    let refused = alone(&sandbox).run(&["build"]);
    assert_eq!(refused.code, 3, "{}", refused.text());
    assert!(refused.text().contains("site"), "{}", refused.text());
    sandbox.program().build();
    fs::remove_dir_all(sandbox.path("mirror")).unwrap();
    assert_eq!(removed(&sandbox, "trees"), 0);
}
