use super::{Access, access, scopes};

#[test]
fn at_least_what_is_needed_is_asked_for() {
    let cases = [
        ("", Access::Pull, "repository:a/b:pull"),
        ("repository:a/b:pull", Access::Push, "repository:a/b:pull,push"),
        ("repository:a/b:pull,push", Access::Pull, "repository:a/b:pull,push"),
        ("repository:a/b:*", Access::Delete, "repository:a/b:*"),
        ("repository:a/bc:pull", Access::Pull, "repository:a/bc:pull repository:a/b:pull"),
        (
            "repository:a/b:push,pull repository:c:pull",
            Access::Delete,
            "repository:a/b:push,pull,delete repository:c:pull",
        ),
        ("registry:catalog:*", Access::Push, "registry:catalog:* repository:a/b:pull,push"),
    ];
    for (named, needed, expected) in cases {
        assert_eq!(scopes(named, "a/b", needed).join(" "), expected, "{named}");
    }
}

#[test]
fn a_challenge_may_want_more_than_the_request_tells() {
    assert_eq!(access("repository:a/b:pull,push", "a/b", Access::Pull), Access::Push);
    assert_eq!(access("repository:a/b:pull", "a/b", Access::Push), Access::Push);
    assert_eq!(access("repository:c:push", "a/b", Access::Pull), Access::Pull);
    assert_eq!(access("repository:a/b:delete", "a/b", Access::Pull), Access::Delete);
}
