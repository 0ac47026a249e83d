//! The environment of a child, made from nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Command, ProcessError};

/// Where a child finds programs: the places of a distribution, none of the user's.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Variables that name a directory of the child's own, and where it is below the scratch directory.
const DIRECTORIES: [(&str, &str); 2] = [("HOME", "home"), ("TMPDIR", "tmp")];

/// The same for directories that programs make themselves when they have something to put there.
const PLACES: [(&str, &str); 9] = [
    ("XDG_CACHE_HOME", "xdg/cache"),
    ("XDG_CONFIG_HOME", "xdg/config"),
    ("XDG_DATA_HOME", "xdg/data"),
    ("XDG_STATE_HOME", "xdg/state"),
    ("XDG_RUNTIME_DIR", "xdg/run"),
    ("HELM_CACHE_HOME", "helm/cache"),
    ("HELM_CONFIG_HOME", "helm/config"),
    ("HELM_DATA_HOME", "helm/data"),
    ("HELM_PLUGINS", "helm/plugins"),
];

/// All variables of the child that `command` describes; makes the directories they name.
pub(crate) fn prepare(command: &Command) -> Result<BTreeMap<String, String>, ProcessError> {
    let mut env = BTreeMap::from([
        ("PATH".to_owned(), PATH.to_owned()),
        ("TZ".to_owned(), "UTC".to_owned()),
        ("LC_ALL".to_owned(), "C".to_owned()),
    ]);
    let scratch = absolute(&command.scratch)?;
    for (name, below) in DIRECTORIES {
        let path = scratch.join(below);
        fs::create_dir_all(&path).map_err(|source| ProcessError::Scratch { path: path.clone(), source })?;
        env.insert(name.to_owned(), path.to_string_lossy().into_owned());
    }
    for (name, below) in PLACES {
        env.insert(name.to_owned(), scratch.join(below).to_string_lossy().into_owned());
    }
    env.extend(command.env.iter().map(|(name, value)| (name.clone(), value.clone())));
    Ok(env)
}

/// The child may start elsewhere, so its variables must not depend on our directory.
fn absolute(path: &Path) -> Result<PathBuf, ProcessError> {
    std::path::absolute(path).map_err(|source| ProcessError::Scratch { path: path.to_owned(), source })
}
