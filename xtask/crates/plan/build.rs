//! Names the builder by its content: the sources of every crate that shapes an output, and the locked dependencies.
//!
//! Recipe keys hold this name, so an output made by other code is never taken for one made by this code.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The crates whose code decides bytes of outputs.
const CRATES: [&str; 18] = [
    "archive",
    "catalogue",
    "cmdline",
    "deliver",
    "filetree",
    "goyaml",
    "hashing",
    "initramfs",
    "machine",
    "oci",
    "plan",
    "quirks",
    "render",
    "schema",
    "schematic",
    "squash",
    "uki",
    "yaml",
];

fn main() -> io::Result<()> {
    let crates = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("..");
    let mut files = BTreeSet::new();
    for name in CRATES {
        let source = crates.join(name).join("src");
        println!("cargo:rerun-if-changed={}", source.display());
        collect(&source, &mut files)?;
    }
    let lock = crates.join("../../Cargo.lock");
    println!("cargo:rerun-if-changed={}", lock.display());
    files.insert(lock);
    let mut hasher = hashing::Hasher::new();
    for file in files.iter().filter(|file| !file.ends_with("tests.rs")) {
        let bytes = fs::read(file)?;
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(&bytes);
    }
    println!("cargo:rustc-env=BUILDER={}", hasher.finish().short());
    Ok(())
}

fn collect(directory: &Path, files: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.insert(path);
        }
    }
    Ok(())
}
