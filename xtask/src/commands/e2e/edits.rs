//! A copy of the workspace, and edits in it.

use std::fs;
use std::path::Path;

use diag::Diagnostic;
use prove::{Change, Edit};

use crate::copy::copy;
use crate::error::CliError;

/// What a release is built from.
const PARTS: [&str; 6] = ["Cargo.toml", "inputs.lock", "hosts", "images", "platform", "apps"];

/// Applies an edit to the copy.
pub(super) fn apply(copy: &Path, change: &Change, edit: &Edit) -> Result<(), CliError> {
    let path = copy.join(&edit.file);
    let failed = |error: std::io::Error| CliError::environment(&error, &edit.file);
    // Text that is added makes a file where there is none.
    let text = if edit.from.is_empty() && !path.exists() {
        String::new()
    } else {
        fs::read_to_string(&path).map_err(failed)?
    };
    let Some(text) = edit.apply(&text) else {
        let message = format!("change `{}`: `{}` has no text `{}`", change.name, edit.file, edit.from);
        return Err(CliError::input(Diagnostic::error(message).hint("bring the edit along with the file")));
    };
    fs::write(&path, text).map_err(failed)
}

/// Copies what a release is built from.
pub(super) fn copy_parts(from: &Path, to: &Path) -> Result<(), CliError> {
    let failed = |error: std::io::Error| CliError::environment(&error, &to.display().to_string());
    if to.exists() {
        fs::remove_dir_all(to).map_err(failed)?;
    }
    for part in PARTS.map(|part| (from.join(part), to.join(part))) {
        if part.0.exists() {
            copy(&part.0, &part.1).map_err(failed)?;
        }
    }
    Ok(())
}
