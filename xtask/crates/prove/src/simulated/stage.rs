//! Stages of KWOK: the status that an operator would give.
//!
//! API: `kwok.x-k8s.io/v1alpha1`, <https://kwok.sigs.k8s.io/docs/user/stages-configuration/>. Pods and nodes have stages
//! that come with the program.

use serde_json::{Value, json};

use super::Status;

/// What the conditions give as their reason, by which they are known again.
const REASON: &str = "Simulated";
/// An address that leads nowhere (RFC 5737).
const NOWHERE: &str = "192.0.2.1";

/// A stage for each kind, and one that gives services of the load balancer an address; one JSON document on each line.
pub fn stages(statuses: &[Status]) -> String {
    let kinds = statuses.iter().map(of_kind);
    let all = kinds.chain([services()]).map(|stage| format!("---\n{stage}\n"));
    all.collect()
}

fn of_kind(status: &Status) -> Value {
    let conditions: Vec<Value> = status.conditions.iter().map(|is| condition(is)).collect();
    let given = if status.parents {
        json!({"parents": [{
            "controllerName": "xtask.dev/simulated",
            "parentRef": {"name": "simulated"},
            "conditions": conditions,
        }]})
    } else {
        json!({"conditions": conditions})
    };
    let (group, kind) = (&status.api_version, &status.kind);
    // Some definitions begin with conditions that say `Unknown`.
    let untouched = json!({"key": ".status | .. | .reason?", "operator": "NotIn", "values": [REASON]});
    stage(group, kind, &[untouched], &given)
}

fn services() -> Value {
    let balanced = json!({"key": ".spec.type", "operator": "In", "values": ["LoadBalancer"]});
    let without = json!({"key": ".status.loadBalancer.ingress", "operator": "DoesNotExist"});
    stage("v1", "Service", &[balanced, without], &json!({"loadBalancer": {"ingress": [{"ip": NOWHERE}]}}))
}

fn stage(group: &str, kind: &str, when: &[Value], status: &Value) -> Value {
    json!({
        "apiVersion": "kwok.x-k8s.io/v1alpha1",
        "kind": "Stage",
        "metadata": {"name": format!("{}-{}", kind.to_lowercase(), group.replace('/', "-"))},
        "spec": {
            "resourceRef": {"apiGroup": group, "kind": kind},
            "selector": {"matchExpressions": when},
            "next": {"statusTemplate": status.to_string()},
        },
    })
}

fn condition(is: &str) -> Value {
    json!({
        "type": is,
        "status": "True",
        "reason": REASON,
        "message": "nobody looked at it",
        "lastTransitionTime": "1970-01-01T00:00:00Z",
    })
}
