//! Reading and writing `inputs.lock`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up has failed")]

use diag::{Paint, Source as Text, Span, render};
use hashing::Digest;
use inputs::{Kind, Lock, Pin, PinDigest, Source};
use proptest::prelude::*;

const FILE: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn parse(text: &str) -> Result<Lock, Vec<diag::Diagnostic>> {
    Lock::parse(&Text::shared("inputs.lock", text))
}

fn pin(body: &str) -> String {
    format!("version = 1\n\n[[pin]]\n{body}\n")
}

/// A correct chart pin with one line replaced.
fn chart(change: &str) -> String {
    let lines = [
        "kind = \"chart\"".to_owned(),
        "name = \"cilium\"".to_owned(),
        "version = \"1.18.4\"".to_owned(),
        format!("digest = \"{FILE}\""),
        "sources = [{ url = \"https://charts.example.org/cilium.tgz\" }]".to_owned(),
    ];
    let key = change.split(' ').next().unwrap();
    let replaced: Vec<String> = lines
        .into_iter()
        .map(|line| if line.split(' ').next() == Some(key) { change.to_owned() } else { line })
        .collect();
    pin(&replaced.join("\n"))
}

fn source(source: &str) -> String {
    chart(&format!("sources = [{source}]"))
}

fn tree(source: &str) -> String {
    self::source(source).replace("\"sha256:", "\"tree:sha256:")
}

#[test]
fn an_example_is_read_and_written_back() {
    let text = format!(
        r#"# Written by cargo xtask lock; do not edit by hand.
version = 1

[[pin]]
kind = "chart"
name = "cert-manager"
version = "1.11.5"
digest = "tree:{FILE}"
sources = [
  {{ go = "github.com/cert-manager/cert-manager@v1.11.5", select = ["deploy/charts/cert-manager => .", "deploy/crds => templates"] }},
  {{ git = "https://example.org/cert-manager", commit = "0123456789012345678901234567890123456789" }},
]

[[pin]]
kind = "image"
name = "quay.io/jetstack/cert-manager-controller"
version = "v1.11.5"
digest = "unresolved"

[[pin]]
kind = "package"
name = "jq"
version = "1.6-2.1"
digest = "{FILE}"
sources = [
  {{ deb = "jq=1.6-2.1", architecture = "amd64", member = "usr/bin/jq" }},
  {{ oci = "ghcr.io/org/jq:1.6" }},
  {{ mirror = "a/b c\"d.tgz" }},
]

[[pin]]
kind = "tool"
name = "helm"
version = "4.1.4"
digest = "{FILE}"
sources = [
  {{ npm = "@scope/name@2.2.2", member = "lib/layer.zip//helm/helm" }},
  {{ url = "https://example.org/helm.tar.gz", member = "linux-amd64/helm" }},
]
"#
    );
    let lock = parse(&text).unwrap();
    assert_eq!(lock.to_text(), text);
    let span = lock.pins()[1].span;
    assert!(text[span.start as usize..].starts_with("[[pin]]\nkind = \"image\""), "pins know their place");
    assert_eq!(lock.pins()[3].sources[0].to_string(), "npm @scope/name@2.2.2");
}

#[test]
fn mistakes_are_told_with_place_and_way_out() {
    let double = format!("{}\n[[pin]]\n{}", chart(""), chart("").split_once("[[pin]]\n").unwrap().1);
    let image = |name: &str, rest: &str| {
        pin(&format!("kind = \"image\"\nname = \"{name}\"\nversion = \"1\"\n{rest}"))
    };
    let cases: Vec<(String, &str, &str)> = vec![
        ("version = ".to_owned(), ":1:", "the lock is no TOML"),
        ("<<<<<<< HEAD\nversion = 1\n".to_owned(), ":1:", "merge conflict"),
        (String::new(), ":1:1", "the lock has no `version`"),
        ("version = 2\n[[pin]]\nnew = 1\n".to_owned(), ":1:11", "has format 2, but only 1 is known"),
        ("version = \"1\"\n".to_owned(), ":1:11", "`version` of the lock is no number"),
        ("version = 1\npins = []\n".to_owned(), ":2:1", "did you mean `pin`?"),
        ("version = 1\npin = 3\n".to_owned(), ":2:7", "`pin` of the lock is no list"),
        ("version = 1\npin = [3]\n".to_owned(), ":2:8", "each pin begins with `[[pin]]`"),
        (pin(""), ":3:1", "a pin has no `kind`"),
        (chart("kind = \"chrat\""), ":4:8", "did you mean `chart`?"),
        (chart("kind = \"thing\""), ":4:8", "the kinds are `chart`, `image`,"),
        (chart("kind = 3"), ":4:8", "`kind` of a pin is no text"),
        (chart("name = \" \""), ":5:8", "`name` of a pin is empty"),
        (chart("version = 1.18"), ":6:11", "write it in quotes"),
        (chart("digest = \"sha256:12\""), ":7:10", "it has 2 hexadecimal digits instead of 64"),
        (chart("digest = \"md5:12\""), ":7:10", "it must start with `sha256:`"),
        (chart("digest = \"unresolved\""), ":7:10", "only an image or a package may be unresolved"),
        (chart("sources = []"), ":3:1", "chart `cilium` 1.18.4 has no source"),
        (chart("sources = {}"), ":8:11", "`sources` of a pin is no list"),
        (chart("surces = 1") + "surces = 1\n", ":9:1", "did you mean `sources`?"),
        (double, ":10:1", "chart `cilium` 1.18.4 is locked twice"),
        (source("3"), ":8:12", "a source is no table"),
        (source("{}"), ":8:12", "a source has one of `url`, `oci`,"),
        (source("{ ulr = \"x\" }"), ":8:12", "did you mean `url`?"),
        (source("{ url = \"https://x\", oci = \"x\" }"), ":8:12", "a source is both `url` and `oci`"),
        (source("{ url = \"https://x\", select = [] }"), ":8:33", "unknown field `select`"),
        (source("{ url = \"x\" }"), ":8:20", "`x` is no web address"),
        (source("{ url = \"oci://a/b\" }"), ":8:20", "write `oci = \"a/b\"`"),
        (source("{ url = \"https://x\", member = \"../x\" }"), ":8:42", "give a relative path"),
        (source("{ url = \"https://x\", member = \"a.zip//\" }"), ":8:42", "give a relative path"),
        (source("{ oci = \"a b/x\" }"), ":8:20", "`a b/x` is no image reference"),
        (source("{ npm = \"name\" }"), ":8:20", "write `NAME@VERSION`"),
        (source("{ npm = \"@scope/name\" }"), ":8:20", "write `NAME@VERSION`"),
        (source("{ deb = \"jq@1\" }"), ":8:20", "write `NAME=VERSION`"),
        (source("{ mirror = \"/etc/passwd\" }"), ":8:23", "give a relative path"),
        (
            source("{ go = \"a@v1\" }"),
            ":8:12",
            "`go` gives a tree, but chart `cilium` 1.18.4 is locked as a file",
        ),
        (
            tree("{ npm = \"a@1\" }"),
            ":8:12",
            "`npm` gives a file, but chart `cilium` 1.18.4 is locked as a tree",
        ),
        (tree("{ go = \"a\" }"), ":8:19", "write `MODULE@VERSION`"),
        (tree("{ go = \"a@v1\", select = [\"x\"] }"), ":8:37", "write `FROM => TO`"),
        (tree("{ go = \"a@v1\", select = [\"a => ../b\"] }"), ":8:37", "`../b`"),
        (tree("{ git = \"x\" }"), ":8:12", "a source has no `commit`"),
        (tree("{ git = \"x\", commit = \"main\" }"), ":8:34", "`main` is no full name of a commit"),
        (tree("{ git = \"--upload-pack=x\", commit = \"main\" }"), ":8:20", "looks like an option"),
        (image("quay.io/a:1", "digest = \"unresolved\""), ":5:8", "write `name = \"quay.io/a\"`"),
        (image("Quay", "digest = \"unresolved\""), ":5:8", "upper-case"),
        (image("quay.io/a", &format!("digest = \"tree:{FILE}\"")), ":7:10", "an image is no tree"),
        (image("quay.io/a", "digest = \"unresolved\"\nsources = []"), ":8:11", "remove `sources`"),
    ];
    for (text, place, expected) in cases {
        let found = parse(&text).expect_err(&text);
        let rendered: Vec<String> = found.iter().map(|one| render(one, Paint::Plain, 140)).collect();
        let all = rendered.join("\n");
        assert!(all.contains(expected), "`{expected}` is not in\n{all}\nfor\n{text}");
        let told = found.iter().zip(&rendered).find(|(_, text)| text.contains(expected)).unwrap().0;
        let told = told.place().unwrap();
        assert!(told.starts_with(&format!("inputs.lock{place}")), "{told} is not {place} for\n{text}");
    }
}

#[test]
fn all_mistakes_are_told_at_once_and_in_order() {
    let text =
        pin("kind = \"chrat\"\nname = 3\nversoin = \"1\"\ndigest = \"x\"\nsources = [{ go = \"x\" }, 3]");
    let found = parse(&text).unwrap_err();
    let places: Vec<String> = found.iter().map(|one| one.place().unwrap()).collect();
    let lines: Vec<&str> = places.iter().map(|place| place.split(':').nth(1).unwrap()).collect();
    assert_eq!(lines, ["3", "4", "5", "6", "7", "8", "8"]);
}

#[test]
fn pins_are_found_by_name_and_images_by_any_reference() {
    let mut lock = Lock::default();
    let chart = |version: &str| Pin {
        kind: Kind::Chart,
        name: "cilium".to_owned(),
        version: version.to_owned(),
        digest: PinDigest::File(Digest::of(version.as_bytes())),
        sources: vec![Source::Mirror { file: "x".to_owned() }],
        span: Span::default(),
    };
    assert!(lock.insert(chart("2")).is_none());
    assert_eq!(lock.find(Kind::Chart, "cilium", None).unwrap().unwrap().version, "2");
    assert!(lock.find(Kind::Tool, "cilium", None).unwrap().is_none());
    assert!(lock.insert(chart("1")).is_none());
    assert!(lock.insert(chart("1")).is_some(), "the same pin is replaced");
    let error = lock.find(Kind::Chart, "cilium", None).unwrap_err();
    assert_eq!(error.to_string(), "chart `cilium` is locked in 2 versions (1, 2); say which one is meant");
    assert_eq!(lock.find(Kind::Chart, "cilium", Some("1")).unwrap().unwrap().version, "1");
    assert!(lock.remove(Kind::Chart, "cilium", "1").is_some());
    assert!(lock.remove(Kind::Chart, "cilium", "1").is_none());
    let image = |name: &str, version: &str| Pin {
        kind: Kind::Image,
        name: name.to_owned(),
        digest: PinDigest::Unresolved,
        sources: Vec::new(),
        ..chart(version)
    };
    lock.insert(image("docker.io/library/nginx", "1.27"));
    lock.insert(image("quay.io/a/b", "latest"));
    for reference in ["nginx:1.27", "docker.io/nginx:1.27", "docker.io/library/nginx:1.27", "quay.io/a/b"] {
        assert!(lock.image(reference).is_some(), "{reference}");
    }
    for reference in ["nginx", "nginx:1.28", "quay.io/a/b:1", "no reference"] {
        assert!(lock.image(reference).is_none(), "{reference}");
    }
}

fn word() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9._-]{0,10}[a-z0-9]"
}

fn path() -> impl Strategy<Value = String> {
    prop::collection::vec("[a-z0-9 \"\\\\é]{0,5}[a-z]", 1..4).prop_map(|parts| parts.join("/"))
}

fn select() -> impl Strategy<Value = Vec<archive::Selection>> {
    let end = || prop_oneof![path().prop_map(|path| path.trim().to_owned()), Just(".".to_owned())];
    prop::collection::vec((end(), end()).prop_map(|(from, to)| archive::Selection { from, to }), 0..3)
}

fn member() -> impl Strategy<Value = Option<String>> {
    prop::option::of(prop::collection::vec(path(), 1..3).prop_map(|parts| parts.join("//")))
}

fn name() -> impl Strategy<Value = String> {
    word().prop_filter("not an option", |word| !word.starts_with('-') && word != "." && word != "..")
}

fn file_source() -> impl Strategy<Value = Source> {
    prop_oneof![
        (path(), member()).prop_map(|(url, member)| Source::Url { url: format!("https://{url}"), member }),
        Just(Source::Oci { reference: "ghcr.io/a/b:1".to_owned() }),
        (name(), name(), member()).prop_map(|(package, version, member)| Source::Npm {
            package,
            version,
            member
        }),
        (name(), name(), prop::option::of(word()), member()).prop_map(
            |(package, version, architecture, member)| Source::Deb { package, version, architecture, member }
        ),
        path().prop_map(|file| Source::Mirror { file }),
    ]
}

fn tree_source() -> impl Strategy<Value = Source> {
    prop_oneof![
        (name(), name(), select()).prop_map(|(module, version, select)| Source::Go {
            module,
            version,
            select
        }),
        (name(), "[0-9a-f]{40}", select()).prop_map(|(repository, commit, select)| Source::Git {
            repository,
            commit,
            select
        }),
    ]
}

fn any_pin() -> impl Strategy<Value = Pin> {
    let kind =
        prop::sample::select(vec![Kind::Chart, Kind::Manifests, Kind::Package, Kind::Schema, Kind::Tool]);
    let digest = any::<[u8; 32]>().prop_map(Digest::from);
    let content = prop_oneof![
        (digest.clone(), prop::collection::vec(file_source(), 1..4))
            .prop_map(|(digest, sources)| (PinDigest::File(digest), sources)),
        (digest, prop::collection::vec(tree_source(), 1..4))
            .prop_map(|(digest, sources)| (PinDigest::Tree(digest), sources)),
    ];
    (kind, word(), "[^\\s]{1,5}", content).prop_map(|(kind, name, version, (digest, sources))| Pin {
        kind,
        name,
        version,
        digest,
        sources,
        span: Span::default(),
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_the_same(mut pins in prop::collection::vec(any_pin(), 0..5)) {
        let mut lock = Lock::default();
        for pin in pins.clone() {
            lock.insert(pin);
        }
        let text = lock.to_text();
        let again = parse(&text).map_err(|found| {
            TestCaseError::fail(format!("{text}\n{found:?}"))
        })?;
        prop_assert_eq!(again.to_text(), text.clone());
        for (one, other) in lock.pins().iter().zip(again.pins()) {
            prop_assert_eq!((one.kind, &one.name, &one.version), (other.kind, &other.name, &other.version));
            prop_assert_eq!((one.digest, &one.sources), (other.digest, &other.sources));
        }
        let mut other = Lock::default();
        let keys: std::collections::BTreeSet<_> =
            pins.iter().map(|pin| (pin.kind, pin.name.clone(), pin.version.clone())).collect();
        prop_assume!(keys.len() == pins.len());
        pins.reverse();
        for pin in pins {
            other.insert(pin);
        }
        prop_assert_eq!(other.to_text(), text, "the order of insertion does not matter");
    }

    #[test]
    fn no_text_is_too_broken(text in ".{0,200}", tail in "[\\[\\]{}=\"a-z0-9\n, ]{0,200}") {
        let _ = parse(&text);
        let _ = parse(&tail);
        let _ = parse(&format!("version = 1\n[[pin]]\nsources = [{tail}"));
    }
}
