//! The program that plays kubelets and operators which are not there: <https://kwok.sigs.k8s.io>.

use prove::Status;
use serde_json::{Value, json};

/// It, as its description in `images/` provides it.
pub(super) const IMAGE: &str = "registry.k8s.io/kwok/kwok:v0.7.0";
/// Where it runs.
pub(super) const NAMESPACE: &str = "kube-system";
/// Its name there.
const NAME: &str = "kwok";

/// The program, on the real machine; nothing of it is left when the cluster is gone.
pub(super) fn kwok(statuses: &[Status]) -> [Value; 4] {
    let metadata = json!({"name": NAME, "namespace": NAMESPACE});
    let role =
        json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"});
    let subject = json!({"kind": "ServiceAccount", "name": NAME, "namespace": NAMESPACE});
    let container = json!({
        "name": NAME,
        "image": IMAGE,
        "args": [
            "--config=/etc/kwok/kwok.yaml",
            "--manage-all-nodes=false",
            format!("--manage-nodes-with-label-selector={}=true", prove::LABEL),
            "--node-lease-duration-seconds=40",
        ],
        "volumeMounts": [{"name": "stages", "mountPath": "/etc/kwok"}],
    });
    [
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}),
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": NAME},
            "roleRef": role,
            "subjects": [subject],
        }),
        json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": metadata,
            "data": {"kwok.yaml": prove::stages(statuses)},
        }),
        json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": metadata,
            "spec": {
                "containers": [container],
                "hostNetwork": true,
                "serviceAccountName": NAME,
                "tolerations": [{"operator": "Exists"}],
                "volumes": [{"name": "stages", "configMap": {"name": NAME}}],
            },
        }),
    ]
}
