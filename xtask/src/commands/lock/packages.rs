//! `lock update --packages`: the Debian packages that their archives serve now.

use diag::Diagnostic;
use inputs::{Fetcher, Lock, Pin, Source};

use super::again::{Wish, pin_again};
use super::file::with_fetcher;
use crate::args::Global;
use crate::error::{CliError, chain};
use crate::printer::Printer;
use crate::table::count;

pub(super) fn update(global: &Global, printer: &Printer) -> Result<u8, CliError> {
    with_fetcher(global, printer, |workspace, lock, fetcher| {
        let wishes = wanted(&lock, fetcher)?;
        let line = |pin: &Pin, new: &Pin, _: &str| format!("{pin} -> {} {}", new.version, new.digest);
        let done = pin_again(workspace, lock, fetcher, printer, wishes, line)?;
        printer.note(&format!("{} changed", count(done.count, "package")));
        done.failures.map_or(Ok(0), Err)
    })
}

/// Pins of packages that have another version now.
fn wanted(lock: &Lock, fetcher: &Fetcher<'_>) -> Result<Vec<Wish>, CliError> {
    let pins: Vec<(&Pin, String)> =
        lock.pins().iter().filter_map(|pin| Some((pin, pin.sources.iter().find_map(apt_name)?))).collect();
    let names: Vec<String> = pins.iter().map(|(_, name)| name.clone()).collect();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let served = fetcher.newest_packages(&names).map_err(|error| {
        CliError::environment(&chain(&error), "the packages of the archives are not known")
    })?;
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for (pin, name) in pins {
        match served.get(&name).or_else(|| served.get(name.split(':').next().unwrap_or_default())) {
            Some(version) if is_locked(pin, version) => {}
            Some(version) => found.push(Wish {
                pin: pin.clone(),
                version: own_version(pin, version),
                sources: moved(pin, version),
            }),
            None => unknown.push(Diagnostic::error(format!("no archive of this machine has {pin}"))),
        }
    }
    match unknown.pop() {
        Some(last) => {
            unknown.push(last.hint("`apt-get update` fetches their lists"));
            Err(CliError { code: crate::error::ENVIRONMENT, diagnostics: unknown })
        }
        None => Ok(found),
    }
}

/// How apt names the package of a source.
fn apt_name(source: &Source) -> Option<String> {
    let Source::Deb { package, architecture, .. } = source else { return None };
    Some(match architecture {
        Some(architecture) => format!("{package}:{architecture}"),
        None => package.clone(),
    })
}

fn is_locked(pin: &Pin, newest: &str) -> bool {
    pin.sources.iter().any(|source| matches!(source, Source::Deb { version, .. } if version == newest))
}

/// The sources of a pin with another version of its package; others have only the old one.
fn moved(pin: &Pin, newest: &str) -> Vec<Source> {
    let mut sources: Vec<Source> =
        pin.sources.iter().filter(|source| matches!(source, Source::Deb { .. })).cloned().collect();
    for source in &mut sources {
        if let Source::Deb { version, .. } = source {
            newest.clone_into(version);
        }
    }
    sources
}

/// A pin whose version is that of its package goes with it; one that has a version of its own keeps it.
fn own_version(pin: &Pin, newest: &str) -> String {
    let same = |source: &Source| matches!(source, Source::Deb { version, .. } if *version == pin.version);
    if pin.sources.iter().any(same) { newest.to_owned() } else { pin.version.clone() }
}
