use serde_json::json;

use super::*;

const DIGEST: &str = "sha256:0101010101010101010101010101010101010101010101010101010101010101";

#[test]
fn flux_is_healthy_only_about_what_it_was_told_last() {
    let object = |observed: i64, status: &str| {
        json!({
            "metadata": {"name": "x", "generation": 2},
            "status": {
                "observedGeneration": observed,
                "lastAppliedRevision": format!("staging@{DIGEST}"),
                "conditions": [{"type": "Reconciling", "status": "True"}, {"type": "Ready", "status": status, "message": "why"}],
            },
        })
    };
    for (object, healthy) in [
        (object(2, "True"), true),
        (object(1, "True"), false),
        (object(2, "False"), false),
        (json!({}), false),
    ] {
        let mut observed = Observed::default();
        flux(&object, &mut observed);
        assert_eq!(observed.healthy, healthy, "{object}");
    }
    let mut observed = Observed::default();
    flux(&object(2, "False"), &mut observed);
    assert_eq!((observed.applied.as_str(), observed.message.as_str()), (DIGEST, "why"));
}

#[test]
fn flux_looking_again_at_what_got_healthy_has_not_found_anything_else() {
    let object = |ready: &str, ended: &str, applied: &str| {
        json!({
            "metadata": {"name": "x", "generation": 2},
            "status": {
                "observedGeneration": 2,
                "lastAppliedRevision": applied,
                "history": [{"lastReconciledStatus": ended, "metadata": {"revision": DIGEST}}],
                "conditions": [{"type": "Reconciling", "status": "True", "reason": "Progressing"}, {"type": "Ready", "status": ready}],
            },
        })
    };
    let other = DIGEST.replace("01", "02");
    for (ready, ended, applied, healthy) in [
        ("Unknown", "ReconciliationSucceeded", DIGEST, true),
        ("Unknown", "HealthCheckFailed", DIGEST, false),
        ("Unknown", "ReconciliationSucceeded", other.as_str(), false),
        ("False", "ReconciliationSucceeded", DIGEST, false),
    ] {
        let mut observed = Observed::default();
        flux(&object(ready, ended, applied), &mut observed);
        assert_eq!((observed.healthy, observed.busy), (healthy, true), "{ready} {ended} {applied}");
    }
}

#[test]
fn argo_cd_is_not_believed_when_it_could_not_even_fetch() {
    let unknown = json!({"status": {"sync": {"status": "Unknown"}, "health": {"status": "Healthy"},
        "conditions": [{"type": "ComparisonError", "message": "manifest unknown"}]}});
    let observed = argocd(&unknown);
    assert_eq!(
        (observed.healthy, observed.applied.as_str(), observed.message.as_str()),
        (false, "", "manifest unknown")
    );
    let well = json!({"status": {"sync": {"status": "Synced", "revision": DIGEST}, "health": {"status": "Healthy"}}});
    let observed = argocd(&well);
    assert_eq!((observed.healthy, observed.applied.as_str(), observed.seen.as_str()), (true, DIGEST, DIGEST));
}

#[test]
fn argo_cd_has_nothing_to_do_where_what_it_gave_up_changed_nothing() {
    let object = |phase: &str, sync: &str| {
        json!({"status": {
            "sync": {"status": sync, "revision": DIGEST},
            "health": {"status": "Healthy"},
            "operationState": {"phase": phase, "syncResult": {"revision": "sha256:00"}},
        }})
    };
    for (phase, sync, applied) in [
        ("Failed", "Synced", DIGEST),
        ("Failed", "OutOfSync", ""),
        ("Running", "Synced", "sha256:00"),
        ("Succeeded", "OutOfSync", "sha256:00"),
    ] {
        assert_eq!(argocd(&object(phase, sync)).applied, applied, "{phase} {sync}");
    }
}

#[test]
fn revisions_end_in_a_digest() {
    for (revision, expected) in
        [(DIGEST, DIGEST), (&format!("1.0.0@{DIGEST}"), DIGEST), ("main", ""), ("", "")]
    {
        assert_eq!(digest(revision), expected);
    }
}

#[test]
fn flux_has_applied_what_it_looks_at_and_what_did_not_get_healthy() {
    let object = |reason: &str, message: &str, reconciling: &str| {
        json!({"status": {
            "lastAppliedRevision": "old@sha256:00",
            "lastAttemptedRevision": format!("new@{DIGEST}"),
            "conditions": [{"type": "Healthy", "status": "Unknown", "reason": reason, "message": message},
                {"type": "Ready", "status": "Unknown", "reason": "Progressing", "message": "Reconciliation in progress"},
                {"type": "Reconciling", "status": "True", "reason": reconciling}],
        }})
    };
    let checking = format!("Running health checks for revision new@{DIGEST} with a timeout of 5m0s");
    for (reason, message, reconciling, applied) in [
        ("Progressing", checking.as_str(), "Progressing", DIGEST),
        ("HealthCheckFailed", "timeout", "ProgressingWithRetry", DIGEST),
        ("HealthCheckFailed", "timeout of the release before", "Progressing", "sha256:00"),
        ("Succeeded", "Health check passed in 1s", "Progressing", "sha256:00"),
    ] {
        let mut observed = Observed::default();
        flux(&object(reason, message, reconciling), &mut observed);
        assert_eq!((observed.applied.as_str(), observed.attempted.as_str()), (applied, DIGEST), "{message}");
        assert!(observed.busy && !observed.healthy);
    }
}

#[test]
fn argo_cd_is_busy_while_an_operation_is_there() {
    let phase = |phase: &str| json!({"status": {"operationState": {"phase": phase, "syncResult": {"revision": DIGEST}}}});
    for (object, busy) in [
        (phase("Running"), true),
        (phase("Terminating"), true),
        (phase("Succeeded"), false),
        (phase("Failed"), false),
        (json!({"operation": {}}), true),
    ] {
        assert_eq!(argocd(&object).busy, busy, "{object}");
    }
    assert_eq!(argocd(&phase("Failed")).attempted, DIGEST);
}
