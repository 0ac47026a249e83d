//! What `build images/lab` makes starts in machines, by the commands that people use.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test, in functions of its own too")]

mod cluster;
mod ends;
mod modules;
mod reproducible;
mod secure;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use end_to_end::{Program, Run, checkout, copy, skip, user_store};

/// What the last program that starts says.
const UP: &str = "lab: up";

/// A copy of the description and the lock.
fn workspace(directory: &Path) -> PathBuf {
    let workspace = directory.join("workspace");
    fs::create_dir_all(workspace.join("images")).unwrap();
    fs::create_dir_all(workspace.join("hosts")).unwrap();
    for part in ["images/lab.yaml", "inputs.lock", "Cargo.toml"] {
        copy(&checkout().join(part), &workspace.join(part));
    }
    workspace
}

/// The program with the user's store, so that the packages are fetched once for all tests; nothing when they cannot be had.
fn program(test: &str, directory: &Path) -> Option<Program> {
    if process::find("qemu-system-x86_64").is_none() || qemu::Firmware::find().is_err() {
        skip(test, "there is no `qemu-system-x86_64` with firmware");
        return None;
    }
    let mut program = Program::new(&workspace(directory), directory, &user_store());
    program.env = std::env::vars().filter(|(name, _)| !name.starts_with("XTASK_WORKSPACE")).collect();
    let run = program.run(&["build", "images/lab"]);
    if run.code == 3 {
        skip(test, "the packages of `images/lab` cannot be had here");
        return None;
    }
    assert_eq!(run.code, 0, "{}", run.text());
    Some(program)
}

/// Starts what is named in an emulated machine of so much memory, in MiB.
fn boot(program: &Program, words: &[&str], memory: &str) -> Run {
    program.run(&[&["boot"], words, &["--memory", memory, "--accelerator", "tcg"]].concat())
}

/// Where the user's store has a package that a lock pins.
fn pinned(workspace: &Path, name: &str) -> PathBuf {
    let lock = fs::read_to_string(workspace.join("inputs.lock")).unwrap();
    let (_, pin) = lock.split_once(&format!("name = \"{name}\"")).unwrap();
    let (_, digest) = pin.split_once("digest = \"sha256:").unwrap();
    user_store().join("objects").join(&digest[..2]).join(&digest[..64])
}

#[test]
fn every_output_of_lab_starts() {
    let temporary = tempfile::tempdir().unwrap();
    let Some(program) = program("every_output_of_lab_starts", temporary.path()) else { return };
    let built = program.run(&["build", "images/lab", "--format", "json"]).json();
    let schematic = built[0]["schematic"].as_str().unwrap().to_owned();
    thread::scope(|scope| {
        for output in ["raw", "iso", "uki", "qcow2", "raw.zst"] {
            let (program, schematic) = (&program, &schematic);
            scope.spawn(move || {
                let words = ["images/lab", "--output", output, "--snapshot", "--once-up", "--until", UP];
                let run = boot(program, &words, "512");
                assert_eq!(run.code, 0, "{output}: {}", run.text());
                assert!(
                    run.stdout.contains(UP) && run.stderr.contains("node-1 is up"),
                    "{output}: {}",
                    run.text()
                );
                // A stub that knows nothing of profiles would take the line of the last one.
                assert!(!run.stdout.contains("talos.experimental.wipe"), "{output}: {}", run.stdout);
                // The layer that names the schematic lies over the root.
                let wanted = format!("/usr/local/share/schematic/{schematic}");
                assert!(run.stdout.contains(&wanted), "{output}: {}", run.stdout);
            });
        }
    });
    assert!(!program.directory.join("target").exists(), "machines left their disks");
}

#[test]
fn a_machine_keeps_its_disk_until_the_image_changes() {
    let temporary = tempfile::tempdir().unwrap();
    let test = "a_machine_keeps_its_disk_until_the_image_changes";
    let Some(program) = program(test, temporary.path()) else { return };
    let disk_of_run = || {
        let run = boot(&program, &["images/lab", "--once-up"], "512");
        assert_eq!(run.code, 0, "{}", run.text());
        let place = program.directory.join("target/xtask/boot/lab");
        let found: Vec<PathBuf> = fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    };
    let disk = disk_of_run();
    // A mark where no program of the guest writes: before the first partition.
    let mut bytes = fs::read(&disk).unwrap();
    bytes[600_000] = 1;
    fs::write(&disk, &bytes).unwrap();
    assert_eq!(disk_of_run(), disk);
    assert_eq!(fs::read(&disk).unwrap()[600_000], 1);
    let description = program.directory.join("images/lab.yaml");
    let changed = fs::read_to_string(&description).unwrap() + "meta: [{key: 10, value: x}]\n";
    fs::write(&description, changed).unwrap();
    assert_ne!(disk_of_run(), disk);
    assert!(!disk.exists());
    // What lies in the store has not been written to.
    assert_eq!(program.run(&["store", "verify"]).code, 0);
}
