//! Building kustomizations. The kustomize in the pinned kubectl is the engine.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use archive::Tree;
use process::{Command, ProcessError};

use crate::error::RenderError;

const DEADLINE: Duration = Duration::from_mins(2);

/// Why a kustomization did not build.
#[derive(Debug)]
pub enum KustomizeFailure {
    /// The kustomization is at fault; the text is the engine's.
    Refused(String),
    /// The engine could not be run.
    Process(ProcessError),
}

/// Something that builds kustomizations.
pub trait KustomizeEngine: Sync {
    /// A stream of YAML documents.
    fn build(&self, directory: &Path, scratch: &Path) -> Result<String, KustomizeFailure>;
}

/// `kubectl kustomize` as a child process.
#[derive(Clone, Debug)]
pub struct KustomizeProcess {
    /// The program: kubectl.
    pub program: PathBuf,
}

impl KustomizeEngine for KustomizeProcess {
    fn build(&self, directory: &Path, scratch: &Path) -> Result<String, KustomizeFailure> {
        let finished = process::run(&Command {
            program: self.program.clone(),
            args: vec!["kustomize".into(), directory.into()],
            directory: scratch.to_path_buf(),
            env: BTreeMap::new(),
            stdin: Vec::new(),
            deadline: DEADLINE,
            scratch: scratch.to_path_buf(),
        })
        .map_err(KustomizeFailure::Process)?;
        if finished.code != 0 {
            return Err(KustomizeFailure::Refused(finished.stderr));
        }
        String::from_utf8(finished.stdout)
            .map_err(|_| KustomizeFailure::Refused("the output is not UTF-8".to_owned()))
    }
}

/// Writes a tree of files below a directory.
pub(crate) fn write_tree(tree: &Tree, directory: &Path) -> Result<(), RenderError> {
    for (path, file) in tree.iter() {
        let target = directory.join(path);
        let scratch = |source| RenderError::Scratch { path: path.to_owned(), source };
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(scratch)?;
        }
        fs::write(&target, &file.content).map_err(scratch)?;
    }
    Ok(())
}
