//! A workspace with the clusters of the checkout, and a bundle that lies outside of it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret as _;
use end_to_end::{Program, Run, checkout, copy, skip};
use tempfile::TempDir;

use crate::needles::Needles;
use crate::planted::planted;
use crate::trace;

/// Directories of its own for everything; `out` and `in` are the only ones where secrets may be.
pub(crate) struct Stage {
    directory: TempDir,
    needles: Needles,
    /// A public age key, and the same of somebody else.
    pub(crate) recipients: [String; 2],
    /// The bundle as YAML.
    pub(crate) bundle: String,
    /// On top of the usual variables.
    pub(crate) env: Vec<(String, String)>,
    /// Everything that was found so far, with the command that showed it.
    leaks: Vec<String>,
    /// Files of the workspace that the test itself put secrets into.
    aside: Vec<PathBuf>,
}

impl Stage {
    pub(crate) fn new(test: &str) -> Self {
        if !trace::is_here() {
            skip(test, "without `strace` only files and messages are searched, not each write");
        }
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        for name in ["workspace", "home", "store", "tmp", "in", "out"] {
            fs::create_dir(path(name)).unwrap();
        }
        for part in ["hosts", "images", "inputs.lock"] {
            copy(&checkout().join(part), &path("workspace").join(part));
        }
        fs::write(path("workspace/Cargo.toml"), "").unwrap();
        let keys = [age::x25519::Identity::generate(), age::x25519::Identity::generate()];
        fs::write(path("keys.txt"), keys[0].to_string().expose_secret()).unwrap();
        let bundle = planted(1);
        let written = bundle.to_yaml();
        fs::write(path("in/secrets.yaml"), &written).unwrap();
        Self {
            needles: Needles::of(&bundle, &planted(2)),
            recipients: keys.map(|key| key.to_public().to_string()),
            bundle: written,
            env: vec![("SOPS_AGE_KEY_FILE".to_owned(), path("keys.txt").display().to_string())],
            leaks: Vec::new(),
            aside: Vec::new(),
            directory,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A path as an argument.
    pub(crate) fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// A program that is a script of the shell.
    pub(crate) fn script(&self, name: &str, text: &str) -> String {
        self.write(name, &format!("#!/bin/sh\n{text}\n"));
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).unwrap();
        self.text(name)
    }

    /// Runs a command that must end with `code`, and searches all that it wrote.
    pub(crate) fn run(&mut self, code: i32, args: &[&str]) -> Run {
        let run = self.look_at(args);
        assert_eq!(run.code, code, "{args:?}: {}", run.text());
        run
    }

    /// The same for a command that may succeed or not.
    pub(crate) fn look_at(&mut self, args: &[&str]) -> Run {
        let trace = self.path("trace");
        let mut program = Program::new(&self.path("workspace"), &self.path("home"), &self.path("store"))
            .env("TMPDIR", &self.text("tmp"));
        program.env.extend(self.env.iter().cloned());
        if trace::is_here() {
            program.wrapper = trace::wrapper(&trace);
        }
        let run = program.run(args);
        let told = self.needles.find(run.text().as_bytes()).map(|found| format!("told: {found}"));
        let (given, taken) = (self.path("in"), self.path("out"));
        let written = fs::read_to_string(&trace).unwrap_or_default();
        let written = trace::leaks(&written, &self.needles, &[&given, &taken]);
        let _ = fs::remove_file(&trace);
        let found = told.into_iter().chain(written).chain(self.search_files());
        self.leaks.extend(found.map(|leak| format!("{}: {leak}", args.join(" "))));
        run
    }

    /// Files with secrets where none may be.
    fn search_files(&self) -> Vec<String> {
        let mut found = Vec::new();
        for place in ["workspace", "home", "store", "tmp", "seen"] {
            self.look(&self.path(place), &mut found);
        }
        found
    }

    fn look(&self, path: &Path, found: &mut Vec<String>) {
        if path.is_dir() {
            for entry in fs::read_dir(path).unwrap() {
                self.look(&entry.unwrap().path(), found);
            }
        } else if !self.aside.iter().any(|aside| aside == path)
            && let Ok(bytes) = fs::read(path)
            && let Some(text) = self.needles.find(&bytes)
        {
            found.push(format!("{}: {text}", path.display()));
        }
    }

    /// The search passes over a file from now on.
    pub(crate) fn set_aside(&mut self, name: &str) {
        self.aside.push(self.path(name));
    }

    /// Whether a text that may hold secrets does: the search finds what is there.
    pub(crate) fn holds_secrets(&self, name: &str) -> bool {
        self.needles.find(&fs::read(self.path(name)).unwrap()).is_some()
    }

    /// The end of a test.
    pub(crate) fn done(self) {
        assert!(self.leaks.is_empty(), "{}", self.leaks.join("\n"));
    }
}
