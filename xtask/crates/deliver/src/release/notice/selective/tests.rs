use super::super::tests::{NEW, OLD, document, root, there};
use super::*;
use hashing::Digest;

fn asked(root: &Value, wanted: &[(&str, &[u8])]) -> Option<Value> {
    let (release, document) = (Digest::of(b"release"), document(wanted));
    let news = News { channel: "staging", release: &release, document: &document, back: false };
    selective_sync(root, &there(), &news).map(|notice| notice.patch)
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
    let mut busy = root();
    busy["operation"] = json!({"sync": {}});
    assert_eq!(asked(&busy, wanted), None);
    for field in ["status", "metadata"] {
        let mut bare = root();
        bare.as_object_mut().unwrap().remove(field);
        assert_eq!(asked(&bare, wanted), None, "{field}");
    }
}
