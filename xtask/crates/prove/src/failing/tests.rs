use serde_json::json;

use super::*;

#[test]
fn an_object_says_what_is_wrong_with_it() {
    let condition = |kind: &str, status: &str| json!({"status": {"conditions": [{"type": kind, "status": status, "message": "why"}]}});
    let job = |conditions: Value| json!({"kind": "Job", "status": {"conditions": conditions}});
    let deployment = |ready: i64, updated: i64| json!({"kind": "Deployment", "spec": {"replicas": 2}, "status": {"readyReplicas": ready, "updatedReplicas": updated}});
    let cases = [
        (deployment(2, 2), None),
        (deployment(2, 1), Some("1 of 2 pods are ready in their newest form")),
        (deployment(0, 2), Some("0 of 2 pods are ready in their newest form")),
        (
            json!({"kind": "DaemonSet", "status": {"desiredNumberScheduled": 1}}),
            Some("0 of 1 pods are ready"),
        ),
        (job(json!([])), Some("has not finished")),
        (job(json!([{"type": "Complete", "status": "True"}])), None),
        (
            job(json!([{"type": "Failed", "status": "True", "message": "too often"}])),
            Some("failed: too often"),
        ),
        (condition("Ready", "True"), None),
        (condition("Ready", "False"), Some("is not `Ready`: why")),
        (condition("Established", "False"), Some("is not `Established`: why")),
        (json!({"kind": "ConfigMap"}), None),
    ];
    for (object, expected) in cases {
        assert_eq!(wrong(&object).as_deref(), expected, "{object}");
    }
}
