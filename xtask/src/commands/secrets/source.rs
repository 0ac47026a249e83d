//! Where the secrets of a cluster come from.

use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use catalogue::{Cluster, SecretsFrom, Workspace};
use diag::{Diagnostic, Source};
use process::Command;
use talos::SecretsBundle;
use zeroize::Zeroizing;

use super::sealed;
use crate::error::{CliError, chain};

/// What SOPS encrypted, unless the cluster says otherwise.
const USUAL: &str = "secrets.sops.yaml";

/// How long a program that asks its user for a password may take.
const DEADLINE: Duration = Duration::from_mins(5);

/// The secrets of a cluster. Who asks for them answers for where they go.
pub(crate) fn bundle(workspace: &Workspace, cluster: &Cluster) -> Result<SecretsBundle, CliError> {
    if let Some(path) = sops_file(cluster) {
        return sealed::read(workspace, &path);
    }
    let (text, from) = match &cluster.spec.secrets {
        Some(SecretsFrom { command: Some(command), .. }) => (run(workspace, command)?, description(cluster)),
        Some(SecretsFrom { environment: Some(name), .. }) => (variable(name)?, description(cluster)),
        Some(SecretsFrom { file: Some(path), .. }) => (read(&home(path)?)?, description(cluster)),
        _ => return Err(CliError::input(Diagnostic::error("`secrets` of the cluster says no place"))),
    };
    SecretsBundle::from_yaml(&Source::shared(from, text.as_str())).map_err(CliError::inputs)
}

/// The file that SOPS encrypted, relative to the workspace; nothing when secrets come from elsewhere.
pub(super) fn sops_file(cluster: &Cluster) -> Option<String> {
    let name = match &cluster.spec.secrets {
        None => USUAL,
        Some(SecretsFrom { sops: Some(name), .. }) => name,
        Some(_) => return None,
    };
    Some(format!("hosts/{}/{name}", cluster.spec.name))
}

/// Where they come from, for messages.
pub(super) fn description(cluster: &Cluster) -> String {
    match &cluster.spec.secrets {
        Some(SecretsFrom { command: Some(command), .. }) => {
            format!("the command `{}`", command.first().map(String::as_str).unwrap_or_default())
        }
        Some(SecretsFrom { environment: Some(name), .. }) => format!("the variable `{name}`"),
        Some(SecretsFrom { file: Some(path), .. }) => format!("`{path}`"),
        _ => format!("`{}`", sops_file(cluster).unwrap_or_default()),
    }
}

/// Reads a file, or stdin for `-`.
pub(super) fn read(file: &Path) -> Result<Zeroizing<String>, CliError> {
    let mut text = Zeroizing::new(String::new());
    let result = match file.as_os_str() == "-" {
        true => std::io::stdin().lock().read_to_string(&mut text).map(|_| ()),
        false => std::fs::File::open(file).and_then(|mut file| file.read_to_string(&mut text)).map(|_| ()),
    };
    result.map(|()| text).map_err(|error| {
        let diagnostic = Diagnostic::error(format!("cannot read `{}`: {error}", file.display()));
        CliError::input(diagnostic.hint("it must be a file of text that you can read"))
    })
}

fn home(path: &str) -> Result<std::path::PathBuf, CliError> {
    let Some(rest) = path.strip_prefix("~/") else { return Ok(path.into()) };
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty()).ok_or_else(|| {
        CliError::input(Diagnostic::error("`HOME` is not set").hint(format!("`{path}` starts there")))
    })?;
    Ok(Path::new(&home).join(rest))
}

fn variable(name: &str) -> Result<Zeroizing<String>, CliError> {
    let text = std::env::var(name).ok().filter(|text| !text.is_empty()).map(Zeroizing::new);
    text.ok_or_else(|| {
        let diagnostic =
            Diagnostic::error(format!("the secrets come from the variable `{name}`, which is not set"));
        CliError::input(diagnostic.hint("set it to what `talosctl gen secrets` writes"))
    })
}

/// What a program prints. Neither that nor its messages are repeated, since both may hold secrets.
fn run(workspace: &Workspace, command: &[String]) -> Result<Zeroizing<String>, CliError> {
    let (program, args) = command
        .split_first()
        .ok_or_else(|| CliError::input(Diagnostic::error("`secrets.command` names no program")))?;
    let target = workspace.path("target");
    std::fs::create_dir_all(&target)
        .map_err(|error| CliError::environment(&error, "cannot make `target`"))?;
    let scratch = tempfile::tempdir_in(&target)
        .map_err(|error| CliError::environment(&error, "cannot make a directory in `target`"))?;
    let place = if program.contains('/') { Some(program.into()) } else { process::find(program) };
    let place = place.ok_or_else(|| {
        let diagnostic = Diagnostic::error(format!("cannot get secrets: there is no program `{program}`"));
        CliError::surroundings(diagnostic.hint("install it, or put its directory into `PATH`"))
    })?;
    let mut child = Command::new(place, scratch.path()).args(args);
    child.deadline = DEADLINE;
    workspace.root().clone_into(&mut child.directory);
    // A password manager finds its session and its settings there.
    let texts = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    for (name, value) in texts {
        child = child.env(name, value);
    }
    let told = |error: &dyn std::fmt::Display| {
        Diagnostic::error(format!("cannot get secrets from `{program}`: {error}"))
    };
    let finished = process::run(&child).map_err(|error| {
        CliError::environment(&chain(&error), &format!("cannot get secrets from `{program}`"))
    })?;
    let succeeded = finished.succeeded();
    let code = finished.code;
    let stdout = Zeroizing::new(finished.stdout);
    if !succeeded {
        let diagnostic = told(&format!("it ended with code {code}"));
        return Err(CliError::input(diagnostic.hint("run it by hand to see what it says")));
    }
    let text =
        std::str::from_utf8(&stdout).map_err(|_| CliError::input(told(&"what it printed is no text")))?;
    Ok(Zeroizing::new(text.to_owned()))
}
