use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::*;
use crate::Assertions;

fn described() -> Simulated {
    let text = "simulated:
  real: [platform/gitops/argo-cd]
  standIns: {a.b/c:2: a.b/c:1}
  capacity: {cpu: '4'}
  status:
    - {apiVersion: x.io/v1, kind: Thing, conditions: [Ready]}
    - {apiVersion: y.io/v1, kind: Route, conditions: [Accepted], parents: true}
";
    Assertions::parse("tests/e2e/x.yaml", text.to_owned()).unwrap().simulated.unwrap()
}

fn object(api_version: &str, kind: &str, namespace: &str, name: &str) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": namespace}})
}

fn objects() -> BTreeMap<String, Vec<Value>> {
    let mut claim = object("v1", "PersistentVolumeClaim", "web", "data");
    claim["spec"] = json!({
        "accessModes": ["ReadWriteMany"],
        "resources": {"requests": {"storage": "2Ti"}},
        "storageClassName": "far",
    });
    let mut api = object("apiregistration.k8s.io/v1", "APIService", "", "v1.metrics");
    api["spec"] = json!({"service": {"name": "metrics"}});
    let hook = object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "", "hook");
    let argocd = vec![
        object("apps/v1", "Deployment", "argocd", "server"),
        object("v1", "Service", "argocd", "server"),
    ];
    let web = vec![
        object("apps/v1", "Deployment", "web", "site"),
        claim,
        api,
        hook,
        object("x.io/v1", "Thing", "web", "t"),
    ];
    BTreeMap::from([("platform/gitops/argo-cd".to_owned(), argocd), ("apps/web".to_owned(), web)])
}

#[test]
fn the_report_names_all_that_is_not_there() {
    let machines = BTreeSet::from(["one".to_owned(), "two".to_owned()]);
    let simulation = described().of(&objects(), machines);
    assert_eq!(
        simulation.lines(),
        [
            "simulated machines (2): one, two",
            "simulated components (1): apps/web",
            "webhooks that nobody calls (1): ValidatingWebhookConfiguration/hook",
            "aggregated APIs that nobody serves (1): v1.metrics",
            "kinds with a status from nobody who looked (1): x.io/v1 Thing",
            "claims with a volume made by hand (1): web/data",
            "another version: a.b/c:1 for a.b/c:2",
        ]
    );
}

#[test]
fn a_component_is_real_with_its_definitions() {
    let described = described();
    assert!(described.is_real("platform/gitops/argo-cd"));
    assert!(described.is_real("platform/gitops/argo-cd/crds"));
    assert!(!described.is_real("apps/web"));
    assert_eq!(described.workloads(&objects()), BTreeSet::from(["argocd/server".to_owned()]));
}

#[test]
fn a_claim_gets_the_volume_it_asks_for() {
    let objects = objects();
    let found = volumes(&objects["apps/web"]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["spec"]["claimRef"]["name"], "data");
    assert_eq!(found[0]["spec"]["capacity"]["storage"], "2Ti");
    assert_eq!(found[0]["spec"]["accessModes"], json!(["ReadWriteMany"]));
    assert_eq!(found[0]["spec"]["storageClassName"], "far");
}

#[test]
fn a_stateful_set_gets_a_volume_for_each_pod() {
    let mut set = object("apps/v1", "StatefulSet", "db", "pg");
    set["spec"] =
        json!({"replicas": 2, "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": {}}]});
    let found = volumes(&[set]);
    let names: Vec<&Value> = found.iter().map(|volume| &volume["spec"]["claimRef"]["name"]).collect();
    assert_eq!(names, ["data-pg-0", "data-pg-1"]);
}

#[test]
fn a_node_has_what_the_machine_is_described_with() {
    let one = SimulatedMachine {
        name: "one".to_owned(),
        address: "10.0.0.1".to_owned(),
        architecture: "arm64".to_owned(),
        control_plane: true,
        labels: BTreeMap::from([("gpu".to_owned(), "yes".to_owned())]),
        taints: vec![("gpu".to_owned(), String::new(), "NoSchedule".to_owned())],
    };
    let node = machine(&one, &described().capacity);
    let labels = &node["metadata"]["labels"];
    assert_eq!(labels["gpu"], "yes");
    assert_eq!(labels["kubernetes.io/arch"], "arm64");
    assert_eq!(labels["node-role.kubernetes.io/control-plane"], "");
    assert_eq!(labels[LABEL], "true");
    assert_eq!(node["spec"]["taints"][0]["key"], "gpu");
    assert_eq!(node["status"]["allocatable"]["cpu"], "4");
    assert_eq!(node["status"]["addresses"][0]["address"], "10.0.0.1");
}

#[test]
fn each_kind_has_a_stage_and_services_have_one() {
    let text = stages(&described().status);
    let read: Vec<Value> = text
        .split("---\n")
        .filter(|part| !part.is_empty())
        .map(|part| serde_json::from_str(part).unwrap())
        .collect();
    let kinds: Vec<&Value> = read.iter().map(|stage| &stage["spec"]["resourceRef"]["kind"]).collect();
    assert_eq!(kinds, ["Thing", "Route", "Service"]);
    let status = |stage: &Value| -> Value {
        serde_json::from_str(stage["spec"]["next"]["statusTemplate"].as_str().unwrap()).unwrap()
    };
    assert_eq!(status(&read[0])["conditions"][0]["type"], "Ready");
    assert_eq!(status(&read[1])["parents"][0]["conditions"][0]["type"], "Accepted");
}

#[test]
fn kinds_that_a_release_has_not_get_no_stage() {
    let described = described();
    let used = described.used(&described.of(&objects(), BTreeSet::new()));
    assert_eq!(used.iter().map(|status| status.kind.as_str()).collect::<Vec<_>>(), ["Thing"]);
}

#[test]
fn policies_name_what_is_real() {
    let real = BTreeSet::from(["argocd/server".to_owned()]);
    let made = policies(&real, &BTreeSet::new());
    let text = serde_json::to_string(&made).unwrap();
    assert_eq!(made.len(), 6);
    assert!(text.contains("['argocd/server'].exists(name"));
    assert!(text.contains("object.metadata.name in []"));
    assert!(marked(&json!({"spec": {"template": {"spec": {"nodeSelector": {LABEL: "false"}}}}})));
    assert!(!marked(&json!({"spec": {"template": {"spec": {}}}})));
}
