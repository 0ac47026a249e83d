//! Which crate may do what.

use crate::files::{File, file, files};
use crate::violation::{Violation, none, places};

/// A word in code, who may write it, and what others do instead.
struct Right {
    words: &'static [&'static str],
    /// Prefixes of paths.
    holders: &'static [&'static str],
    /// Whether tests may, too.
    tests: bool,
    hint: &'static str,
}

const RIGHTS: [Right; 4] = [
    Right {
        words: &["unsafe"],
        holders: &[],
        tests: false,
        hint: "use a crate that wraps it, such as rustix",
    },
    Right {
        words: &["print!", "println!", "eprint!", "eprintln!"],
        holders: &["xtask/src/"],
        tests: true,
        hint: "only `xtask` prints: return the text, or tell it by an event",
    },
    Right {
        words: &["process::Command", "duct"],
        holders: &["xtask/crates/process/"],
        tests: true,
        hint: "only `process` spawns: use `process::run`",
    },
    Right {
        words: &["TcpStream", "TcpListener", "UdpSocket", "UnixStream", "reqwest"],
        holders: &["xtask/crates/registry/", "xtask/crates/api/", "xtask/crates/qemu/"],
        tests: true,
        hint: "only `registry`, `api` and `qemu` open sockets: use their clients, which obey `--offline`",
    },
];

fn rights(files: &[File]) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.path.ends_with(".rs")) {
        let code = qualified(&code(file.text.as_deref().unwrap_or_default()));
        for right in RIGHTS {
            let is_holder = right.holders.iter().any(|holder| file.path.starts_with(holder));
            if is_holder || (right.tests && is_test(&file.path)) {
                continue;
            }
            for (index, line) in code.split('\n').enumerate() {
                if let Some(word) = right.words.iter().find(|word| holds(line, word)) {
                    found.push(Violation::new(&file.path, index + 1, format!("writes `{word}`"), right.hint));
                }
            }
        }
    }
    found
}

/// Tests, and build scripts, which speak to cargo by printing.
fn is_test(path: &str) -> bool {
    let is_part = |name: &str| path.starts_with(&format!("{name}/")) || path.contains(&format!("/{name}/"));
    is_part("tests") || path.ends_with("/tests.rs") || path.ends_with("/build.rs")
}

/// Whether a line holds a word that is not part of a longer one.
fn holds(line: &str, word: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(is_word) && !line[at + word.len()..].starts_with(is_word))
}

/// `process::{A, Command}` of the standard library as `process::Command`, on the line of the name.
fn qualified(code: &str) -> String {
    let mut out = String::new();
    for statement in code.split_inclusive(';') {
        let is_import = statement.contains("std::process::{");
        out.push_str(&if is_import {
            statement.replace("Command", "process::Command")
        } else {
            statement.to_owned()
        });
    }
    // What the crate `process` gives has the same name.
    out.replace("std::process::Command", "std-process::Command")
        .replace("use process::Command", "use Command")
}

/// Rust code without comments and the insides of strings; lines stay where they are.
fn code(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = skipped(text, at);
        if end == at {
            let length = text[at..].chars().next().map_or(1, char::len_utf8);
            out.push_str(&text[at..at + length]);
            at += length;
        } else {
            out.extend(text[at..end].chars().filter(|c| *c == '\n'));
            out.push(' ');
            at = end;
        }
    }
    out
}

/// The end of the comment, string or character that starts here; here, when none does.
fn skipped(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if rest.starts_with("//") {
        return at + rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return at + rest.find("*/").map_or(rest.len(), |end| end + 2);
    }
    if rest.starts_with('r') && !text[..at].ends_with(|c: char| is_name(c) && c != 'b') {
        let hashes = rest[1..].len() - rest[1..].trim_start_matches('#').len();
        if rest[1 + hashes..].starts_with('"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let inside = 2 + hashes;
            return at + rest[inside..].find(&close).map_or(rest.len(), |end| inside + end + close.len());
        }
    }
    if rest.starts_with('"') {
        let mut escaped = false;
        for (offset, c) in rest.char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => return at + offset + 1,
                _ => {}
            }
        }
        return text.len();
    }
    if let Some(inside) = rest.strip_prefix('\'') {
        let mut chars = inside.chars();
        let first = chars.next();
        // A lifetime has no closing quote.
        return match first {
            Some('\\') => at + inside[2..].find('\'').map_or(1, |end| end + 4),
            Some(c) if chars.next() == Some('\'') => at + c.len_utf8() + 2,
            _ => at,
        };
    }
    at
}

/// Every package obeys the lints of the workspace, and those forbid what cannot be seen to be right.
fn lints(root: &File, manifests: &[&File]) -> Vec<Violation> {
    let mut found = Vec::new();
    if !root.lines().any(|(_, line)| line == "unsafe_code = \"forbid\"") {
        let hint = "write `unsafe_code = \"forbid\"` below `[workspace.lints.rust]`";
        found.push(Violation::new(&root.path, 1, "unsafe code is not forbidden", hint));
    }
    for manifest in manifests {
        if !manifest.text.as_deref().unwrap_or_default().contains("[lints]\nworkspace = true\n") {
            let hint = "write `workspace = true` below `[lints]`";
            found.push(Violation::new(&manifest.path, 1, "does not obey the lints of the workspace", hint));
        }
    }
    found
}

#[test]
fn crates_do_what_they_may() {
    let spawn =
        "use std::process::{Child,\n    Command};\nlet x = \"unsafe\"; // println!()\nprintln!(\"x\");\n";
    let bad = [
        File::example("xtask/crates/a/src/a.rs", spawn),
        File::example(
            "xtask/crates/a/tests/a.rs",
            "println!();\nlet x = r#\"\nunsafe \"#; let y = unsafe { 1 };\n",
        ),
        File::example(
            "xtask/src/a.rs",
            "println!(\"{}\", '\"');\nlet x: &'a str = std::process::Command::new(\"x\");",
        ),
        File::example(
            "xtask/crates/b/src/b.rs",
            "use process::Command;\n#![forbid(unsafe_code)]\n/* unsafe */\n",
        ),
        File::example("xtask/crates/b/src/c.rs", "fn f() { let c = '\\''; reqwest::get(c) }\n"),
    ];
    let expected = [
        "xtask/crates/a/src/a.rs:4",
        "xtask/crates/a/src/a.rs:2",
        "xtask/crates/a/tests/a.rs:3",
        "xtask/src/a.rs:2",
        "xtask/crates/b/src/c.rs:1",
    ];
    assert_eq!(places(&rights(&bad)), expected);
    let Some(files) = files("crates_do_what_they_may") else { return };
    none(&rights(&files));
}

#[test]
fn packages_obey_the_lints() {
    let bad = File::example("a/Cargo.toml", "[package]\n");
    assert_eq!(places(&lints(&bad, &[&bad])), ["a/Cargo.toml:1", "a/Cargo.toml:1"]);
    let Some(files) = files("packages_obey_the_lints") else { return };
    let manifests: Vec<&File> = files.iter().filter(|file| file.path.ends_with("/Cargo.toml")).collect();
    assert!(manifests.len() > 10);
    none(&lints(&file("Cargo.toml"), &manifests));
}
