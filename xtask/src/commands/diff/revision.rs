//! The workspace as a commit has it.

use std::path::Path;

use archive::Tree;
use archive::unpack::{self, Limits};
use catalogue::Workspace;
use diag::Diagnostic;
use process::Command;

use crate::error::{CliError, chain};

/// Exports a commit's files into `scratch`.
pub(super) fn export(workspace: &Workspace, revision: &str, scratch: &Path) -> Result<Workspace, CliError> {
    if revision.starts_with('-') {
        return Err(unknown(revision, "it looks like an option"));
    }
    let git = process::find("git").ok_or_else(|| {
        let diagnostic = Diagnostic::error(format!("`git` is not there to tell what `{revision}` is"));
        CliError { code: crate::error::ENVIRONMENT, diagnostics: vec![diagnostic.hint("install git")] }
    })?;
    let root = workspace.root().as_os_str();
    // With a home of its own, git knows nothing of the directories that the user trusts.
    let args = ["-c".as_ref(), "safe.directory=*".as_ref(), "-C".as_ref(), root];
    let archive = ["archive", "--format=tar", revision].map(std::ffi::OsStr::new);
    let archived = process::run(&Command::new(git, scratch).args(args).args(archive))
        .map_err(|error| CliError::environment(&chain(&error), "cannot export a commit"))?;
    if !archived.succeeded() {
        return Err(unknown(revision, archived.stderr.trim()));
    }
    let tree = unpack::tar(&archived.stdout, Limits::default()).map_err(|error| {
        CliError::environment(&chain(&error), &format!("cannot read commit `{revision}`"))
    })?;
    let root = scratch.join("workspace");
    write(&tree, &root)?;
    Ok(Workspace::at(root))
}

fn write(tree: &Tree, root: &Path) -> Result<(), CliError> {
    for (path, file) in tree.iter() {
        let target = root.join(path);
        let directory = target.parent().map_or(Ok(()), std::fs::create_dir_all);
        directory.and_then(|()| std::fs::write(&target, &file.content)).map_err(|error| {
            CliError::environment(&error, &format!("cannot write `{}`", target.display()))
        })?;
    }
    Ok(())
}

fn unknown(revision: &str, reason: &str) -> CliError {
    let diagnostic = Diagnostic::error(format!("git has no commit `{revision}`: {reason}"));
    CliError::input(diagnostic.hint("name a commit, a branch or a tag, or a digest as `sha256:…`"))
}
