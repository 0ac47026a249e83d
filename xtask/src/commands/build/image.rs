//! Images of machines.

use catalogue::Workspace;
use plan::{ImageReport, Options, Status};
use store::Store;

use crate::args::Format;
use crate::error::CliError;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::table::{Align, bytes, table};

/// Builds images, each one whether the others succeed or not.
pub(super) fn run(
    images: &[String],
    workspace: &Workspace,
    store: &Store,
    options: &Options,
    printer: &Printer,
) -> Result<u8, CliError> {
    let (mut reports, mut failures) = (Vec::new(), Vec::new());
    for image in images {
        let progress = Progress::new(printer);
        let built = plan::build_image(workspace, store, image, options, &|event| progress.tell(event));
        progress.finish();
        match built {
            Ok(report) => {
                if printer.format == Format::Text {
                    print(&report, printer);
                }
                reports.push(report);
            }
            Err(error) => failures.push(CliError::from(error)),
        }
    }
    if printer.format == Format::Json && !reports.is_empty() {
        printer.json(&reports);
    }
    CliError::join(failures).map_or(Ok(0), Err)
}

fn print(report: &ImageReport, printer: &Printer) {
    let headings =
        [("FILE", Align::Left), ("SIZE", Align::Right), ("DIGEST", Align::Left), ("PATH", Align::Left)];
    let rows: Vec<Vec<String>> = report
        .outputs
        .iter()
        .map(|output| {
            let digest = format!("sha256:{}", output.digest.short());
            vec![output.name.clone(), bytes(output.size), digest, output.path.display().to_string()]
        })
        .collect();
    printer.data(&table(&headings, &rows));
    for warning in &report.warnings {
        printer.note(&format!("warning: {warning}"));
    }
    printer.note(&format!("\nschematic: {}", report.schematic));
    if let Some(installer) = &report.installer {
        printer.note(&format!("installer: {installer}"));
    }
    printer.note(&match report.status {
        Status::Built => format!("image `{}`: built", report.image),
        Status::Unchanged => format!("image `{}`: nothing changed", report.image),
    });
}
