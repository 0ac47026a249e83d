//! A workspace with the clusters of the checkout, whose secrets lie in a file.

use std::fs;
use std::path::PathBuf;

use end_to_end::{Dice, Program, Run, checkout, copy};
use talos::SecretsBundle;
use tempfile::TempDir;

/// A directory with a workspace, a home and a place for what is written.
pub(crate) struct Stage {
    directory: TempDir,
    pub(crate) secrets: SecretsBundle,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        for name in ["workspace", "home", "out"] {
            fs::create_dir(path(name)).unwrap();
        }
        for part in ["hosts", "images", "inputs.lock"] {
            copy(&checkout().join(part), &path("workspace").join(part));
        }
        fs::write(path("workspace/Cargo.toml"), "").unwrap();
        let mut dice = Dice::new(7);
        let mut random = |buffer: &mut [u8]| buffer.copy_from_slice(&dice.bytes(buffer.len()));
        let secrets = SecretsBundle::generate(1_700_000_000, &mut random).unwrap();
        fs::write(path("secrets.yaml"), secrets.to_yaml()).unwrap();
        Self { directory, secrets }
    }

    /// The same with the file as the secrets of a cluster.
    pub(crate) fn with_secrets(cluster: &str) -> Self {
        let stage = Self::new();
        let file = stage.path("workspace/hosts").join(cluster).join("cluster.yaml");
        let text = fs::read_to_string(&file).unwrap();
        let place = stage.text("secrets.yaml");
        fs::write(file, format!("{text}\nsecrets: {{file: {place}}}\n")).unwrap();
        stage
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A path as an argument.
    pub(crate) fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn program(&self) -> Program {
        Program::new(&self.path("workspace"), &self.path("home"), &self.path("store"))
    }

    /// Runs a command that must end with `code`.
    pub(crate) fn run(&self, code: i32, args: &[&str]) -> Run {
        let run = self.program().run(args);
        assert_eq!(run.code, code, "{args:?}: {}", run.text());
        run
    }
}
