use serde_json::json;

use super::*;

#[test]
fn only_what_a_bundle_says_counts() {
    let live = json!({"metadata": {"name": "x", "resourceVersion": "1", "generation": 1, "managedFields": []},
        "spec": {"list": [{"a": 1}, {"b": 2}]}, "data": {"a/b": "1"}, "status": {"ready": 1}});
    let cases = [
        (
            json!({"metadata": {"name": "x", "resourceVersion": "2"}, "spec": live["spec"], "data": live["data"]}),
            vec![],
        ),
        (json!({"metadata": {"name": "x"}, "spec": live["spec"], "data": {"a/b": "2"}}), vec!["/data/a~1b"]),
        (
            json!({"metadata": {"name": "x"}, "spec": {"list": [{"a": 1}, {"b": 3}]}, "data": live["data"]}),
            vec!["/spec/list/1/b"],
        ),
        (json!({"metadata": {"name": "x"}, "spec": {"list": []}}), vec!["/data", "/spec/list"]),
    ];
    for (mut wanted, expected) in cases {
        let mut live = live.clone();
        strip(&mut live);
        strip(&mut wanted);
        let mut places = Vec::new();
        differ(&live, &wanted, "", &mut places);
        assert_eq!(places, expected, "{wanted}");
    }
}

#[test]
fn a_job_with_a_time_to_live_goes_by_itself() {
    assert!(is_spent(&json!({"spec": {"ttlSecondsAfterFinished": 60}})));
    assert!(!is_spent(&json!({"spec": {"ttlSecondsAfterFinished": null}})));
    assert!(!is_spent(&json!({"spec": {}})));
}
