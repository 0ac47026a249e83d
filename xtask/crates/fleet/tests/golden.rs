//! What is made for each machine of the reference clusters, in short.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use catalogue::Workspace;
use fleet::Fleet;

fn checkout() -> Workspace {
    Workspace::at(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.."))
}

/// One line for what a person asks first, one for what was made of it.
fn summary(fleet: &Fleet) -> String {
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for configuration in fleet::configurations(fleet).unwrap() {
        let text = configuration.to_yaml();
        let digest = hashing::Digest::of(text.as_bytes()).short();
        let line = format!("    {} {} lines {digest}\n", configuration.file, text.lines().count());
        files.entry(configuration.machine).or_default().push(line);
    }
    let mut out = String::new();
    for (name, machine) in &fleet.machines {
        let spec = &machine.spec;
        out += &format!("{name} {} {}", spec.role.name(), spec.address);
        if let Some(reason) = &spec.offline {
            out += &format!(" offline: {reason}\n");
            continue;
        }
        let install = spec.install.as_ref();
        let disk = install.map(|install| install.disk.clone().unwrap_or_else(|| "by selector".to_owned()));
        out += &format!(
            " disk {} image {}\n",
            disk.as_deref().unwrap_or("-"),
            fleet.image_of(machine).unwrap_or("-")
        );
        for patch in fleet.patches_of(machine) {
            let path = patch.path().split("/patches/").nth(1).unwrap_or_default();
            out += &format!("    {}: {path}\n", patch.layer);
        }
        out += &files.remove(name).unwrap_or_default().concat();
    }
    for (name, lines) in files {
        out += &format!("{name}\n{}", lines.concat());
    }
    out
}

/// `UPDATE_GOLDEN=1 cargo test -p fleet --test golden` writes them anew.
#[test]
fn every_machine_is_as_it_was() {
    let workspace = checkout();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let names = catalogue::clusters(&workspace);
    for cluster in
        ["discworld", "home-ops", "homelab-2", "lab", "media", "production", "staging", "the-cluster"]
    {
        assert!(names.iter().any(|name| name == cluster), "no cluster `{cluster}`");
        let fleet = fleet::load(&workspace, cluster).unwrap();
        let summary = summary(&fleet);
        let path = directory.join(format!("{cluster}.txt"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::create_dir_all(&directory).unwrap();
            fs::write(&path, &summary).unwrap();
        }
        let golden = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(summary, golden, "{cluster}");
    }
}

#[test]
fn configurations_hold_no_secret_and_talos_takes_them() {
    let workspace = checkout();
    for cluster in catalogue::clusters(&workspace) {
        let fleet = fleet::load(&workspace, &cluster).unwrap();
        for configuration in fleet::configurations(&fleet).unwrap() {
            let complaints = configuration.complaints();
            let errors: Vec<String> =
                complaints.iter().map(|found| diag::render(found, diag::Paint::Plain, 100)).collect();
            assert!(errors.is_empty(), "{}", errors.join("\n"));
            let text = configuration.to_yaml();
            assert!(!text.contains("PRIVATE KEY") && !text.contains("LS0t"), "{}", configuration.file);
        }
    }
}
