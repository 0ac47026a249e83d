//! The report: on the terminal and in files.

use std::fs;

use catalogue::Workspace;
use prove::Report;

use crate::args::Format;
use crate::error::{CHECK, CliError};
use crate::printer::Printer;

/// Where reports lie in a workspace.
const DIRECTORY: &str = "target/xtask/e2e";

/// Writes `report.json`, `report.html` and `junit.xml`, prints the text, and gives the exit code.
pub(super) fn write(workspace: &Workspace, report: &Report, printer: &Printer) -> Result<u8, CliError> {
    let directory = workspace.root().join(DIRECTORY);
    let failed = |error: std::io::Error| CliError::environment(&error, DIRECTORY);
    fs::create_dir_all(&directory).map_err(failed)?;
    let json =
        serde_json::to_string_pretty(report).map_err(|error| CliError::environment(&error, "the report"))?;
    let files =
        [("report.json", json), ("report.html", prove::html(report)), ("junit.xml", prove::junit(report))];
    for (name, text) in files {
        fs::write(directory.join(name), text).map_err(failed)?;
    }
    if printer.format == Format::Json {
        printer.json(report);
    } else {
        printer.data(&prove::text(report));
    }
    printer.note(&format!("{DIRECTORY}/report.html shows it drawn"));
    Ok(if report.holds() { 0 } else { CHECK })
}
