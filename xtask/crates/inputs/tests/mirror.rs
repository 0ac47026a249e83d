//! Mirrors: inputs under whatever name.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod stage;

use std::fs;
use std::os::unix::fs::symlink;

use inputs::{Fetched, Kind, PinDigest, Source};
use registry::Network;
use stage::{MODULE_SELECT, Stage, bytes, file, go, module_tree, module_zip, pin, tar_gz, tree, url};

fn stage() -> Stage {
    let mut stage = Stage::new();
    stage.network = Network::Denied;
    stage.mirrors = vec![stage.path("first"), stage.path("second")];
    for mirror in &stage.mirrors {
        fs::create_dir_all(mirror).unwrap();
    }
    stage
}

fn chart() -> Source {
    url("https://charts.example.org/x/cilium.tgz?a=b".to_owned())
}

#[test]
fn a_file_is_found_under_every_name_it_may_have() {
    let hex = file("chart").digest().unwrap().hex();
    for path in [
        "first/cilium.tgz",
        "first/x-1.0.0.tgz",
        "second/x-1.0.0",
        &format!("second/{hex}"),
        "second/named/by/the-lock",
        "second/any/other name",
    ] {
        let stage = stage();
        stage.write(path, "chart");
        let sources = vec![chart(), Source::Mirror { file: "named/by/the-lock".to_owned() }];
        let pin = pin("x", file("chart"), sources);
        assert_eq!(
            stage.fetcher().fetch(&pin).unwrap(),
            Fetched::File(pin.digest.digest().unwrap()),
            "{path}"
        );
        assert_eq!(bytes(&stage, pin.digest), b"chart");
    }
}

#[test]
fn a_directory_is_found_by_its_content() {
    let stage = stage();
    stage.write("second/a/b/c/Chart.yaml", "name: c\n");
    stage.write("second/a/b/c/templates/x.yaml", "x: 1\n");
    stage.write("second/a/b/c/.git/config", "ignored");
    stage.write("second/a/b/other", "other");
    let content = tree(&[("Chart.yaml", "name: c\n"), ("templates/x.yaml", "x: 1\n")]);
    assert!(stage.fetcher().fetch(&pin("x", content, vec![go(&[])])).is_ok());
    let top = tree(&[
        ("a/b/c/Chart.yaml", "name: c\n"),
        ("a/b/c/templates/x.yaml", "x: 1\n"),
        ("a/b/other", "other"),
    ]);
    assert!(stage.fetcher().fetch(&pin("x", top, vec![go(&[])])).is_ok(), "also the whole mirror");
}

#[test]
fn archives_that_hold_the_input_are_found_by_their_names() {
    let package = tar_gz(&[("package/bin/tool", b"tool")]);
    let cases = [
        (
            "tool.tgz",
            Source::Url {
                url: "https://example.org/d/tool.tgz".to_owned(),
                member: Some("package/bin/tool".to_owned()),
            },
        ),
        (
            "scope-name-1.0.0.tgz",
            Source::Npm {
                package: "@scope/name".to_owned(),
                version: "1.0.0".to_owned(),
                member: Some("bin/tool".to_owned()),
            },
        ),
        (
            "tool_1%3a2_all.deb",
            Source::Deb {
                package: "tool".to_owned(),
                version: "1:2".to_owned(),
                architecture: None,
                member: Some("package/bin/tool".to_owned()),
            },
        ),
    ];
    for (path, source) in cases {
        let stage = stage();
        stage.write(&format!("second/{path}"), &package);
        let pin = pin("x", file("tool"), vec![source]);
        assert!(stage.fetcher().fetch(&pin).is_ok(), "{path}");
    }
    let stage = stage();
    stage.write("first/example.org/!group/module/@v/v1.2.3.zip", module_zip());
    assert!(stage.fetcher().fetch(&pin("m", module_tree(), vec![go(&MODULE_SELECT)])).is_ok());
}

#[test]
fn other_content_under_the_right_name_is_told_and_passed_over() {
    let stage = stage();
    stage.write("first/cilium.tgz", "old chart");
    let wanted = pin("x", file("chart"), vec![chart()]);
    let error = stage.fetcher().fetch(&wanted).unwrap_err().to_string();
    let (first, second) = (stage.path("first"), stage.path("second"));
    let expected = [
        format!(
            "mirror `{}`, `cilium.tgz`: it has `{}` instead of `{}`",
            first.display(),
            file("old chart"),
            file("chart")
        ),
        format!("mirror `{}`: nothing there has `{}`", second.display(), file("chart")),
    ];
    for line in expected {
        assert!(error.contains(&line), "`{line}` is not in {error}");
    }
    stage.write("first/elsewhere", "chart");
    assert!(stage.fetcher().fetch(&wanted).is_ok(), "the right content under another name is taken");
}

#[test]
fn changes_between_runs_are_noticed() {
    let stage = stage();
    stage.write("first/file", "one");
    assert!(stage.fetcher().fetch(&pin("x", file("two"), vec![chart()])).is_err());
    stage.write("first/file", "two");
    assert!(stage.fetcher().fetch(&pin("x", file("two"), vec![chart()])).is_ok());
    fs::remove_file(stage.path("first/file")).unwrap();
    assert!(stage.fetcher().fetch(&pin("x", file("one"), vec![chart()])).is_err());
}

#[test]
fn what_cannot_be_used_is_told_and_never_followed_outside() {
    let mut stage = stage();
    stage.mirrors.push(stage.path("no-such-directory"));
    stage.write("outside", "secret");
    symlink("nowhere", stage.path("first/dangling")).unwrap();
    for name in ["loop", "other-loop", "third-loop"] {
        symlink(".", stage.path("first").join(name)).unwrap();
    }
    let sources = vec![Source::Mirror { file: "../outside".to_owned() }];
    let error = stage.fetcher().fetch(&pin("../../x", file("secret"), sources)).unwrap_err().to_string();
    assert!(error.contains("no-such-directory`: could not read"), "{error}");
}

#[test]
fn what_lies_in_a_mirror_can_be_pinned() {
    let stage = stage();
    stage.write("second/charts/a/Chart.yaml", "name: a\n");
    stage.write("first/a.tgz", "packed");
    let named = |file: &str| vec![Source::Mirror { file: file.to_owned() }];
    let fetcher = stage.fetcher();
    let packed = fetcher.pin_now(Kind::Chart, "a", "1", named("a.tgz")).unwrap();
    assert_eq!(packed.digest, file("packed"));
    let directory = fetcher.pin_now(Kind::Chart, "a", "1", named("charts/a")).unwrap();
    assert_eq!(directory.digest, tree(&[("Chart.yaml", "name: a\n")]));
    assert!(matches!(directory.digest, PinDigest::Tree(digest) if stage.store.contains_tree(&digest)));
    let error = fetcher.pin_now(Kind::Chart, "a", "1", named("b")).unwrap_err().to_string();
    assert_eq!(error, "no source has chart `a` 1\n  mirror b: no mirror has `b`");
}
