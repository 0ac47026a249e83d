use super::super::tests::{NEW, OLD, application, document, root};
use super::*;
use hashing::Digest;

fn running(name: &str, revision: &[u8], hook: Option<&str>) -> Value {
    let mut one = application(name, revision);
    one["metadata"]["resourceVersion"] = json!("3");
    let mut resources = vec![json!({"kind": "Deployment", "hookPhase": "Running"})];
    resources.extend(hook.map(|phase| json!({"kind": "Job", "hookType": "Sync", "hookPhase": phase})));
    one["status"] = json!({"operationState": {
        "phase": "Running",
        "operation": {"sync": {"revision": Digest::of(revision).to_string()}},
        "syncResult": {"resources": resources},
    }});
    one
}

fn ended(applications: &[Value], back: bool) -> Vec<String> {
    let (release, document) = (Digest::of(b"release"), document(&[("apps/a", OLD), ("apps/b", NEW)]));
    let news = News { channel: "staging", release: &release, document: &document, back };
    let mut root = root();
    root["status"]["resources"]
        .as_array_mut()
        .unwrap()
        .push(json!({"kind": "Application", "name": "apps-gone"}));
    superseded(&root, applications, &news).into_iter().map(|notice| notice.name).collect()
}

#[test]
fn what_goes_elsewhere_is_ended() {
    let applications = [
        running("apps-b", OLD, None),
        running("apps-gone", OLD, Some("Failed")),
        running("releases-lab", b"earlier release", None),
    ];
    assert_eq!(ended(&applications, false), ["apps-b", "apps-gone", "releases-lab"]);
}

#[test]
fn what_goes_there_already_or_is_foreign_or_done_goes_on() {
    let mut done = running("apps-b", OLD, None);
    done["status"]["operationState"]["phase"] = json!("Succeeded");
    let mut nameless = running("apps-b", OLD, None);
    nameless["metadata"] = json!({});
    let applications = [
        running("apps-a", OLD, None),
        running("apps-b", NEW, None),
        running("releases-lab", b"release", None),
        running("foreign", OLD, None),
        done,
        nameless,
        json!({"metadata": {"name": "apps-b"}}),
    ];
    assert_eq!(ended(&applications, true), [""; 0]);
}

#[test]
fn a_hook_is_ended_by_going_back_alone() {
    let applications = [running("apps-b", OLD, Some("Running"))];
    assert_eq!(ended(&applications, false), [""; 0]);
    assert_eq!(ended(&applications, true), ["apps-b"]);
}
