use super::Tally;

/// The lines that are shown, and the sum.
fn read(text: &str, code: i32) -> (Vec<String>, String) {
    let mut tally = Tally::default();
    let shown = text.lines().filter_map(|line| tally.read(line)).collect();
    tally.end(code);
    (shown, tally.to_string())
}

#[test]
fn sums_test_programs() {
    let text = "   Compiling a v0.1.0
    Finished `test` profile in 1s
     Running unittests src/lib.rs (target/debug/deps/yaml-0123)

running 2 tests
test a ... ok
test b ... ok

successes:

---- b stdout ----
SKIPPED b: no helm

test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.11s

     Running tests/x.rs (target/debug/deps/x-0123)
test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.00s
   Doc-tests yaml
test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";
    let (shown, sum) = read(text, 0);
    assert_eq!(
        shown,
        ["   Compiling a v0.1.0", "SKIPPED b: no helm", "yaml src/lib.rs: 2 passed", "yaml: 3 passed"]
    );
    assert_eq!(sum, "4 passed, 0 failed, 1 skipped");
}

#[test]
fn shows_failures() {
    let text = "     Running tests/x.rs (target/debug/deps/x-0123)
test a ... FAILED
test b ... ok

failures:

---- a stdout ----
left: 1

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.11s
";
    let (shown, sum) = read(text, 101);
    assert!(shown.contains(&"  left: 1".to_owned()), "{shown:?}");
    assert!(shown.contains(&"x tests/x.rs: 1 passed, 1 FAILED".to_owned()), "{shown:?}");
    assert_eq!(sum, "1 passed, 1 failed, 0 skipped");
}

#[test]
fn a_run_that_ends_early_has_failed() {
    let (shown, sum) = read("error[E0433]: cannot find `x`\n", 101);
    assert_eq!(shown, ["error[E0433]: cannot find `x`"]);
    assert_eq!(sum, "0 passed, 1 failed, 0 skipped");
}
