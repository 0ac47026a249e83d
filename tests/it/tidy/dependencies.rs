//! What comes from outside.

use std::collections::BTreeSet;

use crate::files::{File, file, files, metadata};
use crate::violation::{Violation, none, places};

/// Packages of the lock that come from outside.
fn locked(lock: &File) -> BTreeSet<&str> {
    let text = lock.text.as_deref().unwrap_or_default();
    let foreign = text.split("[[package]]").filter(|package| package.contains("\nsource = "));
    foreign.filter_map(|package| package.split('"').nth(1)).collect()
}

/// A crate of ours with the name of a package from outside makes error messages and searches lie.
fn names(crates: &[(String, String)], lock: &File) -> Vec<Violation> {
    let hint = "give our crate another name";
    let locked = locked(lock);
    let same = crates.iter().filter(|(name, _)| locked.contains(name.as_str()));
    let what = |name: &str| format!("`{name}` is also a package in Cargo.lock");
    same.map(|(name, manifest)| Violation::new(manifest, 1, what(name), hint)).collect()
}

/// The dependencies from outside that the root names, with their lines.
fn declared(root: &File) -> Vec<(usize, &str)> {
    let section = root.lines().skip_while(|(_, line)| *line != "[workspace.dependencies]").skip(1);
    let lines = section.take_while(|(_, line)| !line.starts_with('['));
    let named = lines.filter_map(|(number, line)| line.split_once(" = ").map(|(name, _)| (number, name)));
    named.filter(|(_, name)| !name.starts_with('#') && !name.ends_with(".path")).collect()
}

/// Every dependency has its reason on the page, and somebody who uses it.
fn reasons(root: &File, page: &File, manifests: &[&File]) -> Vec<Violation> {
    let text = page.text.as_deref().unwrap_or_default();
    let section =
        text.split("\n## ").find(|part| part.starts_with("External dependencies")).unwrap_or_default();
    let is_word = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_');
    let mentioned: BTreeSet<&str> = section.split(is_word).collect();
    let mut found = Vec::new();
    for (line, name) in declared(root) {
        if !mentioned.contains(name) {
            let hint = "say what for under \"External dependencies\" in ARCHITECTURE.md, or do without";
            found.push(Violation::new(&root.path, line, format!("`{name}` has no reason"), hint));
        }
        let starts = |text: &str| text.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ' ']));
        if !manifests.iter().any(|manifest| manifest.lines().any(|(_, text)| starts(text))) {
            let hint = "remove the line";
            found.push(Violation::new(&root.path, line, format!("no package uses `{name}`"), hint));
        }
    }
    found
}

#[test]
fn no_crate_has_the_name_of_a_foreign_package() {
    let lock =
        "[[package]]\nname = \"tar\"\nversion = \"1\"\nsource = \"x\"\n\n[[package]]\nname = \"store\"\n";
    let lock = File::example("Cargo.lock", lock);
    let example =
        [("tar".to_owned(), "a/Cargo.toml".to_owned()), ("store".to_owned(), "b/Cargo.toml".to_owned())];
    assert_eq!(places(&names(&example, &lock)), ["a/Cargo.toml:1"]);

    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let crates: Vec<(String, String)> =
        packages.iter().map(|package| (text(&package["name"]), text(&package["manifest_path"]))).collect();
    let lock = file("Cargo.lock");
    assert!(locked(&lock).contains("tar"));
    none(&names(&crates, &lock));
}

#[test]
fn every_dependency_has_a_reason_and_a_user() {
    let root = "[workspace.dependencies]\nown.path = \"x\"\n# why\ntar = \"1\"\nzip = { version = \"1\" }\nduct = \"1\"\n[lints]\nx = 1\n";
    let root = File::example("Cargo.toml", root);
    let page = File::example(
        "ARCHITECTURE.md",
        "# A\nzip\n\n## External dependencies\n\ntar, duct: why\n\n## B\nzip\n",
    );
    let user = File::example("a/Cargo.toml", "tar.workspace = true\nzip = { workspace = true }\n");
    assert_eq!(places(&reasons(&root, &page, &[&user])), ["Cargo.toml:5", "Cargo.toml:6"]);
    let Some(files) = files("every_dependency_has_a_reason_and_a_user") else { return };
    let manifests: Vec<&File> = files.iter().filter(|file| file.path.ends_with("/Cargo.toml")).collect();
    none(&reasons(&file("Cargo.toml"), &file("ARCHITECTURE.md"), &manifests));
}
