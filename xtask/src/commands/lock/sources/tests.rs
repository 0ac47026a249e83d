use clap::Command;

use super::*;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn read(args: &[&str]) -> Result<Vec<Source>, CliError> {
    let command = Sources::augment_args(Command::new("add").no_binary_name(true));
    let matches = command.try_get_matches_from(args).unwrap();
    Sources::from_arg_matches(&matches).unwrap().read(Kind::Chart, "site", "1.2.0")
}

fn shown(args: &[&str]) -> Vec<String> {
    read(args).unwrap().iter().map(ToString::to_string).collect()
}

fn mistake(args: &[&str]) -> String {
    let error = read(args).unwrap_err();
    assert_eq!(error.code, crate::error::INPUT);
    let found = error.diagnostics.into_iter().flat_map(|found| [vec![found.message], found.hints].concat());
    found.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_kind() {
    let git = format!("https://example.org/x.git@{COMMIT}");
    for (args, expected) in [
        (["--go", "example.org/x@v1.2.0"], "go example.org/x@v1.2.0".to_owned()),
        (["--url", "https://example.org/x.tgz"], "url https://example.org/x.tgz".to_owned()),
        (["--oci", "example.org/x:1.2.0"], "oci example.org/x:1.2.0".to_owned()),
        (["--git", &git], format!("git https://example.org/x.git at {COMMIT}")),
        (["--npm", "@scope/x@1.2.0"], "npm @scope/x@1.2.0".to_owned()),
        (["--deb", "x=1:2.0-1"], "deb x=1:2.0-1".to_owned()),
        (["--mirror-file", "x-1.2.0.tgz"], "mirror x-1.2.0.tgz".to_owned()),
    ] {
        assert_eq!(shown(&args), [expected], "{args:?}");
    }
}

#[test]
fn the_order_is_that_of_the_command_line() {
    let args = [
        "--url",
        "https://example.org/a",
        "--mirror-file",
        "b",
        "--npm",
        "c@1",
        "--url",
        "https://example.org/d",
    ];
    assert_eq!(
        shown(&args),
        ["url https://example.org/a", "mirror b", "npm c@1", "url https://example.org/d"]
    );
}

#[test]
fn parts_belong_to_the_source_before_them() {
    let args =
        ["--go", "example.org/x@v1", "--select", "a => .", "--select", "b => c", "--go", "example.org/y@v1"];
    let sources = read(&args).unwrap();
    let [Source::Go { select, .. }, Source::Go { select: none, .. }] = sources.as_slice() else {
        panic!("{sources:?}")
    };
    assert_eq!(select.iter().map(ToString::to_string).collect::<Vec<_>>(), ["a => .", "b => c"]);
    assert!(none.is_empty());

    let args = ["--npm", "x@1", "--url", "https://example.org/y.tgz", "--member", "y/\"z\""];
    let sources = read(&args).unwrap();
    let [Source::Npm { member: None, .. }, Source::Url { member, .. }] = sources.as_slice() else {
        panic!("{sources:?}")
    };
    assert_eq!(member.as_deref(), Some("y/\"z\""));
}

#[test]
fn an_architecture_is_named_as_debian_does_it() {
    let sources = read(&["--deb", "x:arm64=1:2.0-1"]).unwrap();
    let [Source::Deb { package, version, architecture, .. }] = sources.as_slice() else {
        panic!("{sources:?}")
    };
    assert_eq!(
        (package.as_str(), version.as_str(), architecture.as_deref()),
        ("x", "1:2.0-1", Some("arm64"))
    );
}

#[test]
fn mistakes() {
    for (args, says) in [
        (&[][..], "--go"),
        (&["--select", "a => ."], "before every source"),
        (&["--member", "x", "--url", "https://example.org/x"], "before every source"),
        (&["--git", "https://example.org/x.git"], "REPOSITORY@COMMIT"),
        (&["--git", "https://example.org/x.git@main"], "no full name of a commit"),
        (&["--go", "example.org/x"], "MODULE@VERSION"),
        (&["--url", "ftp://example.org/x"], "no web address"),
        (&["--url", "https://example.org/x", "--select", "a => ."], "select"),
        (&["--go", "example.org/x@v1", "--select", "a"], "FROM => TO"),
        (&["--go", "example.org/x@v1", "--url", "https://example.org/x"], "one form"),
        (&["--mirror-file", "../x"], ".."),
    ] {
        let text = mistake(args);
        assert!(text.contains(says), "{args:?}: {text}");
    }
}
