//! `lock outdated`: inputs that have newer versions.

mod version;

use inputs::{Fetcher, Lock, Pin, Source};
use serde_json::json;

use super::file::with_fetcher;
use crate::args::{Format, Global};
use crate::error::{CliError, chain};
use crate::printer::Printer;
use crate::table::{Align, count, table};
use version::newest;

/// A pin with a newer version.
struct Outdated<'a> {
    pin: &'a Pin,
    source: &'a Source,
    newest: String,
}

pub(super) fn run(global: &Global, printer: &Printer) -> Result<u8, CliError> {
    with_fetcher(global, printer, |_, lock, fetcher| {
        let (found, failures) = look(&lock, fetcher);
        // Some registries may be out of reach; what the others said is worth having.
        if let Some(failures) = CliError::join(failures) {
            if found.is_empty() {
                return Err(failures);
            }
            failures.diagnostics.iter().for_each(|diagnostic| printer.note(&diagnostic.message));
        }
        if printer.format == Format::Json {
            let entry = |found: &Outdated<'_>| {
                json!({
                    "kind": found.pin.kind.as_str(),
                    "name": found.pin.name,
                    "version": found.pin.version,
                    "newest": found.newest,
                    "source": found.source.to_string(),
                })
            };
            printer.json(&found.iter().map(entry).collect::<Vec<_>>());
        } else if !found.is_empty() {
            let rows: Vec<Vec<String>> = found
                .iter()
                .map(|Outdated { pin, source, newest }| {
                    vec![
                        pin.kind.to_string(),
                        pin.name.clone(),
                        pin.version.clone(),
                        newest.clone(),
                        source.to_string(),
                    ]
                })
                .collect();
            let headings =
                ["KIND", "NAME", "LOCKED", "NEWEST", "SOURCE"].map(|heading| (heading, Align::Left));
            printer.data(&table(&headings, &rows));
        }
        printer.note(&format!("{} outdated", count(found.len(), "input")));
        Ok(0)
    })
}

/// Asks the first source of each pin that knows of versions.
fn look<'a>(lock: &'a Lock, fetcher: &Fetcher<'_>) -> (Vec<Outdated<'a>>, Vec<CliError>) {
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for pin in lock.pins() {
        let locked = |source: &'a Source| Some((source, version_of(source)?));
        let Some((source, version)) = pin.sources.iter().find_map(locked) else { continue };
        match fetcher.versions(source) {
            Ok(versions) => {
                if let Some(newest) = newest(&version, &versions) {
                    found.push(Outdated { pin, source, newest });
                }
            }
            Err(error) => {
                failures.push(CliError::environment(
                    &chain(&error),
                    &format!("the versions of {pin} are not known"),
                ));
            }
        }
        if process::interrupted() {
            break;
        }
    }
    (found, failures)
}

/// The version as the source's registry counts, which the pin's own need not be.
fn version_of(source: &Source) -> Option<String> {
    match source {
        Source::Go { version, .. } | Source::Npm { version, .. } => Some(version.clone()),
        Source::Oci { reference } => reference.parse::<registry::distribution::Reference>().ok()?.tag,
        Source::Url { .. } | Source::Git { .. } | Source::Deb { .. } | Source::Mirror { .. } => None,
    }
}
