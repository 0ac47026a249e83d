//! Policies of the API server that keep simulated and real apart.
//!
//! API: `admissionregistration.k8s.io/v1beta1` `MutatingAdmissionPolicy`, Kubernetes 1.34, with the feature gate of that
//! name. Lists and maps of pods are atomic, so they are changed by JSON patches.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::LABEL;

const API: &str = "admissionregistration.k8s.io/v1beta1";
/// Whether what a pod is made from is one of `real`; pods of it have its name and something behind.
const POD: &str =
    "(has(object.metadata.generateName) ? object.metadata.generateName : object.metadata.name) + '-'";

/// The policies with their bindings. `real` are `namespace/name` of workloads that run, `apis` names of aggregated APIs that
/// nobody serves.
pub fn policies(real: &BTreeSet<String>, apis: &BTreeSet<String>) -> Vec<Value> {
    let real = list(real);
    let pod = format!(
        "{real}.exists(name, (request.namespace + '/' + {POD}).startsWith(name + '-')) ? 'false' : 'true'"
    );
    let set = format!("(request.namespace + '/' + object.metadata.name) in {real} ? 'false' : 'true'");
    let mut found = Vec::new();
    found.extend(policy(
        "simulated-pods",
        &rule("", "pods", &["CREATE"]),
        // A kubelet shows what runs from its own files.
        "!has(object.metadata.annotations) || !('kubernetes.io/config.mirror' in object.metadata.annotations)",
        &place("object.spec", "/spec", &pod),
    ));
    found.extend(policy(
        "simulated-daemon-sets",
        &rule("apps", "daemonsets", &["CREATE", "UPDATE"]),
        "true",
        &place("object.spec.template.spec", "/spec/template/spec", &set),
    ));
    found.extend(policy(
        "simulated-apis",
        &rule("apiregistration.k8s.io", "apiservices", &["CREATE", "UPDATE"]),
        &format!("has(object.spec.service) && object.metadata.name in {}", list(apis)),
        // One without a service is the server's own, and serves nothing.
        "[JSONPatch{op: 'remove', path: '/spec/service'}]
         + (has(object.spec.insecureSkipTLSVerify) ? [JSONPatch{op: 'remove', path: '/spec/insecureSkipTLSVerify'}] : [])
         + (has(object.spec.caBundle) ? [JSONPatch{op: 'remove', path: '/spec/caBundle'}] : [])",
    ));
    found
}

/// Whether a policy has seen a daemon set.
pub fn marked(set: &Value) -> bool {
    let selector = set.pointer("/spec/template/spec/nodeSelector");
    selector.and_then(|selector| selector.get(LABEL)).is_some()
}

/// A patch that makes the scheduler choose among simulated or real nodes only, without a word about which of them.
fn place(pod: &str, path: &str, value: &str) -> String {
    format!(
        "has({pod}.nodeSelector)
         ? [JSONPatch{{op: 'add', path: '{path}/nodeSelector/' + jsonpatch.escapeKey('{LABEL}'), value: {value}}}]
         : [JSONPatch{{op: 'add', path: '{path}/nodeSelector', value: {{'{LABEL}': {value}}}}}]"
    )
}

fn rule(group: &str, resource: &str, operations: &[&str]) -> Value {
    json!({"apiGroups": [group], "apiVersions": ["v1"], "operations": operations, "resources": [resource]})
}

fn policy(name: &str, rule: &Value, when: &str, patch: &str) -> [Value; 2] {
    let policy = json!({
        "apiVersion": API,
        "kind": "MutatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": {
            "failurePolicy": "Fail",
            "reinvocationPolicy": "Never",
            "matchConstraints": {"resourceRules": [rule]},
            "matchConditions": [{"name": "concerned", "expression": when}],
            "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": patch}}],
        },
    });
    let binding = json!({
        "apiVersion": API,
        "kind": "MutatingAdmissionPolicyBinding",
        "metadata": {"name": name},
        "spec": {"policyName": name},
    });
    [policy, binding]
}

/// A list of texts as CEL writes it. Names of objects hold nothing that would end one.
fn list(names: &BTreeSet<String>) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    format!("[{}]", quoted.join(", "))
}
