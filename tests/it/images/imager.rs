//! Talos' own imager.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use filetree::Tree;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::oracle::go_program;

/// The time that images say they are from.
pub(crate) const TIME: u32 = 1_559_424_892;
/// The module that the imager is built from, which also has a stub and the picture that is shown while booting.
pub(crate) const VERSION: &str = "v1.12.1";

/// The imager with a directory for its inputs and outputs.
pub(crate) struct Imager {
    program: PathBuf,
    pub(crate) module: PathBuf,
    pub(crate) directory: TempDir,
}

/// The files of an extension as the tar archive that the imager reads.
pub(crate) fn archive(tree: &Tree) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, node) in tree.iter() {
        let mut header = tar::Header::new_gnu();
        header.set_mode(u32::from(node.mode));
        let content = node.bytes().unwrap_or_default();
        header.set_size(content.len() as u64);
        let kind = if node.is_directory() { tar::EntryType::Directory } else { tar::EntryType::Regular };
        header.set_entry_type(kind);
        builder.append_data(&mut header, path, content).unwrap();
    }
    builder.into_inner().unwrap()
}

impl Imager {
    /// The imager, built once; `None` when it cannot be built here, which the test has told then.
    pub(crate) fn new(test: &str) -> Option<Self> {
        let program = go_program(test, "imager")?;
        let module = end_to_end::go::module("github.com/siderolabs/talos", VERSION).unwrap();
        Some(Self { program, module, directory: TempDir::new().unwrap() })
    }

    /// Writes an input.
    pub(crate) fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.directory.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Runs it with a profile, whose `input` is completed, and gives the one file that comes out.
    pub(crate) fn run(&self, profile: &Value) -> Vec<u8> {
        self.try_run(profile).unwrap_or_else(|said| panic!("{profile}: {said}"))
    }

    /// As [`Self::run`], or what it says when it fails.
    pub(crate) fn try_run(&self, profile: &Value) -> Result<Vec<u8>, String> {
        let out = TempDir::new_in(self.directory.path()).unwrap();
        let written = out.path().join("profile.json");
        fs::write(&written, profile.to_string()).unwrap();
        let images = out.path().join("images");
        let mut command = Command::new(&self.program);
        command.args(["imager", "-", "--output"]).arg(&images).stdin(fs::File::open(&written).unwrap());
        command.env("SOURCE_DATE_EPOCH", TIME.to_string()).env("TMPDIR", out.path());
        let output = command.output().unwrap();
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let made = fs::read_dir(&images).unwrap().next().unwrap().unwrap().path();
        Ok(fs::read(made).unwrap())
    }

    /// What the readers of the program find in a file.
    pub(crate) fn ask(&self, command: &str, path: &Path) -> Value {
        let output = Command::new(&self.program).arg(command).arg(path).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// A profile for metal with the inputs `kernel`, `initrd`, `stub` and `boot` of the directory.
    pub(crate) fn profile(&self, version: &str, kind: &str, extra: &[&str]) -> Value {
        let input = |name: &str| json!({ "path": self.directory.path().join(name) });
        json!({
            "arch": "amd64", "platform": "metal", "version": version,
            "customization": { "extraKernelArgs": extra },
            "input": {
                "kernel": input("kernel"), "initramfs": input("initrd"),
                "sdStub": input("stub"), "sdBoot": input("boot"),
            },
            "output": { "kind": kind, "outFormat": "raw" },
        })
    }
}
