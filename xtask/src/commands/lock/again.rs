//! Pins that are made anew.

use catalogue::Workspace;
use inputs::{Fetcher, Lock, Pin, Source};

use super::file::{described, write};
use crate::args::Format;
use crate::error::CliError;
use crate::printer::Printer;

/// A pin as it is, and what it shall be.
pub(super) struct Wish {
    pub(super) pin: Pin,
    pub(super) version: String,
    pub(super) sources: Vec<Source>,
}

/// What could be locked, and why the rest could not.
pub(super) struct Done {
    pub(super) count: usize,
    pub(super) failures: Option<CliError>,
}

/// Fetches what is wished for and writes the lock. What one source refuses is in nobody else's way. `line` tells of a pin as
/// it was and as it is.
pub(super) fn pin_again(
    workspace: &Workspace,
    mut lock: Lock,
    fetcher: &Fetcher<'_>,
    printer: &Printer,
    wishes: Vec<Wish>,
    line: impl Fn(&Pin, &Pin, &str) -> String,
) -> Result<Done, CliError> {
    let (mut done, mut failures) = (Vec::new(), Vec::new());
    for Wish { pin, version, sources } in wishes {
        match fetcher.pin_now(pin.kind, &pin.name, &version, sources) {
            Ok(new) => {
                let same = new.version == pin.version && new.digest == pin.digest;
                let verdict = if same { "unchanged" } else { "changed" };
                if printer.format == Format::Text {
                    printer.data(&line(&pin, &new, verdict));
                }
                done.push(described(&new, verdict));
                lock.remove(pin.kind, &pin.name, &pin.version);
                lock.insert(new);
            }
            Err(error) => failures.push(CliError::from(error)),
        }
        if process::interrupted() {
            break;
        }
    }
    write(workspace, &lock)?;
    if printer.format == Format::Json {
        printer.json(&done);
    }
    Ok(Done { count: done.len(), failures: CliError::join(failures) })
}
