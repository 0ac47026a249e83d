//! Logins that the user made with `docker login` or `podman login`.

mod helper;
mod places;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Reference;
use super::base64;
use helper::Helper;

pub use helper::read_helper_answer;

/// What Docker calls its own registry in its file.
const DOCKER_KEY: &str = "https://index.docker.io/v1/";

/// The contents of the login files, in the order in which they are asked
/// ([containers-auth.json(5)](https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md)).
///
/// A file leaves logins to other programs by `credHelpers` and `credsStore`; they are asked only through
/// [`Credentials::with_helper`], since nothing here starts programs.
#[derive(Clone, Default)]
pub struct Credentials {
    files: Vec<(PathBuf, Value)>,
    helper: Option<Helper>,
}

/// What to show to a registry.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Login {
    /// User and password, as they go into a header.
    Password(String),
    /// A token that the token server gives others for.
    Identity(String),
    /// A token for the registry itself.
    Token(String),
}

/// A login, and where it is from.
pub(crate) struct Found {
    pub(crate) login: Login,
    pub(crate) from: String,
}

impl Credentials {
    /// No logins: everything is asked for anonymously.
    pub fn none() -> Self {
        Self::default()
    }

    /// The user's files: `$REGISTRY_AUTH_FILE`, else Podman's and then Docker's.
    pub fn of_user() -> Self {
        Self::from_files(&places::of_user())
    }

    /// Those of `files` that exist and are JSON; the others are as good as empty.
    pub fn from_files(files: &[PathBuf]) -> Self {
        let read = |path: &PathBuf| {
            let value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
            Some((path.clone(), value))
        };
        Self { files: files.iter().filter_map(read).collect(), helper: None }
    }

    /// Asks credential helpers through `ask`, once for each registry.
    ///
    /// `ask` gets a program (`docker-credential-<name>`) and the server to ask it for. It runs the program with the
    /// argument `get` and the server on its standard input, and gives user and secret as
    /// [`read_helper_answer`] finds them in what the program printed; a failure is told in its own words.
    #[must_use]
    pub fn with_helper(
        mut self,
        ask: impl Fn(&str, &str) -> Result<(String, String), String> + Send + Sync + 'static,
    ) -> Self {
        self.helper = Some(Helper::new(ask));
        self
    }

    /// The login for a repository, if there is one; `Err` tells which helper failed, and why.
    pub(crate) fn login(&self, reference: &Reference) -> Result<Option<Found>, String> {
        let mut failure = None;
        for (path, file) in &self.files {
            match self.helped(path, file, &reference.registry) {
                Ok(Some(found)) => return Ok(Some(found)),
                Ok(None) => {}
                Err(reason) => failure = failure.or(Some(reason)),
            }
            if let Some(login) = written(file, &reference.name()) {
                return Ok(Some(Found { login, from: format!("`{}`", path.display()) }));
            }
        }
        failure.map_or(Ok(None), Err)
    }

    fn helped(&self, path: &Path, file: &Value, registry: &str) -> Result<Option<Found>, String> {
        let (Some(helper), Some(program)) = (&self.helper, program(file, registry)) else { return Ok(None) };
        let server = if registry == "docker.io" { DOCKER_KEY } else { registry };
        let login = helper.login(&program, server)?;
        let from = || format!("`{program}`, which `{}` names,", path.display());
        Ok(login.map(|login| Found { login, from: from() }))
    }

    /// A file that leaves the login of this registry to a helper program that is not asked.
    pub(crate) fn unasked(&self, registry: &str) -> Option<&Path> {
        let mut files = self.files.iter().filter(|_| self.helper.is_none());
        files.find(|(_, file)| program(file, registry).is_some()).map(|(path, _)| path.as_path())
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.files.iter().map(|(path, _)| path)).finish()
    }
}

/// The helper program to which a file leaves the login of a registry.
fn program(file: &Value, registry: &str) -> Option<String> {
    let own = file.get("credHelpers").and_then(|helpers| helpers.get(registry));
    let name = own.or_else(|| file.get("credsStore"))?.as_str()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    // A name with a `/` would be a program anywhere.
    (!name.is_empty() && name.chars().all(plain)).then(|| format!("docker-credential-{name}"))
}

/// The login that a file itself has for a repository.
fn written(file: &Value, name: &str) -> Option<Login> {
    let auths = file.get("auths")?;
    // Docker leaves an empty entry for what a helper has.
    let entries = keys(name).into_iter().filter_map(|key| auths.get(&key));
    entries.into_iter().find_map(read)
}

fn read(entry: &Value) -> Option<Login> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    if let Some(token) = text("identitytoken") {
        return Some(Login::Identity(token.to_owned()));
    }
    if let Some(token) = text("registrytoken").filter(|token| token.chars().all(|c| c.is_ascii_graphic())) {
        return Some(Login::Token(token.to_owned()));
    }
    match (text("auth"), text("username"), text("password")) {
        (Some(auth), _, _) => auth.chars().all(base64::is_digit).then(|| Login::Password(auth.to_owned())),
        (None, Some(user), Some(password)) => Some(Login::password(user, password)),
        _ => None,
    }
}

impl Login {
    pub(crate) fn password(user: &str, password: &str) -> Self {
        Self::Password(base64::encode(format!("{user}:{password}").as_bytes()))
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
    keys.extend([format!("https://{rest}"), format!("http://{rest}")]);
    if rest == "docker.io" {
        keys.push(DOCKER_KEY.to_owned());
    }
    keys
}

#[cfg(test)]
mod tests;
