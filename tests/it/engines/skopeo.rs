//! `skopeo`, which knows nothing of us, copies artifacts out of a layout.
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hashing::Digest;
use serde_json::Value;

/// The program of this machine.
pub(crate) fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|directory| directory.join("skopeo")).find(|place| place.is_file())
}

/// Copies each artifact to a directory and to another layout; its manifest must stay as it is.
pub(crate) fn check(skopeo: &Path, layout: &Path, copies: &Path) {
    fs::create_dir_all(copies).unwrap();
    let entries = entries(layout);
    assert!(!entries.is_empty());
    for (name, digest) in &entries {
        let from = format!("oci:{}:{name}", layout.display());
        let directory = copies.join("directory");
        copy(skopeo, copies, &from, &format!("dir:{}", directory.display()));
        let manifest = fs::read(directory.join("manifest.json")).unwrap();
        assert_eq!(&Digest::of(&manifest).to_string(), digest, "{name}");
        copy(skopeo, copies, &from, &format!("oci:{}:{name}", copies.join("layout").display()));
    }
    assert_eq!(self::entries(&copies.join("layout")), entries);
}

fn copy(skopeo: &Path, home: &Path, from: &str, to: &str) {
    let mut command = Command::new(skopeo);
    command.env_clear().env("HOME", home).env("TMPDIR", home);
    let output = command.args(["--insecure-policy", "copy", "--quiet", from, to]).output().unwrap();
    assert!(output.status.success(), "{from}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Name and digest of each artifact of a layout, sorted.
fn entries(layout: &Path) -> Vec<(String, String)> {
    let index: Value = serde_json::from_slice(&fs::read(layout.join("index.json")).unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let manifests = index["manifests"].as_array().unwrap().iter();
    let mut entries: Vec<_> = manifests
        .map(|entry| {
            (text(&entry["annotations"]["org.opencontainers.image.ref.name"]), text(&entry["digest"]))
        })
        .collect();
    entries.sort();
    entries
}
