//! The table of crates in ARCHITECTURE.md.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::files::{File, file, metadata};
use crate::violation::{Violation, none};

const PAGE: &str = "ARCHITECTURE.md";

/// Layers from below; a crate uses those of its own and of lower ones.
const LAYERS: [&str; 4] = ["format", "effect", "domain", "top"];

/// A row of the table.
struct Row {
    line: usize,
    layer: String,
    uses: BTreeSet<String>,
}

/// The rows by crate.
fn table(page: &File) -> BTreeMap<String, Row> {
    let start =
        page.lines().find(|(_, line)| line.starts_with("| crate |")).map_or(usize::MAX, |(number, _)| number);
    let rows = page.lines().skip_while(|(number, _)| *number < start + 2 || start == usize::MAX);
    rows.take_while(|(_, line)| line.starts_with('|'))
        .filter_map(|(line, text)| {
            let cells: Vec<&str> = text.split('|').map(str::trim).collect();
            let [_, name, layer, uses, what, _] = cells.as_slice() else { return None };
            let uses = uses.split_whitespace().map(str::to_owned).collect();
            (!what.is_empty()).then(|| ((*name).to_owned(), Row { line, layer: (*layer).to_owned(), uses }))
        })
        .collect()
}

/// Each crate of the program with the crates of the workspace that it uses outside of tests.
fn crates(metadata: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages = list(metadata, "packages");
    let of_tests = |package: &&Value| !text(&package["manifest_path"]).ends_with("/tests/Cargo.toml");
    let uses = |package: &Value| {
        let dependencies = list(package, "dependencies");
        let ours = dependencies.iter().filter(|used| used["path"].is_string() && used["kind"] != "dev");
        ours.map(|used| text(&used["name"])).collect()
    };
    packages.iter().filter(of_tests).map(|package| (text(&package["name"]), uses(package))).collect()
}

fn differences(page: &File, crates: &BTreeMap<String, BTreeSet<String>>) -> Vec<Violation> {
    let table = table(page);
    let hint = "make the table say what the Cargo.toml files say, or the other way round";
    let mut found = Vec::new();
    for (name, row) in &table {
        let Some(uses) = crates.get(name) else {
            found.push(Violation::new(&page.path, row.line, format!("there is no crate `{name}`"), hint));
            continue;
        };
        for missing in uses.difference(&row.uses) {
            found.push(Violation::new(&page.path, row.line, format!("`{name}` uses `{missing}`"), hint));
        }
        for extra in row.uses.difference(uses) {
            found.push(Violation::new(
                &page.path,
                row.line,
                format!("`{name}` does not use `{extra}`"),
                hint,
            ));
        }
    }
    for name in crates.keys().filter(|name| !table.contains_key(*name)) {
        let hint = "add a row: crate, layer, what it uses, what it is for";
        found.push(Violation::new(&page.path, 1, format!("the table of crates lacks `{name}`"), hint));
    }
    found
}

fn layers(page: &File, crates: &BTreeMap<String, BTreeSet<String>>) -> Vec<Violation> {
    let table = table(page);
    let height =
        |name: &str| table.get(name).and_then(|row| LAYERS.iter().position(|layer| *layer == row.layer));
    let mut found = Vec::new();
    for (name, row) in &table {
        let Some(own) = height(name) else {
            let hint = "a layer is one of format, effect, domain, top";
            found.push(Violation::new(&page.path, row.line, format!("`{}` is no layer", row.layer), hint));
            continue;
        };
        for used in crates.get(name).into_iter().flatten().filter(|used| height(used) > Some(own)) {
            let hint = "move what is needed down, or hand it in as a trait";
            let what = format!("`{name}` uses `{used}`, which lies in a higher layer");
            found.push(Violation::new(&page.path, row.line, what, hint));
        }
    }
    found
}

#[test]
fn the_table_of_crates_is_what_cargo_knows() {
    let page = "| crate | layer | uses | what for |\n|---|---|---|---|\n| a | format | b | x |\n| b | top | c | x |\n\
                | d | domain | | x |\n\n| e | no | row | here |\n";
    let page = File::example(PAGE, page);
    let uses = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let example = [("a", uses(&["b"])), ("b", uses(&["a"])), ("f", uses(&[]))];
    let example = example.into_iter().map(|(name, uses)| (name.to_owned(), uses)).collect();
    let told = |found: Vec<Violation>| -> Vec<String> {
        found.into_iter().map(|violation| format!("{}: {}", violation.line, violation.what)).collect()
    };
    let expected = [
        "4: `b` uses `a`",
        "4: `b` does not use `c`",
        "5: there is no crate `d`",
        "1: the table of crates lacks `f`",
    ];
    assert_eq!(told(differences(&page, &example)), expected);
    assert_eq!(told(layers(&page, &example)), ["3: `a` uses `b`, which lies in a higher layer"]);

    let crates = crates(&metadata());
    assert!(crates.len() > 10, "{crates:?}");
    let page = file(PAGE);
    none(&[differences(&page, &crates), layers(&page, &crates)].concat());
}
