//! `build hosts/<cluster>`: the configuration of each machine below `target/xtask/hosts/`.

use std::borrow::Cow;
use std::path::Path;

use catalogue::Workspace;
use diag::Diagnostic;
use fleet::{Configuration, Fleet};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Hosts, snapshot};
use crate::args::{Format, Global};
use crate::commands::secrets;
use crate::context;
use crate::error::CliError;
use crate::printer::Printer;
use crate::private_file;
use crate::table::{Align, table};

/// One file that was made.
#[derive(Deserialize, Serialize)]
pub(super) struct Line {
    machine: String,
    file: String,
    digest: String,
    pub(super) status: Cow<'static, str>,
}

pub(crate) fn run(
    units: &[Hosts],
    with_secrets: Option<&Path>,
    global: &Global,
    printer: &Printer,
) -> Result<u8, CliError> {
    let workspace = context::workspace(global)?;
    let mut lines = Vec::new();
    for hosts in units {
        if with_secrets.is_none()
            && let Some(known) = snapshot::recall(hosts, &workspace, global)
        {
            lines.extend(known);
            continue;
        }
        lines.extend(made(hosts, &workspace, with_secrets, global, printer)?);
    }
    match printer.format {
        Format::Json => printer.json(&lines),
        Format::Text => print(&lines, printer),
    }
    Ok(0)
}

fn made(
    hosts: &Hosts,
    workspace: &Workspace,
    with_secrets: Option<&Path>,
    global: &Global,
    printer: &Printer,
) -> Result<Vec<Line>, CliError> {
    let seen = snapshot::look(hosts, workspace);
    let fleet = hosts.fleet(workspace, printer)?;
    let configurations = hosts.configurations(&fleet, printer)?;
    if printer.format == Format::Text {
        super::name_images(&fleet, printer);
    }
    if configurations.is_empty() {
        printer.note(&format!("cluster `{}` has no machines of its own", hosts.cluster));
    }
    if let Some(directory) = with_secrets {
        return filled(workspace, &fleet, &configurations, directory);
    }
    let directory = place(&hosts.cluster);
    let mut lines = Vec::new();
    for configuration in &configurations {
        let text = configuration.to_yaml();
        let file = format!("{directory}/{}", configuration.file);
        let status = write(&workspace.path(&file), &text)?;
        lines.push(line(configuration, file, &text, status));
    }
    if hosts.machine.is_none() {
        remove_others(&workspace.path(&directory), &configurations)?;
    }
    // What is told besides the table would not be told again.
    if let Some(seen) = seen.filter(|_| !printer.has_warned() && !lines.is_empty()) {
        snapshot::remember(hosts, workspace, global, &seen, &lines);
    }
    Ok(lines)
}

/// Writes configurations with the secrets in them; their digests are those of the files without.
fn filled(
    workspace: &Workspace,
    fleet: &Fleet,
    configurations: &[Configuration],
    directory: &Path,
) -> Result<Vec<Line>, CliError> {
    let secrets = secrets::bundle(workspace, &fleet.cluster)?;
    private_file::directory(directory, workspace.root())?;
    let mut lines = Vec::new();
    for configuration in configurations {
        let text = configuration.with_secrets(&secrets).map(Zeroizing::new).map_err(|error| {
            let hint = "`cargo xtask secrets show` tells what the bundle of the cluster holds";
            CliError::input(Diagnostic::error(error.to_string()).hint(hint))
        })?;
        let path = directory.join(&configuration.file);
        private_file::write(&path, text.as_bytes(), workspace.root(), true)?;
        let file = path.display().to_string();
        lines.push(line(configuration, file, &configuration.to_yaml(), "written"));
    }
    Ok(lines)
}

/// Where the configurations of a cluster are, relative to the workspace.
pub(crate) fn place(cluster: &str) -> String {
    format!("target/xtask/hosts/{cluster}")
}

fn line(configuration: &Configuration, file: String, text: &str, status: &'static str) -> Line {
    let digest = hashing::Digest::of(text.as_bytes()).to_string();
    Line { machine: configuration.machine.clone(), file, digest, status: status.into() }
}

fn write(path: &Path, text: &str) -> Result<&'static str, CliError> {
    if std::fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok("unchanged");
    }
    let failed = |error: std::io::Error| CliError::environment(&error, &path.display().to_string());
    let parent = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(failed)?;
    let mut temporary = tempfile::NamedTempFile::new_in(parent).map_err(failed)?;
    std::io::Write::write_all(&mut temporary, text.as_bytes()).map_err(failed)?;
    temporary.persist(path).map_err(|error| failed(error.error))?;
    Ok("built")
}

/// Machines that went offline, or away, have no configuration any more.
fn remove_others(directory: &Path, configurations: &[Configuration]) -> Result<(), CliError> {
    let failed = |error: std::io::Error| CliError::environment(&error, &directory.display().to_string());
    let Ok(entries) = std::fs::read_dir(directory) else { return Ok(()) };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        if !configurations.iter().any(|configuration| name == configuration.file.as_str()) {
            std::fs::remove_file(entry.path()).map_err(failed)?;
        }
    }
    Ok(())
}

fn print(lines: &[Line], printer: &Printer) {
    let headings = ["MACHINE", "FILE", "DIGEST", "STATUS"].map(|heading| (heading, Align::Left));
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            let digest = line.digest.get(.."sha256:".len() + 12).unwrap_or(&line.digest);
            vec![line.machine.clone(), line.file.clone(), digest.to_owned(), line.status.to_string()]
        })
        .collect();
    printer.data(&table(&headings, &rows));
}
