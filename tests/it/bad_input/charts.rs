//! Charts that must not be packed, or cannot be rendered.

use crate::case::{Case, REFUSED, WRONG, case};
use end_to_end::Sandbox;

/// A component of a chart with one template.
fn chart(sandbox: &mut Sandbox, template: &str, rest: &str) {
    sandbox.chart("odd", &[("templates/odd.yaml", template)]);
    sandbox.component("web/odd", &format!("namespace: web\nsources: [{{helm: {{chart: odd}}}}]\n{rest}"));
}

/// The template of a `ConfigMap` with one value.
fn config(value: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: odd}}\ndata:\n  value: {value}\n")
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = broken();
    cases.extend(impure());
    cases.extend(refused());
    cases
}

fn broken() -> Vec<Case> {
    vec![
        case("a chart that fails", REFUSED, &["chart `odd`", "no place set"], |s| {
            chart(s, "{{ fail \"no place set\" }}", "");
        }),
        case(
            "a chart of the unit that is not there",
            WRONG,
            &["`platform/web/odd/chart` does not exist", "platform/web/odd/component.yaml:3"],
            |s| s.component("web/odd", "namespace: web\nsources: [{helm: {path: chart}}]\n"),
        ),
        case(
            "a chart of the unit without its description",
            WRONG,
            &["`platform/web/odd/chart` is no chart", "`Chart.yaml`", "platform/web/odd/component.yaml:3"],
            |s| {
                s.write("platform/web/odd/chart/values.yaml", "");
                s.component("web/odd", "namespace: web\nsources: [{helm: {path: chart}}]\n");
            },
        ),
        case("a chart with a broken template", REFUSED, &["chart `odd`", "templates/odd.yaml"], |s| {
            chart(s, "{{ if }}", "");
        }),
        case("a chart that calls what does not exist", REFUSED, &["chart `odd`", "frobnicate"], |s| {
            chart(s, &config("{{ frobnicate }}"), "");
        }),
        case("a chart that prints broken YAML", REFUSED, &["odd"], |s| {
            chart(s, "apiVersion: v1\nkind: [\n", "");
        }),
        case("a chart that prints no object", REFUSED, &["odd", "`kind`"], |s| {
            chart(s, "hello: world\n", "");
        }),
        case(
            "a chart that needs a newer Kubernetes",
            REFUSED,
            &["chart `odd`", "kubeVersion", "1.99"],
            |s| {
                chart(s, &config("x"), "");
                s.chart(
                    "odd",
                    &[(
                        "Chart.yaml",
                        "apiVersion: v2\nname: odd\nversion: 1.0.0\nkubeVersion: \">=1.99.0\"\n",
                    )],
                );
            },
        ),
        case("a chart whose dependency is not there", REFUSED, &["`odd`", "`base`"], |s| {
            chart(s, &config("x"), "");
            s.chart("odd", &[("Chart.yaml", "apiVersion: v2\nname: odd\nversion: 1.0.0\ndependencies: [{name: base, version: 1.0.0, repository: \"https://charts.example.org\"}]\n")]);
        }),
        case("a chart with a broken description", REFUSED, &["odd/Chart.yaml:1:7"], |s| {
            chart(s, &config("x"), "");
            s.chart("odd", &[("Chart.yaml", "name: [\n")]);
        }),
    ]
}

fn impure() -> Vec<Case> {
    vec![
        case(
            "a chart that makes up a password",
            REFUSED,
            &["data.value", "odd/templates/odd.yaml", "randAlphaNum", "patches"],
            |s| {
                chart(s, &config("{{ randAlphaNum 12 | quote }}"), "");
            },
        ),
        case("a chart that reads the clock", REFUSED, &["data.value", "`now`"], |s| {
            chart(s, &config("{{ now | date \"2006\" | quote }}"), "");
        }),
        case("a chart that makes certificates", REFUSED, &["data.value", "genCA"], |s| {
            chart(s, &config("{{ (genCA \"x\" 365).Cert | b64enc }}"), "");
        }),
        case("a chart that lists keys in no order", REFUSED, &["data.value", "`keys`"], |s| {
            chart(s, &config("{{ keys (dict \"a\" 1 \"b\" 2 \"c\" 3) | join \",\" }}"), "");
        }),
        case("a chart that makes up identities", REFUSED, &["data.value", "uuidv4"], |s| {
            chart(s, &config("{{ uuidv4 }}"), "");
        }),
    ]
}

fn refused() -> Vec<Case> {
    vec![
        case(
            "a hook that nobody decided about",
            REFUSED,
            &["Job web/odd", "platform/web/odd/component.yaml", "hooks: drop"],
            |s| {
                chart(
                    s,
                    "apiVersion: batch/v1\nkind: Job\nmetadata: {name: odd, annotations: {helm.sh/hook: pre-install}}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: x, image: \"registry.example.org/site:1.2.0\"}]}}}\n",
                    "",
                );
            },
        ),
        case(
            "a hook with a decision for another one",
            REFUSED,
            &["Job web/odd", "platform/web/odd/component.yaml"],
            |s| {
                chart(
                    s,
                    "apiVersion: batch/v1\nkind: Job\nmetadata: {name: odd, annotations: {helm.sh/hook: post-install}}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: x, image: \"registry.example.org/site:1.2.0\"}]}}}\n",
                    "hooks: [{kind: Job, name: even, policy: drop}]\n",
                );
            },
        ),
        case(
            "a chart with a password in a Secret",
            REFUSED,
            &["Secret web/odd", "templates/odd.yaml", "drop: [{kind: Secret, name: odd"],
            |s| {
                chart(
                    s,
                    "apiVersion: v1\nkind: Secret\nmetadata: {name: odd}\nstringData: {password: secret}\n",
                    "",
                );
            },
        ),
        case(
            "a chart with a wrong field",
            REFUSED,
            &["`speck`", "templates/odd.yaml", "did you mean `spec`"],
            |s| {
                chart(s, "apiVersion: v1\nkind: Service\nmetadata: {name: odd}\nspeck: {}\n", "");
            },
        ),
        case(
            "a chart with an object for everybody",
            REFUSED,
            &["`default`", "templates/odd.yaml", "allowNamespaces"],
            |s| {
                chart(s, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd, namespace: default}\n", "");
            },
        ),
    ]
}
