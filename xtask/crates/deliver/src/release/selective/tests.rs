use super::*;

const OLD: &[u8] = b"old";
const NEW: &[u8] = b"new";

fn root() -> Value {
    json!({
        "metadata": {"name": "releases-lab", "resourceVersion": "7"},
        "spec": {
            "source": {"repoURL": "oci://registry/lab/releases/lab", "targetRevision": "staging"},
            "syncPolicy": {"retry": {"limit": 10}, "syncOptions": ["ServerSideApply=true"]},
        },
        "status": {
            "sync": {"status": "Synced"},
            "health": {"status": "Healthy"},
            "operationState": {"phase": "Succeeded"},
            "resources": [
                {"kind": "AppProject", "name": "lab"},
                {"kind": "Application", "name": "apps-b"},
                {"kind": "Application", "name": "apps-a"},
            ],
        },
    })
}

fn application(name: &str, content: &[u8]) -> Value {
    let source = json!({"targetRevision": Digest::of(content).to_string()});
    json!({"metadata": {"name": name}, "spec": {"source": source}})
}

fn there() -> Vec<Value> {
    let mut foreign = application("foreign", OLD);
    foreign["spec"]["source"] = json!({"repoURL": "elsewhere"});
    vec![application("apps-a", OLD), application("apps-b", OLD), foreign]
}

fn asked(root: &Value, wanted: &[(&str, &[u8])]) -> Option<Value> {
    let bundles: Vec<Value> = wanted
        .iter()
        .map(|(name, content)| {
            let digest = Digest::of(content).to_string();
            json!({"name": name, "version": "1", "digest": digest, "wave": 0, "crds": false})
        })
        .collect();
    let document = json!({
        "architecture": "", "os": "", "schemaVersion": 1, "cluster": "lab", "registry": "oci://registry/lab/",
        "engines": [], "inputs": Digest::of(b"inputs").to_string(), "bundles": bundles,
        "rootfs": {"type": "layers", "diffIds": [], "diff_ids": []},
    });
    let document: ReleaseDocument = serde_json::from_value(document).unwrap();
    selective_sync(root, &there(), "staging", &Digest::of(b"release"), &document)
}

#[test]
fn only_what_changes_is_named() {
    let patch = asked(&root(), &[("apps/a", OLD), ("apps/b", NEW)]).unwrap();
    let expected = json!({
        "metadata": {"resourceVersion": "7", "annotations": {"argocd.argoproj.io/refresh": "normal"}},
        "operation": {
            "initiatedBy": {"username": "cargo-xtask"},
            "retry": {"limit": 10},
            "sync": {
                "revision": Digest::of(b"release").to_string(),
                "syncOptions": ["ServerSideApply=true"],
                "resources": [
                    {"group": "argoproj.io", "kind": "Application", "name": "apps-b", "namespace": "argocd"},
                ],
            },
        },
    });
    assert_eq!(patch, expected);
}

#[test]
fn bundles_that_come_or_go_or_stay_need_nothing_of_the_kind() {
    for wanted in [
        &[("apps/a", OLD), ("apps/b", OLD)][..],
        &[("apps/a", NEW)],
        &[("apps/a", NEW), ("apps/b", OLD), ("apps/c", NEW)],
        &[("apps/a", NEW), ("apps/c", OLD)],
    ] {
        assert_eq!(asked(&root(), wanted), None, "{wanted:?}");
    }
}

#[test]
fn whatever_is_not_at_rest_and_well_is_gone_through_whole() {
    let wanted: &[(&str, &[u8])] = &[("apps/a", OLD), ("apps/b", NEW)];
    for (pointer, word) in [
        ("/status/sync/status", "OutOfSync"),
        ("/status/health/status", "Progressing"),
        ("/status/health/status", "Degraded"),
        ("/status/operationState/phase", "Running"),
        ("/status/operationState/phase", "Failed"),
    ] {
        let mut root = root();
        *root.pointer_mut(pointer).unwrap() = json!(word);
        assert_eq!(asked(&root, wanted), None, "{pointer} {word}");
    }
    for (field, other) in [("repoURL", "oci://other/lab/releases/lab"), ("targetRevision", "production")] {
        let mut elsewhere = root();
        elsewhere["spec"]["source"][field] = json!(other);
        assert_eq!(asked(&elsewhere, wanted), None, "{field}");
    }
    let mut busy = root();
    busy["operation"] = json!({"sync": {}});
    assert_eq!(asked(&busy, wanted), None);
    for field in ["status", "metadata"] {
        let mut bare = root();
        bare.as_object_mut().unwrap().remove(field);
        assert_eq!(asked(&bare, wanted), None, "{field}");
    }
}
