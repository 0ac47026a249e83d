//! Places that pages name.

use std::collections::BTreeSet;

use crate::files::{File, files};
use crate::violation::{Violation, none, places};

/// Pages for people who look around in the checkout.
const PAGES: [&str; 2] = ["README.md", "ARCHITECTURE.md"];

/// What a page shows around words.
const AROUND: [char; 13] = ['`', '(', ')', '[', ']', '"', '\'', ',', ';', ':', '|', '.', '*'];

/// Every file and every directory, from the root.
fn known(files: &[File]) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for file in files {
        let mut path = String::new();
        for part in file.path.split('/') {
            path = if path.is_empty() { part.to_owned() } else { format!("{path}/{part}") };
            known.insert(path.clone());
        }
    }
    known
}

/// Whether something has a path in which `<x>` stands for one name. A machine and an image are units: what describes them
/// is a file.
fn exists(known: &BTreeSet<String>, path: &str) -> bool {
    if !path.contains('<') {
        let described = match path.split('/').collect::<Vec<_>>()[..] {
            ["hosts", cluster, machine] => {
                known.contains(&format!("hosts/{cluster}/machines/{machine}.yaml"))
            }
            ["images", image] => known.contains(&format!("images/{image}.yaml")),
            _ => false,
        };
        return described || known.contains(path);
    }
    let parts: Vec<&str> = path.split('/').collect();
    let matches = |part: &str, name: &str| match (part.split_once('<'), part.rsplit_once('>')) {
        (Some((before, _)), Some((_, after))) => name.starts_with(before) && name.ends_with(after),
        _ => part == name,
    };
    known.iter().any(|candidate| {
        let names: Vec<&str> = candidate.split('/').collect();
        names.len() == parts.len() && parts.iter().zip(names).all(|(part, name)| matches(part, name))
    })
}

/// Targets of links that stay in the checkout, and words that begin with something that lies at the top.
fn named<'a>(line: &'a str, known: &BTreeSet<String>) -> Vec<&'a str> {
    let links = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let mut found: Vec<&str> = links
        .filter(|link| !link.contains("://") && !link.starts_with('#'))
        .filter_map(|link| link.split('#').next())
        .collect();
    let words = line.split(|c: char| c.is_whitespace() || c == '`').filter(|word| !word.contains("]("));
    for word in words {
        // A name like `.ci` begins with what also ends sentences.
        let word = word.trim_start_matches(&AROUND[..11]).trim_end_matches(AROUND);
        let first = word.split('/').next().unwrap_or_default();
        let is_file = !word.contains('/') && word.contains('.');
        if known.contains(first) && (is_file || word.contains('/')) {
            found.push(word);
        }
    }
    found
}

fn dead(pages: &[&File], known: &BTreeSet<String>) -> Vec<Violation> {
    let hint = "name what there is now, or put it back";
    let mut found = Vec::new();
    for page in pages {
        for (number, line) in page.lines() {
            for path in named(line, known) {
                let path = path.trim_start_matches("./").trim_end_matches('/');
                if !path.is_empty() && !exists(known, path) {
                    let what = format!("there is no `{path}`");
                    found.push(Violation::new(&page.path, number, what, hint));
                }
            }
        }
    }
    found
}

/// `crate::module` in code on a page, for crates of ours.
fn modules(pages: &[&File], known: &BTreeSet<String>) -> Vec<Violation> {
    let hint = "name the module that does it now";
    let mut found = Vec::new();
    for page in pages {
        for (number, line) in page.lines() {
            let code = line.split('`').skip(1).step_by(2);
            for (name, module) in code.filter_map(|code| code.split_once("::")) {
                let sources = format!("xtask/crates/{name}/src");
                let module = module.split("::").next().unwrap_or(module);
                let is_module = module.chars().all(|c| c.is_ascii_lowercase() || c == '_');
                let is_there = known.contains(&format!("{sources}/{module}.rs"))
                    || known.contains(&format!("{sources}/{module}/mod.rs"));
                if known.contains(&sources) && is_module && !is_there {
                    let what = format!("`{name}` has no module `{module}`");
                    found.push(Violation::new(&page.path, number, what, hint));
                }
            }
        }
    }
    found
}

#[test]
fn places_that_pages_name_exist() {
    let there = [
        "README.md",
        ".ci/run",
        "hosts/lab/cluster.yaml",
        "hosts/lab/machines/a.yaml",
        "images/a.yaml",
        "xtask/crates/a/src/b.rs",
    ];
    let there: Vec<File> = there.iter().map(|path| File::example(path, "")).collect();
    let page = "[run](.ci/run), [x](https://example.org/x), [y](#y), [z](README.md#z)\n\
                [gone](docs/x.md)\n\
                `hosts/<cluster>/cluster.yaml`, hosts/<cluster>/, ci/x, README, a/hosts/x.\n\
                | `hosts/<cluster>/unit.yaml` | `./README.md`. |\n\
                `cargo xtask show hosts/home` (.ci/run, `.ci/gone`)\n\
                `a::b`, `a::c`, `a::C`, `other::c`, a::d\n\
                `hosts/lab/a`, `hosts/lab/b`, `images/a`, `images/b`\n";
    let page = File::example("README.md", page);
    let example = known(&there);
    assert_eq!(
        places(&dead(&[&page], &example)),
        ["README.md:2", "README.md:4", "README.md:5", "README.md:5", "README.md:7", "README.md:7"]
    );
    assert_eq!(places(&modules(&[&page], &example)), ["README.md:6"]);

    let Some(files) = files("places_that_pages_name_exist") else { return };
    let known = known(&files);
    let pages: Vec<&File> = files.iter().filter(|file| PAGES.contains(&file.path.as_str())).collect();
    let lines = pages.iter().flat_map(|page| page.lines());
    assert!(lines.map(|(_, line)| named(line, &known).len()).sum::<usize>() > 10);
    none(&[dead(&pages, &known), modules(&pages, &known)].concat());
}
