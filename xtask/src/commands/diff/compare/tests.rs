use serde_json::json;

use super::*;

fn deployment(name: &str, spec: &Value) -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "web"}, "spec": spec})
}

/// `object field before after`, for fields of one object.
fn lines(before: &Value, after: &Value) -> Vec<String> {
    let found = compare(&[deployment("x", before)], &[deployment("x", after)]);
    let text = |value: Option<Value>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
    let line = |found: Difference| {
        assert_eq!(found.object, "Deployment.apps web/x");
        format!("{} {} {}", found.field, text(found.before), text(found.after))
    };
    found.into_iter().map(line).collect()
}

#[test]
fn equal_objects_have_no_differences_whatever_their_order() {
    let (one, two) = (deployment("a", &json!({})), deployment("b", &json!({})));
    assert_eq!(compare(&[one.clone(), two.clone()], &[two, one]), []);
}

#[test]
fn fields() {
    for (before, after, expected) in [
        (json!({"replicas": 1}), json!({"replicas": 2}), &["spec.replicas 1 2"][..]),
        (json!({}), json!({"replicas": 2}), &["spec.replicas - 2"]),
        (json!({"replicas": 1}), json!({}), &["spec.replicas 1 -"]),
        (json!({"a": {"b": 1, "c": 2}}), json!({"a": {"b": 2, "c": 3}}), &["spec.a.b 1 2", "spec.a.c 2 3"]),
        (
            json!({"example.org/x": "1"}),
            json!({"example.org/x": "2"}),
            &["spec[\"example.org/x\"] \"1\" \"2\""],
        ),
        (json!({"a": 1}), json!({"a": "1"}), &["spec.a 1 \"1\""]),
        (json!({"a": {}}), json!({"a": []}), &["spec.a {} []"]),
    ] {
        assert_eq!(lines(&before, &after), expected, "{before} {after}");
    }
}

#[test]
fn items_with_names_are_matched_by_them() {
    let before = json!({"containers": [{"name": "a", "image": "x:1"}, {"name": "b"}]});
    for (after, expected) in [
        (
            json!({"containers": [{"name": "new"}, {"name": "a", "image": "x:2"}, {"name": "b"}]}),
            &["spec.containers[a].image \"x:1\" \"x:2\"", "spec.containers[new] - {\"name\":\"new\"}"][..],
        ),
        (json!({"containers": [{"name": "a", "image": "x:1"}]}), &["spec.containers[b] {\"name\":\"b\"} -"]),
        (
            json!({"containers": [{"name": "b"}, {"name": "a", "image": "x:1"}]}),
            &["spec.containers[order] [\"a\",\"b\"] [\"b\",\"a\"]"],
        ),
    ] {
        assert_eq!(lines(&before, &after), expected, "{after}");
    }
}

#[test]
fn other_items_are_matched_by_what_they_have_in_common() {
    let before = json!({"args": ["--a", "--b", "--c"]});
    for (after, expected) in [
        (json!({"args": ["--b", "--c"]}), &["spec.args[0] \"--a\" -"][..]),
        (json!({"args": ["--a", "--x", "--c"]}), &["spec.args[1] \"--b\" \"--x\""]),
        (json!({"args": ["--a", "--b", "--x", "--c"]}), &["spec.args[2] - \"--x\""]),
    ] {
        assert_eq!(lines(&before, &after), expected, "{after}");
    }
}

#[test]
fn objects_come_and_go() {
    let (one, two) = (deployment("a", &json!({})), deployment("b", &json!({})));
    let found = compare(std::slice::from_ref(&one), std::slice::from_ref(&two));
    let seen: Vec<_> = found
        .iter()
        .map(|found| (found.object.as_str(), found.before.is_some(), found.after.is_some()))
        .collect();
    assert_eq!(seen, [("Deployment.apps web/a", true, false), ("Deployment.apps web/b", false, true)]);
    assert!(found.iter().all(|found| found.field.is_empty()));
}

#[test]
fn another_version_of_an_api_is_the_same_object() {
    let of = |version: &str| json!({"apiVersion": version, "kind": "Ingress", "metadata": {"name": "x"}});
    let found = compare(&[of("networking.k8s.io/v1beta1")], &[of("networking.k8s.io/v1")]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].field, "apiVersion");
    assert_eq!(found[0].object, "Ingress.networking.k8s.io x");
}
