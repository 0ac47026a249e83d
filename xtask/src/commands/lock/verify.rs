//! `lock verify`: whether what was fetched is still what is locked.

use diag::Diagnostic;
use inputs::{FetchError, Kind, PinDigest};
use serde_json::json;
use store::StoreError;

use super::file::{LOCK, described, with_fetcher};
use crate::args::{Format, Global};
use crate::error::{CHECK, CliError};
use crate::printer::Printer;
use crate::table::count;

pub(super) fn run(global: &Global, printer: &Printer) -> Result<u8, CliError> {
    with_fetcher(global, printer, |workspace, lock, fetcher| {
        let (mut verdicts, mut failed) = (Vec::new(), Vec::new());
        let (mut sound, mut absent, mut unresolved) = (0, 0, 0);
        for pin in lock.pins() {
            let verdict = match (pin.kind, pin.digest) {
                (_, PinDigest::Unresolved) => {
                    unresolved += 1;
                    "unresolved"
                }
                // Images stay in their registries; a digest in the lock is all there is of them here.
                (Kind::Image, _) => "locked",
                _ => match fetcher.verify(pin) {
                    Ok(_) => {
                        sound += 1;
                        "sound"
                    }
                    Err(FetchError::Store(StoreError::Missing { .. })) => {
                        absent += 1;
                        "absent"
                    }
                    Err(error) => {
                        failed.extend(CliError::from(error).diagnostics);
                        "damaged"
                    }
                },
            };
            verdicts.push(described(pin, verdict));
        }
        match printer.format {
            Format::Text => printer.data(&format!(
                "{} sound, {absent} not fetched yet, {} damaged; {} without digest",
                count(sound, "input"),
                failed.len(),
                count(unresolved, "input"),
            )),
            Format::Json => printer.json(&json!(verdicts)),
        }
        if std::fs::read_to_string(workspace.path(LOCK)).is_ok_and(|text| text != lock.to_text()) {
            let diagnostic = Diagnostic::warning("`inputs.lock` is not as the program writes it");
            printer.warn(&diagnostic.hint("the next `cargo xtask lock add` or `update` puts it in order"));
        }
        if failed.is_empty() { Ok(0) } else { Err(CliError { code: CHECK, diagnostics: failed }) }
    })
}
