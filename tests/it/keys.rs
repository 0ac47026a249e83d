//! A recipe's key names all that its result depends on, and nothing else.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use std::fs;

use end_to_end::{Sandbox, built, digests};
use serde_json::Value;

const SITE: &str = "platform/web/site/component.yaml";
const GADGET: &str = "apps/data/gadget/app.yaml";
const CLUSTER: &str = "hosts/lab/cluster.yaml";

/// Something that is done to a workspace.
type Edit = fn(&Sandbox);

/// A change of one thing that a recipe has.
struct Change {
    /// What changes.
    name: &'static str,
    /// The unit whose recipe has it.
    unit: &'static str,
    /// Whether the objects of other units depend on it too.
    shared: bool,
    /// Makes the change.
    edit: fn(&mut Sandbox),
}

const fn change(name: &'static str, unit: &'static str, edit: fn(&mut Sandbox)) -> Change {
    Change { name, unit, shared: false, edit }
}

fn changes() -> Vec<Change> {
    let shared = |name, unit, edit| Change { name, unit, shared: true, edit };
    vec![
        change("the namespace", "platform/web/site", |s| {
            s.replace(SITE, "namespace: web", "namespace: data");
        }),
        shared("the Kubernetes version", "platform/web/site", |s| {
            s.replace(CLUSTER, "1.34.1", "1.34.2");
            let lock = s.read("inputs.lock");
            s.write(
                "inputs.lock",
                lock.replace(
                    "name = \"kubernetes\"\nversion = \"1.34.1\"",
                    "name = \"kubernetes\"\nversion = \"1.34.2\"",
                ),
            );
        }),
        shared("the API versions", "platform/web/site", |s| {
            s.replace(CLUSTER, "[example.org/v1]", "[example.org/v1/Widget]");
        }),
        change("other namespaces", "platform/web/site", |s| s.append(SITE, "allowNamespaces: [data]\n")),
        change("the hook policy", "platform/web/site", |s| s.append(SITE, "hooks: drop\n")),
        change("what is dropped", "platform/web/site", |s| {
            s.append(SITE, "drop: [{kind: Service, name: site, reason: Not wanted.}]\n");
        }),
        change("patches", "platform/web/site", |s| {
            s.append(
                SITE,
                "patches: [{target: {kind: Service, name: site}, merge: {spec: {type: NodePort}}}]\n",
            );
        }),
        change("operations", "platform/web/site", |s| {
            let operation = "{op: add, path: /spec/type, value: NodePort}";
            let target = "{kind: Service, name: site}";
            s.append(SITE, &format!("patches: [{{target: {target}, json: [{operation}]}}]\n"));
        }),
        change("image fields", "apps/data/gadget", |s| {
            s.append(GADGET, "images: [{path: spec.image, kinds: [Widget]}]\n");
        }),
        change("the release name", "platform/web/site", |s| {
            s.replace(SITE, "{chart: site}", "{chart: site, release: page}");
        }),
        change("the base of the values", "platform/web/site", |s| {
            s.append("platform/web/site/values.yaml", "# seen\n");
        }),
        change("the values of the role", "platform/web/site", |s| {
            s.append("platform/web/site/role/hub.yaml", "# seen\n");
        }),
        change("the values of the environment", "platform/web/site", |s| {
            s.append("platform/web/site/environment/staging.yaml", "# seen\n");
        }),
        change("the values of the cluster", "platform/web/site", |s| {
            s.append("platform/web/site/cluster/lab.yaml", "# seen\n");
        }),
        change("a layer of values less", "platform/web/site", |s| {
            s.remove("platform/web/site/role/hub.yaml");
        }),
        change("the directory of values", "platform/web/site", |s| {
            s.write("platform/web/site/other/values.yaml", "replicas: 3\n");
            s.replace(SITE, "{chart: site}", "{chart: site, values: other}");
        }),
        change("the chart", "platform/web/site", |s| {
            s.mirror("site-1.2.0/templates/service.yaml", "");
            s.serve("chart", "site", "1.2.0");
            s.write_lock();
        }),
        change("another source", "platform/web/site", |s| {
            s.write(
                "platform/web/site/more/x.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n",
            );
            s.replace(SITE, "sources:\n", "sources:\n  - manifests: {path: more}\n");
        }),
        change("an object", "apps/data/gadget", |s| {
            s.append("apps/data/gadget/manifests/gadget.yaml", "# seen\n");
        }),
        change("a layer of objects", "apps/data/gadget", |s| {
            s.append("apps/data/gadget/manifests/cluster/lab/settings.yaml", "# seen\n");
        }),
        change("a new file of objects", "apps/data/gadget", |s| {
            s.write("apps/data/gadget/manifests/empty.yaml", "");
        }),
        change("a new layer of objects", "apps/data/gadget", |s| {
            s.write(
                "apps/data/gadget/manifests/role/hub/settings.yaml",
                s.read("apps/data/gadget/manifests/settings.yaml"),
            );
        }),
        change("the base of a kustomization", "apps/web/hello", |s| {
            s.append("apps/web/hello/base/deployment.yaml", "# seen\n");
        }),
        change("the overlay of a kustomization", "apps/web/hello", |s| {
            s.append("apps/web/hello/staging/kustomization.yaml", "# seen\n");
        }),
        change("another overlay", "apps/web/hello", |s| {
            s.write("apps/web/hello/cluster/lab/kustomization.yaml", "resources: [../../base]\n");
        }),
    ]
}

#[test]
fn every_field_of_a_recipe_changes_its_key() {
    let Some(good) = Sandbox::new() else { return };
    good.program().build();
    let mut wrong = Vec::new();
    for Change { name, unit, shared, edit } in changes() {
        let mut sandbox = good.fork();
        let before = explain(&sandbox, unit);
        edit(&mut sandbox);
        let after = explain(&sandbox, unit);
        if before["key"] == after["key"] {
            wrong.push(format!("{name}: the key stays {}", before["key"]));
        }
        let built = built(&sandbox.program().build());
        if !built.iter().any(|other| other == unit) || (!shared && built.len() != 1) {
            wrong.push(format!("{name}: built {built:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_programs_are_part_of_the_key() {
    let (Some(good), Some(other)) = (Sandbox::new(), Sandbox::counting()) else { return };
    for unit in ["platform/web/site", "apps/web/hello"] {
        assert_ne!(explain(&good, unit)["key"], explain(&other, unit)["key"]);
    }
    let same = "apps/data/gadget";
    assert_eq!(explain(&good, same)["key"], explain(&other, same)["key"]);
}

#[test]
fn unrelated_changes_build_nothing() {
    let Some(sandbox) = Sandbox::counting() else { return };
    let first = sandbox.program().build();
    let calls = sandbox.calls();
    let edits: [(&str, Edit); 13] = [
        ("a file at the top", |s| s.write("README.md", "hello")),
        ("the lock of cargo", |s| s.write("Cargo.lock", "")),
        ("a note beside a unit", |s| s.write("platform/web/site/NOTES.md", "hello")),
        ("values of another cluster", |s| s.write("platform/web/site/cluster/other.yaml", "replicas: 9\n")),
        ("values of another environment", |s| {
            s.write("platform/web/site/environment/production.yaml", "replicas: 9\n");
        }),
        ("values of another role", |s| s.write("platform/web/site/role/spoke.yaml", "replicas: 9\n")),
        ("objects of another cluster", |s| s.write("apps/data/gadget/manifests/cluster/other/x.yaml", "")),
        ("a unit of another cluster", |s| {
            s.write("apps/web/spare/app.yaml", "description: Spare.\nnamespace: web\n");
        }),
        ("another cluster", |s| {
            s.write(
                "hosts/other/cluster.yaml",
                s.read("hosts/lab/cluster.yaml").replace("name: lab", "name: other"),
            );
        }),
        ("a pin that no unit takes", |s| {
            let digest = "0".repeat(64);
            let text = format!(
                "\n[[pin]]\nkind = \"chart\"\nname = \"spare\"\nversion = \"1.0.0\"\ndigest = \"sha256:{digest}\"\nsources = [{{ mirror = \"spare\" }}]\n"
            );
            s.append("inputs.lock", &text);
        }),
        ("comments and order of a description", |s| {
            s.write(SITE, "# A comment.\nneeds: [platform/core/namespaces]\nsources:\n  - helm:\n      chart: site\nnamespace: web\ndescription: A web site from a chart.\n");
        }),
        ("times of files", |s| {
            let time = std::time::UNIX_EPOCH + std::time::Duration::from_hours(24);
            fs::File::options()
                .append(true)
                .open(s.workspace().join(SITE))
                .unwrap()
                .set_modified(time)
                .unwrap();
        }),
        ("debris of an editor", |s| s.write("apps/web/hello/base/.deployment.yaml.swp", "x")),
    ];
    for (name, edit) in edits {
        edit(&sandbox);
        let report = sandbox.program().build();
        assert!(built(&report).is_empty(), "{name}: built {:?}", built(&report));
        assert_eq!(digests(&report), digests(&first), "{name}");
        assert_eq!(sandbox.calls(), calls, "{name}");
    }
}

#[test]
fn a_warm_build_starts_no_program() {
    let Some(sandbox) = Sandbox::counting() else { return };
    let cold = sandbox.program().build();
    assert_eq!(built(&cold).len(), 5, "{cold}");
    assert_eq!(sandbox.calls(), sorted(&["helm", "kubectl"], &sandbox.calls()));
    let calls = sandbox.calls();
    for _ in 0..3 {
        let warm = sandbox.program().build();
        assert!(built(&warm).is_empty());
        assert_eq!(digests(&warm), digests(&cold));
        assert_eq!(sandbox.calls(), calls);
    }
}

#[test]
fn why_names_what_changed() {
    let Some(sandbox) = Sandbox::new() else { return };
    sandbox.program().build();
    let why = |unit: &str| sandbox.run(&["why", unit, "--format", "json"]).json();
    assert_eq!(why("platform/web/site"), serde_json::json!([]));
    sandbox.append("platform/web/site/cluster/lab.yaml", "title: other\n");
    let changes = why("platform/web/site");
    assert_eq!(changes.as_array().map(Vec::len), Some(1), "{changes}");
    assert!(
        changes[0]["field"].as_str().is_some_and(|field| field.contains("values 3 cluster lab")),
        "{changes}"
    );
    assert_eq!(why("apps/web/hello"), serde_json::json!([]));
}

/// The recipe and its key.
fn explain(sandbox: &Sandbox, unit: &str) -> Value {
    sandbox.run(&["why", unit, "--explain", "--format", "json"]).json()
}

/// The expected calls in the order in which they came, since units are built side by side.
fn sorted(expected: &[&str], seen: &[String]) -> Vec<String> {
    let mut expected: Vec<String> = expected.iter().map(|name| (*name).to_owned()).collect();
    expected.sort_by_key(|name| seen.iter().position(|other| other == name));
    expected
}
