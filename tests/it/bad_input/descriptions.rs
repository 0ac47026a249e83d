//! Mistakes in `cluster.yaml`, `component.yaml`, `app.yaml` and value files.

use crate::case::{Case, REFUSED, WRONG, case};

const CLUSTER: &str = "hosts/lab/cluster.yaml";
const SITE: &str = "platform/web/site/component.yaml";
const HELLO: &str = "apps/web/hello/app.yaml";

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = cluster();
    cases.extend(units());
    cases.extend(values());
    cases
}

fn cluster() -> Vec<Case> {
    vec![
        case("broken YAML of a cluster", WRONG, &["hosts/lab/cluster.yaml:4"], |s| {
            s.replace(CLUSTER, "environment: staging", "environment: [staging");
        }),
        case("a tab in place of spaces", WRONG, &["hosts/lab/cluster.yaml:6"], |s| {
            s.replace(CLUSTER, "  location: desk", "\tlocation: desk");
        }),
        case("a key twice", WRONG, &["`role`", "hosts/lab/cluster.yaml:5"], |s| {
            s.replace(CLUSTER, "role: hub", "role: hub\nrole: spoke");
        }),
        case(
            "an unknown field",
            WRONG,
            &["`enviroment`", "hosts/lab/cluster.yaml:4", "did you mean `environment`"],
            |s| {
                s.replace(CLUSTER, "environment: staging", "environment: staging\nenviroment: staging");
            },
        ),
        case("a missing field", WRONG, &["`registry`", "hosts/lab/cluster.yaml"], |s| {
            s.replace(CLUSTER, "registry: oci://registry.example.org/lab\n", "");
        }),
        case("a wrong type", WRONG, &["units", "hosts/lab/cluster.yaml:17"], |s| {
            let text = s.read(CLUSTER);
            let (head, _) = text.split_once("units:").unwrap();
            s.write(CLUSTER, format!("{head}units: platform/web/site\n"));
        }),
        case("an unknown engine", WRONG, &["engines", "hosts/lab/cluster.yaml:7", "flux"], |s| {
            s.replace(CLUSTER, "[flux, argocd]", "[flux, argo]");
        }),
        case("several mistakes at once", WRONG, &["engines", "`registri`", "`registry`"], |s| {
            s.replace(CLUSTER, "[flux, argocd]", "[flux, argo]");
            s.replace(CLUSTER, "registry: oci", "registri: oci");
        }),
        case(
            "a cluster with another name",
            WRONG,
            &["`home`", "hosts/lab/cluster.yaml:1", "name of its directory"],
            |s| {
                s.replace(CLUSTER, "name: lab", "name: home");
            },
        ),
        case(
            "a unit that does not exist",
            WRONG,
            &["`platform/web/sight`", "hosts/lab/cluster.yaml:20", "did you mean `platform/web/site`"],
            |s| {
                s.replace(CLUSTER, "platform/web/site", "platform/web/sight");
            },
        ),
        case(
            "a unit listed twice",
            WRONG,
            &["`apps/web/hello` is listed twice", "hosts/lab/cluster.yaml:22"],
            |s| {
                s.append(CLUSTER, "  - apps/web/hello\n");
            },
        ),
        case(
            "an API that nobody brings",
            REFUSED,
            &["`nowhere.example.org/v1`", "hosts/lab/cluster.yaml:10"],
            |s| {
                s.replace(CLUSTER, "[example.org/v1]", "[example.org/v1, nowhere.example.org/v1]");
            },
        ),
        case(
            "a Kubernetes without a pin",
            WRONG,
            &["`kubernetes`", "1.99.0", "lock add schema kubernetes"],
            |s| {
                s.replace(CLUSTER, "1.34.1", "1.99.0");
            },
        ),
        case("an empty description", WRONG, &["hosts/lab/cluster.yaml"], |s| s.write(CLUSTER, "")),
        case("a list in place of a description", WRONG, &["hosts/lab/cluster.yaml:1"], |s| {
            s.write(CLUSTER, "- a\n- b\n");
        }),
        case("nesting without end", WRONG, &["hosts/lab/cluster.yaml"], |s| {
            s.write(CLUSTER, "[".repeat(100_000));
        }),
        case("aliases that explode", WRONG, &["hosts/lab/cluster.yaml"], |s| {
            let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
            for level in 1..12 {
                let previous = format!("*a{}", level - 1);
                text += &format!("a{level}: &a{level} [{}]\n", vec![previous; 10].join(", "));
            }
            s.write(CLUSTER, text);
        }),
    ]
}

fn units() -> Vec<Case> {
    vec![
        case("broken YAML of a unit", WRONG, &["platform/web/site/component.yaml:5"], |s| {
            s.replace(SITE, "{chart: site}", "{chart: site");
        }),
        case(
            "an unknown field of a unit",
            WRONG,
            &["`need`", "platform/web/site/component.yaml:5", "did you mean `needs`"],
            |s| {
                s.replace(SITE, "needs:", "need:");
            },
        ),
        case(
            "an unknown kind of source",
            WRONG,
            &["`helmchart`", "platform/web/site/component.yaml:4"],
            |s| {
                s.replace(SITE, "helm:", "helmchart:");
            },
        ),
        case(
            "an unknown field of a source",
            WRONG,
            &["`chrt`", "platform/web/site/component.yaml:4", "did you mean `chart`"],
            |s| {
                s.replace(SITE, "{chart: site}", "{chrt: site}");
            },
        ),
        case(
            "a component without sources",
            WRONG,
            &["no sources", "platform/web/site/component.yaml"],
            |s| {
                s.write(SITE, "description: Nothing.\nnamespace: web\n");
            },
        ),
        case(
            "manifests of nothing",
            WRONG,
            &["either `path` or `pin`", "platform/web/site/component.yaml:4"],
            |s| {
                s.replace(SITE, "helm: {chart: site}", "manifests: {}");
            },
        ),
        case(
            "a chart from nowhere",
            WRONG,
            &["either `path` or `chart`", "platform/web/site/component.yaml:4"],
            |s| {
                s.replace(SITE, "helm: {chart: site}", "helm: {release: site}");
            },
        ),
        case(
            "a need that does not exist",
            WRONG,
            &[
                "`platform/core/namespace`",
                "platform/web/site/component.yaml:6",
                "did you mean `platform/core/namespaces`",
            ],
            |s| {
                s.replace(SITE, "platform/core/namespaces", "platform/core/namespace");
            },
        ),
        case(
            "a need outside of the cluster",
            WRONG,
            &[
                "`platform/core/spare`",
                "platform/web/site/component.yaml:6",
                "add `platform/core/spare` to `units`",
            ],
            |s| {
                s.write(
                    "platform/core/spare/component.yaml",
                    "description: Spare.\nnamespace: web\nsources: [{manifests: {}}]\n",
                );
                s.replace("platform/core/spare/component.yaml", "{}", "{path: .}");
                s.replace(SITE, "platform/core/namespaces", "platform/core/spare");
            },
        ),
        case(
            "needs in a circle",
            WRONG,
            &["circle", "apps/web/hello/app.yaml:3", "platform/web/site/component.yaml:7"],
            |s| {
                s.append(SITE, "  - apps/web/hello\n");
                s.append(HELLO, "needs: [platform/web/site]\n");
            },
        ),
        case(
            "a selector with an unknown operator",
            WRONG,
            &["operator", "apps/data/gadget/app.yaml:5"],
            |s| {
                let file = "apps/data/gadget/app.yaml";
                s.replace(
                    file,
                    "  matchLabels: {environment: staging}",
                    "  matchExpressions:\n    - {key: role, operator: Is, values: [hub]}",
                );
            },
        ),
        case(
            "a selector with an unknown field",
            WRONG,
            &["`matchLabel`", "apps/data/gadget/app.yaml:4", "did you mean `matchLabels`"],
            |s| {
                s.replace("apps/data/gadget/app.yaml", "matchLabels", "matchLabel");
            },
        ),
        case(
            "a selector whose value is no text",
            WRONG,
            &["matchLabels", "apps/data/gadget/app.yaml:4"],
            |s| {
                s.replace("apps/data/gadget/app.yaml", "environment: staging", "environment: [staging]");
            },
        ),
        case(
            "a hook policy that does not exist",
            WRONG,
            &["hooks", "platform/web/site/component.yaml:7"],
            |s| {
                s.append(SITE, "hooks: ignore\n");
            },
        ),
        case(
            "a patch of nothing",
            REFUSED,
            &["Deployment `sites`", "platform/web/site/component.yaml:8", "did you mean `site`"],
            |s| {
                s.append(
                    SITE,
                    "patches:\n  - {target: {kind: Deployment, name: sites}, merge: {spec: {replicas: 3}}}\n",
                );
            },
        ),
        case(
            "a patch that meets nothing of its object",
            REFUSED,
            &["cannot change Deployment `site`", "platform/web/site/component.yaml:8", "RFC 6902"],
            |s| {
                s.append(SITE, &operations("{op: remove, path: /spec/absent}"));
            },
        ),
        case(
            "an operation that does not exist",
            REFUSED,
            &["cannot change Deployment `site`", "platform/web/site/component.yaml:8", "`adds`"],
            |s| {
                s.append(SITE, &operations("{op: adds, path: /spec/replicas, value: 3}"));
            },
        ),
        case(
            "a patch that says nothing",
            REFUSED,
            &["neither `merge` nor `json`", "platform/web/site/component.yaml:8"],
            |s| {
                s.append(SITE, "patches:\n  - {target: {kind: Deployment, name: site}}\n");
            },
        ),
        case(
            "a drop of nothing",
            REFUSED,
            &["Service `sites`", "platform/web/site/component.yaml:8", "did you mean `site`"],
            |s| {
                s.append(SITE, "drop:\n  - {kind: Service, name: sites, reason: Not wanted.}\n");
            },
        ),
    ]
}

fn operations(one: &str) -> String {
    format!("patches:\n  - {{target: {{kind: Deployment, name: site}}, json: [{one}]}}\n")
}

fn values() -> Vec<Case> {
    vec![
        case("broken YAML of values", REFUSED, &["platform/web/site/environment/staging.yaml"], |s| {
            s.write("platform/web/site/environment/staging.yaml", "replicas: [2\n");
        }),
        case(
            "values that do not fit the chart's schema",
            REFUSED,
            &["`site`", "platform/web/site/environment/staging.yaml:1", "replicas"],
            |s| {
                s.write("platform/web/site/environment/staging.yaml", "replicas: many\n");
            },
        ),
        case(
            "values below the chart's minimum",
            REFUSED,
            &["platform/web/site/cluster/lab.yaml:2", "schema"],
            |s| {
                s.append("platform/web/site/cluster/lab.yaml", "replicas: 0\n");
            },
        ),
        case("values that are a list", REFUSED, &["platform/web/site/values.yaml"], |s| {
            s.write("platform/web/site/values.yaml", "- one\n");
        }),
        case(
            "a directory of values that does not exist",
            WRONG,
            &["platform/web/site/settings", "platform/web/site/component.yaml:4"],
            |s| {
                s.replace(
                    "platform/web/site/component.yaml",
                    "{chart: site}",
                    "{chart: site, values: settings}",
                );
            },
        ),
    ]
}
