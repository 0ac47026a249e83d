//! Order on updates: a bundle follows another one only when that is applied and healthy as the same release has it.
//!
//! `tests/order` evaluates what we tell the engines with the interpreters that they have.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test, in functions of its own too")]
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};

use diag::Source;
use end_to_end::{Sandbox, artifacts, checkout, skip};
use serde_json::{Value, json};
use yaml::{Duplicates, Node};

/// A script that says how healthy an `Application` is, and the file that has it.
const SCRIPTS: [(&str, &[&str]); 2] = [
    ("platform/gitops/argo-cd/install/health.yaml", &["data"]),
    ("platform/gitops/argo-cd-chart/values.yaml", &["configs", "cm"]),
];
const KEY: &str = "resource.customizations.health.argoproj.io_Application";

#[test]
fn a_kustomization_waits_for_the_digest_of_this_release() {
    let Some(program) = order("a_kustomization_waits_for_the_digest_of_this_release") else { return };
    let Some(sandbox) = Sandbox::new() else { return };
    sandbox.program().build();
    let found = artifacts(&sandbox.workspace().join("target/xtask/lab"));
    let release = found.iter().find(|artifact| artifact.is_release()).unwrap();
    let mut questions = Vec::new();
    let mut expected = Vec::new();
    for (name, text) in release.files.iter().filter(|(name, _)| name.ends_with(".kustomization.yaml")) {
        let kustomization = parse(name, text).to_json();
        for dependency in kustomization["spec"]["dependsOn"].as_array().into_iter().flatten() {
            let other = format!("flux/{}.ocirepository.yaml", dependency["name"].as_str().unwrap());
            let source = release.files.iter().find(|(name, _)| **name == other).unwrap();
            let source = parse(&other, &source.1).to_json();
            let digest = source["spec"]["ref"]["digest"].as_str().unwrap();
            for (status, ready) in states(digest) {
                let dep = json!({"metadata": {"name": "dep", "generation": 2}, "status": status});
                let cel = &dependency["readyExpr"];
                questions.push(json!({"cel": cel, "self": kustomization, "dep": dep}));
                expected.push(json!({"ready": ready, "error": ""}));
            }
        }
    }
    assert!(questions.len() >= 6, "the small workspace has units that wait");
    assert_eq!(ask(program, &questions), expected);
}

/// The status of a dependency, and whether that is what is waited for.
fn states(digest: &str) -> [(Value, bool); 12] {
    let old = format!("sha256:{}", "0".repeat(64));
    let ended =
        |revision: &str, how: &str| json!({"lastReconciledStatus": how, "metadata": {"revision": revision}});
    let healthy = |revision: &str| ended(revision, "ReconciliationSucceeded");
    let status = |history: &[Value], observed: u64, ready: &str| {
        let condition = json!({"type": "Ready", "status": ready});
        json!({"history": history, "observedGeneration": observed, "conditions": [condition]})
    };
    let failed = ended(digest, "HealthCheckFailed");
    [
        (json!({}), false),
        (json!({"observedGeneration": 2, "conditions": [{"type": "Ready", "status": "Unknown"}]}), false),
        (status(&[], 2, "True"), false),
        (status(&[json!({"lastReconciledStatus": "ReconciliationSucceeded"})], 2, "True"), false),
        // What the engine's own check lets pass.
        (status(&[healthy(&old)], 2, "True"), false),
        (status(&[healthy(digest)], 1, "True"), false),
        (status(&[healthy(digest)], 2, "False"), false),
        (status(&[failed.clone(), healthy(&old)], 2, "Unknown"), false),
        // It was healthy once, and something else came between.
        (status(&[ended(&old, "HealthCheckFailed"), healthy(digest)], 2, "Unknown"), false),
        (status(&[healthy(&old), healthy(digest)], 2, "Unknown"), false),
        (status(&[healthy(digest), failed], 2, "True"), true),
        // It is looked at once more.
        (status(&[healthy(digest)], 2, "Unknown"), true),
    ]
}

#[test]
fn an_application_counts_when_what_it_asks_for_was_compared() {
    let Some(program) = order("an_application_counts_when_what_it_asks_for_was_compared") else { return };
    let status = |sync: &str, revision: &str, repository: &str, health: &str| {
        json!({
            "sync": {"status": sync, "comparedTo": {"source": {"targetRevision": revision, "repoURL": repository}}},
            "health": {"status": health},
        })
    };
    let cases = [
        (json!({}), "Progressing"),
        (json!({"sync": {"status": "Unknown"}, "health": {"status": "Healthy"}}), "Progressing"),
        (json!({"sync": {"status": "Synced"}, "health": {"status": "Healthy"}}), "Progressing"),
        (status("OutOfSync", "new", "oci://a", "Healthy"), "Progressing"),
        // The bundle before, which nobody has compared with the new one yet.
        (status("Synced", "old", "oci://a", "Healthy"), "Progressing"),
        (status("Synced", "new", "oci://b", "Healthy"), "Progressing"),
        (status("Synced", "new", "oci://a", "Degraded"), "Degraded"),
        (status("Synced", "new", "oci://a", "Healthy"), "Healthy"),
    ];
    for (file, path) in SCRIPTS {
        let text = std::fs::read_to_string(checkout().join(file)).unwrap();
        let document = parse(file, &text);
        let script = path.iter().chain([&KEY]).try_fold(&document, |node, key| node.get(key));
        let script = script.and_then(Node::as_str).unwrap();
        let source = json!({"targetRevision": "new", "repoURL": "oci://a"});
        let question = |(status, _): &(Value, &str)| json!({"lua": script, "object": {"spec": {"source": source}, "status": status}});
        let answers = ask(program, &cases.iter().map(question).collect::<Vec<_>>());
        for ((status, expected), answer) in cases.iter().zip(answers) {
            assert_eq!(answer["health"]["status"], *expected, "{file}: {status}: {answer}");
        }
    }
}

fn parse(name: &str, text: &str) -> Node {
    let source = Arc::new(Source { name: name.to_owned(), text: text.to_owned() });
    yaml::parse_one(&source, Duplicates::Refuse).unwrap().root
}

fn ask(program: &Path, questions: &[Value]) -> Vec<Value> {
    let mut command = Command::new(program);
    let mut child = command
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(Value::from(questions).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The program; `None` when it cannot be built here.
fn order(test: &str) -> Option<&'static Path> {
    static PROGRAM: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = PROGRAM.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("order");
        end_to_end::go::build(&Path::new(env!("CARGO_MANIFEST_DIR")).join("order"), &target)?;
        Ok(target)
    });
    built.as_deref().map_err(|reason| skip(test, reason)).ok()
}
