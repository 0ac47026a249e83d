//! Files with secrets: readable for their owner alone, and never in the checkout.

use std::fs::{self, DirBuilder, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use diag::Diagnostic;

use crate::error::CliError;

/// Makes a directory that only its owner can look into, unless it is there.
pub(crate) fn directory(path: &Path, checkout: &Path) -> Result<(), CliError> {
    let absolute = std::path::absolute(path).map_err(|error| failed(&error, path))?;
    outside(&absolute, checkout)?;
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| failed(&error, path))
}

/// Writes a file with mode 0600, whole or not at all.
pub(crate) fn write(path: &Path, bytes: &[u8], checkout: &Path, replace: bool) -> Result<(), CliError> {
    let absolute = std::path::absolute(path).map_err(|error| failed(&error, path))?;
    outside(&absolute, checkout)?;
    let parent = absolute.parent().unwrap_or(Path::new("/"));
    let mut temporary = tempfile::Builder::new()
        .permissions(Permissions::from_mode(0o600))
        .tempfile_in(parent)
        .map_err(|error| failed(&error, path))?;
    temporary.write_all(bytes).map_err(|error| failed(&error, path))?;
    temporary.as_file().sync_all().map_err(|error| failed(&error, path))?;
    if replace {
        temporary.persist(&absolute).map_err(|error| failed(&error.error, path))?;
    } else {
        temporary.persist_noclobber(&absolute).map_err(|error| failed(&error.error, path))?;
    }
    Ok(())
}

/// Refuses a place in the checkout, whatever links lead there.
fn outside(path: &Path, checkout: &Path) -> Result<(), CliError> {
    let checkout = fs::canonicalize(checkout).map_err(|error| failed(&error, checkout))?;
    let is_inside =
        [Some(path.to_owned()), existing(path)].into_iter().flatten().any(|path| path.starts_with(&checkout));
    if !is_inside {
        return Ok(());
    }
    let diagnostic =
        Diagnostic::error(format!("`{}` is in the checkout, where secrets do not belong", path.display()));
    Err(CliError::input(diagnostic.hint("name a directory outside of it")))
}

/// The nearest directory above that is there, without links.
fn existing(path: &Path) -> Option<PathBuf> {
    path.ancestors().find_map(|path| fs::canonicalize(path).ok())
}

fn failed(error: &std::io::Error, path: &Path) -> CliError {
    CliError::environment(error, &format!("cannot write `{}`", path.display()))
}
