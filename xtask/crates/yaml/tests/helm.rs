//! The reader, the writer and the layers against the real Helm: set `XTASK_TEST_HELM` to its binary.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::process::Command;

use diag::Source;
use serde_json::Value as Json;
use yaml::{Duplicates, Node, emit, layers, parse_one};

/// A chart that shows its values as JSON, and some defaults for `null` to remove.
const CHART: [(&str, &str); 3] = [
    ("Chart.yaml", "apiVersion: v2\nname: show\nversion: 0.1.0\n"),
    ("values.yaml", "default: {a: 1, b: {c: 2}}\nother: x\n"),
    ("templates/show.yaml", "kind: Show\n# shown: {{ .Values | toJson }}\n"),
];

/// What Helm's Go reader has its own mind about; each is the value of `v`.
const SCALARS: [&str; 62] = [
    "on",
    "yes",
    "y",
    "NO",
    "oN",
    "~",
    "''",
    "Null",
    "0755",
    "0o755",
    "0b101",
    "-0b101",
    "0b-1",
    "0x1F",
    "0x",
    "1_000",
    "1__0_",
    "_1",
    "0_7",
    "00",
    "-0",
    "+12",
    "08",
    "1234e5",
    "1.",
    ".5",
    "-.5",
    ".1_0",
    "._1",
    ".",
    "1e40",
    "1e400",
    "1e",
    "12:30",
    "2001-01-01",
    "9223372036854775807",
    "18446744073709551615",
    "=",
    "<<",
    "'0755'",
    "\"on\"",
    "!!str 12",
    "! 12",
    "!custom 12",
    "!!int \"0755\"",
    "!!int 1.5",
    "!!float 1",
    "!!bool yes",
    "!!bool 1",
    "!!null x",
    "!!timestamp 2001-02-29",
    "!!binary aGVsbG8=",
    "!!binary x",
    ".inf",
    ".nan",
    "{on: 1}",
    "{0755: 1}",
    "{1e6: 1}",
    "{~: 1}",
    "{18446744073709551615: 1}",
    "{[a]: 1}",
    "{<<: {a: 1}, b: 2}",
];

struct Helm {
    program: PathBuf,
    directory: tempfile::TempDir,
}

impl Helm {
    fn from_environment() -> Option<Self> {
        let Some(program) = std::env::var_os("XTASK_TEST_HELM") else {
            eprintln!("skipped: XTASK_TEST_HELM names no helm binary");
            return None;
        };
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in CHART {
            let path = directory.path().join("show").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Some(Self { program: program.into(), directory })
    }

    /// The values as the chart sees them; `None` when Helm refuses.
    #[allow(clippy::disallowed_methods)] // An oracle; the crate itself spawns nothing.
    fn values(&self, texts: &[&str]) -> Option<Json> {
        let mut command = Command::new(&self.program);
        command.env("HOME", self.directory.path()).args(["template", "show"]).arg(self.path("show"));
        for (index, text) in texts.iter().enumerate() {
            let path = self.path(&format!("values{index}.yaml"));
            std::fs::write(&path, text).unwrap();
            command.arg("-f").arg(path);
        }
        let output = command.output().unwrap();
        let rendered = String::from_utf8(output.stdout).unwrap();
        let shown = rendered.lines().find_map(|line| line.strip_prefix("# shown: "))?;
        Some(serde_json::from_str(shown).unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::join(self.directory.path(), name)
    }
}

fn read(text: &str) -> Option<Node> {
    parse_one(&Source::shared("x", text), Duplicates::LastWins).ok().map(|document| document.root)
}

/// Helm holds numbers as 64 bit floats, so whole floats are integers and digits behind the sixteenth are lost.
fn as_floats(json: &Json) -> Json {
    match json {
        Json::Array(items) => items.iter().map(as_floats).collect(),
        Json::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), as_floats(value))).collect(),
        Json::Number(number) => Json::from(number.as_f64()),
        _ => json.clone(),
    }
}

#[test]
fn scalars_are_read_as_helm_reads_them() {
    let Some(helm) = Helm::from_environment() else { return };
    for scalar in SCALARS {
        let text = format!("v: [{scalar}]\n");
        let theirs = helm.values(&[&text]).map(|values| as_floats(&values["v"]));
        let ours = read(&text).and_then(|root| root.get("v").map(Node::to_json));
        assert_eq!(ours.as_ref().map(as_floats), theirs, "{scalar}");
    }
}

#[test]
fn what_is_written_is_read_by_helm() {
    let Some(helm) = Helm::from_environment() else { return };
    let texts = [
        "",
        " ",
        "on",
        "0755",
        "1.2.3",
        "a: b",
        "a #b",
        "- a",
        "---",
        "{{ x }}",
        "\t",
        "a\nb",
        "a\nb\n",
        "a\n\n\n",
        "\na\n",
        "  a\nb\n",
        "\ta\n  b",
        "a \nb  \n",
        "a\n \nb",
        "a\n ",
        "\n",
        "ä\u{a0}",
        "\u{feff}",
        "\u{2028}",
        "'\"\\",
        "\r\n",
        "\u{1}",
        "=",
        "<<",
        "~",
    ];
    let node = Node::map([("v", Node::seq(texts.map(Node::string)))]);
    let values = helm.values(&[&emit(&node)]).unwrap();
    assert_eq!(values["v"], node.to_json()["v"]);
    let keyed = Node::map([("v", Node::map(texts.map(|text| (text, Node::string(text)))))]);
    let values = helm.values(&[&emit(&keyed)]).unwrap();
    assert_eq!(values["v"], keyed.to_json()["v"]);
}

#[test]
fn layers_are_put_together_as_helm_does() {
    let Some(helm) = Helm::from_environment() else { return };
    let cases: [&[&str]; 7] = [
        &["a: {b: 1, c: [1, 2]}\n", "a: {c: [3], d: null}\n", "a: {b: {x: 1}}\n"],
        &["default: null\n"],
        &["default: {a: 9}\n", "default: null\n"],
        &["default: null\n", "default: {b: {d: 3}}\n"],
        &["default: {b: null}\n", "", "other: {x: null}\n"],
        &["# nothing\n", "a: {b: null}\n", "a: {b: {c: 1}}\n"],
        &["a: {b: {c: 1}}\n", "a: {b: null}\n", "a: {b: {d: 1}}\n"],
    ];
    for texts in cases {
        let roots: Vec<Node> = texts.iter().filter_map(|text| read(text)).collect();
        assert_eq!(roots.len(), texts.len());
        let merged = layers::merge(&roots.iter().collect::<Vec<_>>());
        assert_eq!(helm.values(&[&emit(&merged)]), helm.values(texts), "{texts:?}");
    }
}
