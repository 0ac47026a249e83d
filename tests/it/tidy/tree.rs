//! Which files there may be, and what they may be called.

use crate::files::{File, files};
use crate::violation::{Violation, none, places};

/// Everything that may lie at the top.
const TOP: [&str; 20] = [
    ".cargo",
    ".ci",
    ".clippy.toml",
    ".deny.toml",
    ".editorconfig",
    ".github",
    ".gitignore",
    ".rustfmt.toml",
    "ARCHITECTURE.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "apps",
    "hosts",
    "images",
    "inputs.lock",
    "platform",
    "tests",
    "xtask",
];

/// Names that say nothing of what is inside.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "common", "helpers", "misc", "stuff"];

const LONGEST: usize = 500;

fn top(files: &[File]) -> Vec<Violation> {
    let hint =
        "put it below one of the directories there are, or decide on a new one in ARCHITECTURE.md and here";
    let is_known = |name: &str| TOP.contains(&name);
    let strange = files.iter().filter(|file| !is_known(file.path.split('/').next().unwrap_or_default()));
    strange.map(|file| Violation::new(&file.path, 1, "the top level has no place for it", hint)).collect()
}

fn names(files: &[File]) -> Vec<Violation> {
    let hint = "name it after the one idea that is in it";
    let mut found = Vec::new();
    for file in files {
        for part in file.path.split('/') {
            let stem = part.split('.').next().unwrap_or_default();
            if EMPTY_NAMES.contains(&stem) {
                found.push(Violation::new(&file.path, 1, format!("`{stem}` says nothing"), hint));
            }
        }
        for (number, line) in file.lines().filter(|_| file.path.ends_with(".rs")) {
            let words: Vec<&str> = line.split([' ', ';', '{', '(']).filter(|word| !word.is_empty()).collect();
            let module = words.iter().position(|word| *word == "mod").and_then(|at| words.get(at + 1));
            if let Some(name) = module.filter(|name| EMPTY_NAMES.contains(name)) {
                found.push(Violation::new(&file.path, number, format!("`mod {name}` says nothing"), hint));
            }
        }
    }
    found
}

fn lengths(files: &[File]) -> Vec<Violation> {
    let hint = "split it by ideas; around 150 lines is a good length";
    let rust = files.iter().filter(|file| file.path.ends_with(".rs"));
    let counted = rust.map(|file| (file, file.text.as_deref().unwrap_or_default().lines().count()));
    let long = counted.filter(|(_, lines)| *lines > LONGEST);
    let what = |lines| format!("{lines} lines, {LONGEST} are the most");
    long.map(|(file, lines)| Violation::new(&file.path, lines, what(lines), hint)).collect()
}

#[test]
fn the_top_level_has_what_it_may_have() {
    let bad = [File::example("scripts/x.sh", ""), File::example("tests/x.rs", ""), File::example("x", "")];
    assert_eq!(places(&top(&bad)), ["scripts/x.sh:1", "x:1"]);
    let Some(files) = files("the_top_level_has_what_it_may_have") else { return };
    none(&top(&files));
}

#[test]
fn names_say_what_is_inside() {
    let bad = [
        File::example("a/utils.rs", ""),
        File::example("a/common/mod.rs", ""),
        File::example("a/commonly.rs", &format!("mod ok;\n\npub(crate) mod {} {{\n", EMPTY_NAMES[0])),
        File::example("a/misc", ""),
    ];
    assert_eq!(places(&names(&bad)), ["a/utils.rs:1", "a/common/mod.rs:1", "a/commonly.rs:3", "a/misc:1"]);
    let Some(files) = files("names_say_what_is_inside") else { return };
    none(&names(&files));
}

#[test]
fn files_are_short() {
    let bad = [
        File::example("a.rs", &"x\n".repeat(501)),
        File::example("b.rs", &"x\n".repeat(500)),
        File::example("c.yaml", &"x\n".repeat(501)),
    ];
    assert_eq!(places(&lengths(&bad)), ["a.rs:501"]);
    let Some(files) = files("files_are_short") else { return };
    none(&lengths(&files));
}
