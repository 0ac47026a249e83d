use serde_json::json;

use super::*;

#[test]
fn a_container_that_ended_with_an_error_is_found_in_either_state() {
    let of = |code: i64| json!({"terminated": {"exitCode": code}});
    let pod = json!({
        "metadata": {"name": "web-1"},
        "status": {
            "initContainerStatuses": [{"name": "first", "state": of(0)}],
            "containerStatuses": [
                {"name": "a", "state": {"running": {}}, "lastState": of(2)},
                {"name": "b", "state": of(1), "lastState": of(3)},
                {"name": "c", "state": {"running": {}}, "lastState": of(0)},
            ],
        },
    });
    let one = |container, code, is_replaced| Ended { pod: "web-1", container, code, is_replaced };
    assert_eq!(ended(&pod), [one("a", 2, true), one("b", 1, false)]);
    assert!(ended(&json!({})).is_empty());
}

#[test]
fn the_line_that_says_why_is_told() {
    let cases = [
        ("starting\npanic: too soon\n\ngoroutine 1 [running]:\nmain.errors()\n", &["panic: too soon"][..]),
        ("E1 Error: one\nretry\nFATAL: two\nbye\n", &["FATAL: two"]),
        ("one\ntwo\n three \n", &["two", "three"]),
        ("", &[]),
    ];
    for (log, expected) in cases {
        assert_eq!(telling(log), expected, "{log}");
    }
    assert_eq!(telling(&"é".repeat(999)).concat().chars().count(), LONGEST);
}
