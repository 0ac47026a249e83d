//! The images that machines of a cluster start from, which are built with it.

use catalogue::Workspace;
use fleet::Fleet;
use plan::{ImageReport, Options, PlanError, Status};
use serde::Serialize;
use store::Store;

use super::image::Keys;
use crate::error::CliError;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::table::{Align, bytes, table};

/// What came of an image.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Line {
    Built(ImageReport),
    /// It waits for something that is no mistake of a file: a digest that the lock does not have yet, a key.
    Pending {
        image: String,
        pending: Vec<String>,
        #[serde(skip)]
        hints: Vec<String>,
    },
}

/// Builds them, each one whether the others succeed or not. One that waits for a digest or a key is listed and fails
/// nothing: the release needs none of them.
pub(super) fn build(
    fleet: &Fleet,
    workspace: &Workspace,
    store: &Store,
    options: &Options,
    keys: &Keys,
    printer: &Printer,
) -> (Vec<Line>, Option<CliError>) {
    let (mut lines, mut failures) = (Vec::new(), Vec::new());
    for name in fleet.images.keys() {
        let image = format!("images/{name}");
        let progress = Progress::new(printer);
        let told = keys.told(options, &[]);
        let built = plan::build_image(workspace, store, &image, told, &|event| progress.tell(event));
        progress.finish();
        match built {
            Ok(report) => lines.push(Line::Built(report)),
            Err(PlanError::Pending(found)) => {
                let mut hints: Vec<String> = found.iter().flat_map(|one| one.hints.clone()).collect();
                hints.dedup();
                let pending = found.into_iter().map(|one| one.message).collect();
                lines.push(Line::Pending { image, pending, hints });
            }
            Err(error) => failures.push(CliError::from(error)),
        }
    }
    (lines, CliError::join(failures))
}

/// Prints them in a table, and below it what those that are not built wait for.
pub(super) fn print(lines: &[Line], printer: &Printer) {
    if lines.is_empty() {
        return;
    }
    let headings = [
        ("IMAGE", Align::Left),
        ("FILE", Align::Left),
        ("SIZE", Align::Right),
        ("DIGEST", Align::Left),
        ("STATUS", Align::Left),
    ];
    let rows: Vec<Vec<String>> = lines.iter().flat_map(rows).collect();
    printer.data(&format!("\n{}", table(&headings, &rows)));
    for line in lines {
        let Line::Pending { image, pending, hints } = line else { continue };
        printer.note(&format!("\n`{image}` is not built:"));
        for reason in pending {
            printer.note(&format!("  {reason}"));
        }
        for hint in hints {
            printer.note(&format!("hint: {hint}"));
        }
    }
}

fn rows(line: &Line) -> Vec<Vec<String>> {
    match line {
        Line::Built(report) => {
            let status = if report.status == Status::Built { "built" } else { "unchanged" };
            let row = |output: &plan::ImageOutput| {
                let digest = format!("sha256:{}", output.digest.short());
                vec![report.image.clone(), output.name.clone(), bytes(output.size), digest, status.to_owned()]
            };
            report.outputs.iter().map(row).collect()
        }
        Line::Pending { image, .. } => {
            vec![vec![image.clone(), String::new(), String::new(), String::new(), "not built".to_owned()]]
        }
    }
}
