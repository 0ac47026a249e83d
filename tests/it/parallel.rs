//! Several builds at once on one store.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use std::collections::BTreeSet;
use std::fs;

use end_to_end::{Program, Run, Sandbox, built, copy, digests};

#[test]
fn eight_builds_at_once_do_each_thing_once() {
    let Some(sandbox) = Sandbox::counting() else { return };
    let args = ["build", "--format", "json"];
    // Half of them share a checkout, the others have their own.
    let programs: Vec<Program> = (0..8)
        .map(|number| {
            let directory = sandbox.path(&format!("checkout-{number}"));
            if number % 2 == 0 {
                return sandbox.program();
            }
            copy(&sandbox.workspace(), &directory);
            Program { directory, ..sandbox.program() }
        })
        .collect();
    let children: Vec<_> = programs.iter().map(|program| program.spawn(&args)).collect();
    let reports: Vec<_> = children
        .into_iter()
        .map(|child| Run::of(&child.wait_with_output().unwrap()).json()[0].take())
        .collect();

    let results: BTreeSet<String> = reports.iter().map(|report| format!("{:?}", digests(report))).collect();
    assert_eq!(results.len(), 1, "{results:#?}");
    let mut calls = sandbox.calls();
    calls.sort();
    assert_eq!(calls, ["helm", "kubectl"], "each recipe runs once");
    let made: BTreeSet<String> = reports.iter().flat_map(built).collect();
    assert_eq!(made.len(), 5, "{made:?}");
    assert_eq!(sandbox.run(&["store", "verify"]).code, 0);
    let layout = end_to_end::artifacts(&sandbox.workspace().join("target/xtask/lab"));
    assert_eq!(layout.len(), digests(&reports[0]).len());
    assert_eq!(leftovers(&sandbox), Vec::<String>::new());
}

/// Files of the layout that are unfinished.
fn leftovers(sandbox: &Sandbox) -> Vec<String> {
    let layout = sandbox.workspace().join("target/xtask/lab");
    let files = end_to_end::listing(&layout).into_keys();
    let names = files.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()));
    names
        .filter(|name| !name.chars().all(|c| c.is_ascii_hexdigit()))
        .filter(|name| name.contains("new"))
        .collect()
}

#[test]
fn builds_of_two_clusters_share_what_is_the_same() {
    let Some(sandbox) = Sandbox::counting() else { return };
    let other = sandbox.read("hosts/lab/cluster.yaml").replace("name: lab", "name: other");
    sandbox
        .write("hosts/other/cluster.yaml", other.replace("environment: staging", "environment: production"));
    fs::remove_dir_all(sandbox.workspace().join("apps/data")).unwrap();
    let program = sandbox.program();
    let lab = program.spawn(&["build", "--format", "json"]);
    let other = program.spawn(&["build", "--format", "json", "--cluster", "other"]);
    let reports = [lab, other].map(|child| Run::of(&child.wait_with_output().unwrap()).json()[0].take());
    assert_eq!(reports[0]["cluster"], "lab");
    assert_eq!(reports[1]["cluster"], "other");
    let (lab, other) = (digests(&reports[0]), digests(&reports[1]));
    assert_eq!(lab["platform/core/namespaces"], other["platform/core/namespaces"]);
    assert_ne!(lab["platform/web/site"], other["platform/web/site"]);
}
