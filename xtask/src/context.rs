//! What commands share: workspace, store, settings.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use catalogue::Workspace;
use diag::Diagnostic;
use plan::{Options, Strictness};
use registry::Network;
use store::Store;

use crate::args::Global;
use crate::error::CliError;

/// The workspace of this run.
pub(crate) fn workspace(global: &Global) -> Result<Workspace, CliError> {
    let hint = "change into a checkout, or name one by `--workspace DIR` or `XTASK_WORKSPACE`";
    let start = match given(global.workspace.as_deref()) {
        Some(path) => path.to_owned(),
        None => {
            std::env::current_dir().map_err(|error| CliError::environment(&error, "the current directory"))?
        }
    };
    let start = std::fs::canonicalize(&start).map_err(|error| {
        let message = format!("no workspace at `{}`: {error}", start.display());
        CliError::input(Diagnostic::error(message).hint(hint))
    })?;
    Workspace::find(&start).map_err(|error| CliError::input(Diagnostic::error(error.to_string()).hint(hint)))
}

/// The store of this run.
pub(crate) fn store(global: &Global) -> Result<Store, CliError> {
    Ok(Store::open(&store_path(global)?)?)
}

/// Where the store of this run is, or would be.
pub(crate) fn store_path(global: &Global) -> Result<PathBuf, CliError> {
    if let Some(path) = given(global.store.as_deref()) {
        return Ok(path.to_owned());
    }
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    cache.map(|cache| cache.join("xtask")).ok_or_else(|| {
        let diagnostic =
            Diagnostic::error("no place for the store: neither `XDG_CACHE_HOME` nor `HOME` is set");
        CliError::input(diagnostic.hint("name one by `--store DIR` or `XTASK_STORE`"))
    })
}

/// What a build is told.
pub(crate) fn options(global: &Global, strictness: Strictness) -> Options {
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    Options {
        jobs: global.jobs.unwrap_or(processors),
        network: network(global),
        mirrors: mirrors(global),
        strictness,
        destination: None,
    }
}

/// Whether sockets may be opened.
pub(crate) fn network(global: &Global) -> Network {
    if global.offline { Network::Denied } else { Network::Allowed }
}

/// The mirrors, those of the flag or else those of the environment.
pub(crate) fn mirrors(global: &Global) -> Vec<PathBuf> {
    global.mirror.iter().filter_map(|mirror| given(Some(mirror))).map(Path::to_owned).collect()
}

/// A path that was given: a variable that is set to nothing gives none.
fn given(path: Option<&Path>) -> Option<&Path> {
    path.filter(|path| !path.as_os_str().is_empty())
}
