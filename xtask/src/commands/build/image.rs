//! Images of machines.

use std::path::PathBuf;
use std::time::SystemTime;

use catalogue::{Medium, Workspace};
use clap::builder::{OsStringValueParser, TypedValueParser as _};
use plan::{ImageOptions, ImageReport, Options, Status};
use store::Store;

use crate::args::Format;
use crate::error::CliError;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::table::{Align, bytes, table};

/// Keys that sign what firmware starts.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Keys {
    /// For images with Secure Boot: a directory with `uki-signing-key.pem` and `uki-signing-cert.pem`
    #[arg(
        long,
        value_name = "DIR",
        env = "XTASK_SECURE_BOOT_KEYS",
        value_parser = OsStringValueParser::new().map(PathBuf::from),
        hide_env_values = true
    )]
    secure_boot_keys: Option<PathBuf>,
}

impl Keys {
    /// The certificate among them.
    pub(crate) fn certificate(&self) -> Option<PathBuf> {
        self.secure_boot_keys.as_ref().map(|directory| directory.join("uki-signing-cert.pem"))
    }

    /// What a build of an image is told.
    #[allow(clippy::disallowed_methods, reason = "a certificate that has ended is refused")]
    pub(crate) fn told<'a>(&'a self, options: &'a Options, media: &'a [Medium]) -> ImageOptions<'a> {
        // A variable that is set to nothing counts as one that is not set.
        let keys = self.secure_boot_keys.as_ref().filter(|path| !path.as_os_str().is_empty());
        ImageOptions { options, keys, now: SystemTime::now(), media }
    }
}

/// Builds images, each one whether the others succeed or not.
pub(super) fn run(
    images: &[String],
    workspace: &Workspace,
    store: &Store,
    options: &Options,
    keys: &Keys,
    printer: &Printer,
) -> Result<u8, CliError> {
    let (mut reports, mut failures) = (Vec::new(), Vec::new());
    for image in images {
        let progress = Progress::new(printer);
        let told = keys.told(options, &[]);
        let built = plan::build_image(workspace, store, image, told, &|event| progress.tell(event));
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
    for output in &report.outputs {
        if let Some(unsigned) = output.unsigned {
            printer.note(&format!("{} before it was signed: sha256:{}", output.name, unsigned.short()));
        }
    }
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
