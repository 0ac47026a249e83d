//! Objects that must not be packed.

use crate::case::{Case, REFUSED, case};
use end_to_end::Sandbox;

const FILE: &str = "apps/data/gadget/manifests/more.yaml";
const GADGET: &str = "apps/data/gadget/manifests/gadget.yaml";

/// Adds an object to the app `gadget`.
fn add(sandbox: &mut Sandbox, text: &str) {
    sandbox.write(FILE, text);
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = shapes();
    cases.extend(checks());
    cases.extend(across());
    cases
}

fn shapes() -> Vec<Case> {
    vec![
        case("broken YAML of an object", REFUSED, &["apps/data/gadget/manifests/more.yaml:2"], |s| {
            add(s, "apiVersion: v1\nkind: [ConfigMap\n");
        }),
        case(
            "a document that is no object",
            REFUSED,
            &["apps/data/gadget/manifests/more.yaml:1", "`kind`"],
            |s| add(s, "hello: world\n"),
        ),
        case(
            "an object without a name",
            REFUSED,
            &["apps/data/gadget/manifests/more.yaml:1", "`metadata.name`"],
            |s| {
                add(s, "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n");
            },
        ),
        case(
            "an object that the server names",
            REFUSED,
            &["apps/data/gadget/manifests/more.yaml:3", "generateName"],
            |s| {
                add(s, "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: x-}\n");
            },
        ),
        case(
            "a key twice in an object",
            REFUSED,
            &["apps/data/gadget/manifests/more.yaml:4", "`kind`"],
            |s| {
                add(s, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\nkind: Secret\n");
            },
        ),
    ]
}

fn checks() -> Vec<Case> {
    vec![
        case(
            "a Secret with data",
            REFUSED,
            &["Secret data/x", "apps/data/gadget/manifests/more.yaml:4", "ExternalSecret"],
            |s| {
                add(s, "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {password: aHVudGVyMg==}\n");
            },
        ),
        case(
            "a Secret with plain data",
            REFUSED,
            &["Secret data/x", "apps/data/gadget/manifests/more.yaml:4", "ExternalSecret"],
            |s| {
                add(
                    s,
                    "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: {password: hunter2}\n",
                );
            },
        ),
        case(
            "an object that SOPS encrypted",
            REFUSED,
            &["SOPS", "apps/data/gadget/manifests/more.yaml:4"],
            |s| {
                add(s, "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nsops: {version: 3.9.0}\n");
            },
        ),
        case(
            "an object outside of its namespace",
            REFUSED,
            &["`kube-system`", "apps/data/gadget/manifests/more.yaml:3", "allowNamespaces: [kube-system]"],
            |s| {
                add(s, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: kube-system}\n");
            },
        ),
        case(
            "a kind that Kubernetes has not",
            REFUSED,
            &["`ConfigMapp`", "apps/data/gadget/manifests/more.yaml:1"],
            |s| {
                add(s, "apiVersion: v1\nkind: ConfigMapp\nmetadata: {name: x}\n");
            },
        ),
        case(
            "a version that Kubernetes has no more",
            REFUSED,
            &["`Deployment`", "`extensions/v1beta1`", "apps/data/gadget/manifests/more.yaml:1"],
            |s| {
                add(s, "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: x}\n");
            },
        ),
        case(
            "a field that the kind has not",
            REFUSED,
            &["`dta`", "apps/data/gadget/manifests/more.yaml:4", "did you mean `data`"],
            |s| {
                add(s, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndta: {}\n");
            },
        ),
        case(
            "a field of the wrong type",
            REFUSED,
            &["spec.replicas", "apps/data/gadget/manifests/more.yaml:5"],
            |s| {
                add(
                    s,
                    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec:\n  replicas: three\n  selector: {matchLabels: {a: b}}\n  template: {metadata: {labels: {a: b}}, spec: {containers: []}}\n",
                );
            },
        ),
        case(
            "a field that is required",
            REFUSED,
            &["selector", "apps/data/gadget/manifests/more.yaml"],
            |s| {
                add(
                    s,
                    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec:\n  template: {metadata: {labels: {a: b}}, spec: {containers: []}}\n",
                );
            },
        ),
        case(
            "an image of the tag latest",
            REFUSED,
            &[
                "registry.example.org/x:latest",
                "apps/data/gadget/manifests/more.yaml:4",
                "a version or a digest",
            ],
            |s| {
                add(
                    s,
                    "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: x, image: \"registry.example.org/x:latest\"}]}\n",
                );
            },
        ),
        case(
            "an image without a tag",
            REFUSED,
            &["registry.example.org/x", "apps/data/gadget/manifests/more.yaml:4", "a version or a digest"],
            |s| {
                add(
                    s,
                    "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: x, image: registry.example.org/x}]}\n",
                );
            },
        ),
    ]
}

fn across() -> Vec<Case> {
    vec![
        case(
            "a custom resource without its CRD",
            REFUSED,
            &["`Gizmo`", "apps/data/gadget/manifests/more.yaml:2", "CRD"],
            |s| {
                add(s, "apiVersion: gizmos.example.org/v1\nkind: Gizmo\nmetadata: {name: x}\n");
            },
        ),
        case(
            "a version that the CRD does not serve",
            REFUSED,
            &["`Widget` serves v1", "apps/data/gadget/manifests/gadget.yaml:1"],
            |s| {
                s.replace(GADGET, "example.org/v1", "example.org/v2");
            },
        ),
        case(
            "a custom resource that does not fit its CRD",
            REFUSED,
            &["spec.size", "apps/data/gadget/manifests/gadget.yaml:6"],
            |s| {
                s.replace(GADGET, "size: 3", "size: large");
            },
        ),
        case(
            "a value that the CRD does not list",
            REFUSED,
            &["spec.colour", "apps/data/gadget/manifests/gadget.yaml:7"],
            |s| {
                s.replace(GADGET, "colour: red", "colour: blue");
            },
        ),
        case("an object twice in a unit", REFUSED, &["ConfigMap data/settings", "twice"], |s| {
            add(s, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n");
        }),
        case(
            "an object of two units",
            REFUSED,
            &["ConfigMap data/settings", "`apps/data/gadget`", "`platform/data/thief`"],
            |s| {
                s.write(
                    "platform/data/thief/x.yaml",
                    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n",
                );
                s.component("data/thief", "namespace: data\nsources: [{manifests: {path: x.yaml}}]\n");
            },
        ),
        case(
            "a CRD of two units",
            REFUSED,
            &["`widgets.example.org`", "`platform/core/widgets`", "`platform/core/again`"],
            |s| {
                s.write("platform/core/again/x.yaml", s.read("platform/core/widgets/manifests/widgets.yaml"));
                s.component("core/again", "namespace: default\nsources: [{manifests: {path: x.yaml}}]\n");
            },
        ),
        case(
            "a namespace that nobody creates",
            REFUSED,
            &["`wob`", "platform/web/site/component.yaml:2", "did you mean `web`"],
            |s| {
                s.replace("platform/web/site/component.yaml", "namespace: web", "namespace: wob");
            },
        ),
        case("a circle through a namespace", REFUSED, &["circle", "`web`"], |s| {
            s.append("platform/core/namespaces/component.yaml", "needs: [apps/web/hello]\n");
        }),
    ]
}
