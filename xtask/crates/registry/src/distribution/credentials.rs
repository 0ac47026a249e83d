//! Logins that the user made with `docker login` or `podman login`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Reference;

/// What Docker calls its own registry in its file.
const DOCKER_KEY: &str = "https://index.docker.io/v1/";

/// The contents of the login files, in the order in which they are asked
/// ([containers-auth.json(5)](https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md)).
///
/// Only logins that are written in the files themselves are read; those kept by a credential helper, another
/// program, are not.
#[derive(Clone, Default)]
pub struct Credentials {
    files: Vec<(PathBuf, Value)>,
}

impl Credentials {
    /// No logins: everything is asked for anonymously.
    pub fn none() -> Self {
        Self::default()
    }

    /// The user's files: `$REGISTRY_AUTH_FILE`, else Podman's and then Docker's.
    pub fn of_user() -> Self {
        Self::from_files(&places())
    }

    /// Those of `files` that exist and are JSON; the others are as good as empty.
    pub fn from_files(files: &[PathBuf]) -> Self {
        let read = |path: &PathBuf| {
            let value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
            Some((path.clone(), value))
        };
        Self { files: files.iter().filter_map(read).collect() }
    }

    /// The value of an `Authorization` header for the repository, and the file it is from.
    pub(crate) fn authorization(&self, reference: &Reference) -> Option<(String, &Path)> {
        let name = reference.name();
        self.files.iter().find_map(|(path, file)| {
            let auths = file.get("auths")?;
            let key = keys(&name).into_iter().find(|key| auths.get(key).is_some())?;
            let auth = auths.get(&key)?.get("auth")?.as_str()?;
            let clean = !auth.is_empty() && auth.chars().all(is_base64);
            clean.then(|| (format!("Basic {auth}"), path.as_path()))
        })
    }

    /// A file that leaves the login of this registry to a helper program.
    pub(crate) fn helper(&self, registry: &str) -> Option<&Path> {
        let helped = |file: &Value| {
            file.get("credsStore").is_some()
                || file.get("credHelpers").is_some_and(|helpers| helpers.get(registry).is_some())
        };
        self.files.iter().find(|(_, file)| helped(file)).map(|(path, _)| path.as_path())
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.files.iter().map(|(path, _)| path)).finish()
    }
}

/// Keys that may hold the login of a repository, the most exact one first.
fn keys(name: &str) -> Vec<String> {
    let mut keys = vec![name.to_owned()];
    let mut rest = name;
    while let Some((parent, _)) = rest.rsplit_once('/') {
        keys.push(parent.to_owned());
        rest = parent;
    }
    keys.push(format!("https://{rest}"));
    if rest == "docker.io" {
        keys.push(DOCKER_KEY.to_owned());
    }
    keys
}

fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-' | '_')
}

fn places() -> Vec<PathBuf> {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(file) = variable("REGISTRY_AUTH_FILE") {
        return vec![file];
    }
    let home = variable("HOME").unwrap_or_default();
    let config = variable("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
    let docker = variable("DOCKER_CONFIG").unwrap_or_else(|| home.join(".docker"));
    let run = variable("XDG_RUNTIME_DIR").map(|run| run.join("containers/auth.json"));
    run.into_iter().chain([config.join("containers/auth.json"), docker.join("config.json")]).collect()
}

#[cfg(test)]
mod tests;
