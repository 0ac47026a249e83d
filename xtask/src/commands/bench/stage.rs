//! Copies to measure on: a store with inputs and no outputs, and workspaces in a temporary directory.

use std::io;
use std::path::PathBuf;

use catalogue::Workspace;
use inputs::{Kind, Lock, PinDigest};
use store::{Store, StoreError};
use tempfile::TempDir;

use super::runs;
use crate::args::Global;
use crate::copy::copy;
use crate::error::CliError;
use crate::printer::Printer;

/// A temporary directory, and what is copied from.
pub(super) struct Stage<'a> {
    directory: TempDir,
    pub(super) printer: &'a Printer,
    pub(super) lock: Lock,
    /// Has every input that `lab` needs.
    inputs: PathBuf,
    /// A copy of what builds `lab`.
    pub(super) lab: PathBuf,
}

impl<'a> Stage<'a> {
    pub(super) fn new(
        global: &Global,
        workspace: &Workspace,
        store: &Store,
        printer: &'a Printer,
    ) -> Result<Self, CliError> {
        let directory = tempfile::Builder::new().prefix("xtask-bench-").tempdir();
        let directory = directory.map_err(|error| CliError::environment(&error, "a temporary directory"))?;
        let stage = Self {
            lock: plan::load_lock(workspace)?,
            inputs: directory.path().join("inputs"),
            lab: directory.path().join("lab"),
            directory,
            printer,
        };
        for place in ["hosts", "platform", "apps", "inputs.lock", "Cargo.toml"] {
            stage.done(copy(&workspace.path(place), &stage.lab.join(place)))?;
        }
        printer.note("fetching what the store lacks of the inputs of lab");
        stage.copy_inputs(store, &Store::open(&stage.inputs)?)?;
        let words: &[&str] = if global.offline { &["build", "--offline"] } else { &["build"] };
        runs::xtask(&stage.lab, &stage.inputs, words)?;
        Ok(stage)
    }

    /// A new store with all inputs and no outputs, its programs as they are after their first use.
    pub(super) fn store(&self, name: &str) -> Result<PathBuf, CliError> {
        let path = self.path(name);
        let from = Store::open(&self.inputs)?;
        self.copy_inputs(&from, &Store::open(&path)?)?;
        // A program that is seconds old is not known by its times yet.
        std::thread::sleep(std::time::Duration::from_millis(50));
        let store = Store::open(&path)?;
        for digest in self.tools().filter(|digest| store.contains(digest)) {
            store.executable(&digest)?;
        }
        Ok(path)
    }

    /// A place in the temporary directory.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Where a program lies that the lock pins.
    pub(super) fn program(&self, name: &str) -> Result<PathBuf, CliError> {
        let missing = || CliError::environment(&format!("`inputs.lock` has no tool `{name}`"), "bench");
        let pin = self.lock.find(Kind::Tool, name, None).ok().flatten().ok_or_else(missing)?;
        let digest = pin.digest.digest().ok_or_else(missing)?;
        Ok(Store::open(&self.inputs)?.executable(&digest)?)
    }

    /// Where a tree lies that the lock pins, in the version that `lab` takes: no other one is here.
    pub(super) fn tree(&self, kind: Kind, name: &str) -> Result<PathBuf, CliError> {
        let store = Store::open(&self.inputs)?;
        let pins = self.lock.pins().iter().filter(|pin| pin.kind == kind && pin.name == name);
        let here = pins.filter_map(|pin| pin.digest.digest()).find(|digest| store.contains_tree(digest));
        let missing = || CliError::environment(&format!("`inputs.lock` has no `{name}`"), "bench");
        Ok(store.tree(&here.ok_or_else(missing)?)?)
    }

    /// Turns a failure of the file system into an error.
    pub(super) fn done<T>(&self, result: io::Result<T>) -> Result<T, CliError> {
        result.map_err(|error| CliError::environment(&error, &self.directory.path().display().to_string()))
    }

    fn tools(&self) -> impl Iterator<Item = hashing::Digest> {
        self.lock.pins().iter().filter(|pin| pin.kind == Kind::Tool).filter_map(|pin| pin.digest.digest())
    }

    fn copy_inputs(&self, from: &Store, to: &Store) -> Result<(), StoreError> {
        for pin in self.lock.pins().iter().filter(|pin| pin.kind != Kind::Image) {
            match pin.digest {
                PinDigest::File(digest) if from.contains(&digest) => {
                    to.put_file(&from.object_path(&digest))?;
                    if pin.kind == Kind::Tool {
                        to.executable(&digest)?;
                    }
                }
                PinDigest::Tree(digest) if from.contains_tree(&digest) => {
                    to.put_tree(&from.tree_content(&digest)?)?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}
