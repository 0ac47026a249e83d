//! An image of the workspace: built, then started.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use catalogue::Medium;
use diag::Diagnostic;
use plan::{ImageOutput, ImageReport, Strictness};

use super::{Args, image};
use crate::args::Global;
use crate::context;
use crate::error::CliError;
use crate::printer::Printer;
use crate::progress::Progress;

/// Outputs that a machine starts from, the best one first: what takes least before it starts.
const STARTS: [Medium; 5] = [Medium::Raw, Medium::Qcow2, Medium::RawZst, Medium::Iso, Medium::Uki];
/// What is looked at for zeros, in bytes.
const BLOCK: usize = 64 << 10;

/// An output by the name that descriptions have for it.
pub(super) fn output(text: &str) -> Result<Medium, String> {
    let known =
        |medium: &Medium| serde_json::to_value(medium).ok().and_then(|name| Some(name.as_str()?.to_owned()));
    let found = STARTS.into_iter().find(|medium| known(medium).as_deref() == Some(text));
    found.ok_or_else(|| "a machine starts from raw, qcow2, raw.zst, iso or uki".to_owned())
}

/// The name of an image, where a path is one of the workspace: `images/lab` or `images/lab.yaml`, unless there is such a file.
pub(super) fn name(path: &Path) -> Option<String> {
    let text = path.to_str()?;
    let name = text.strip_suffix(".yaml").unwrap_or(text);
    let below = name.strip_prefix("images/")?;
    (!below.contains('/') && (name != text || !path.is_file())).then(|| name.to_owned())
}

/// Builds an image and gives what a machine starts from, and the certificate that its firmware should trust.
pub(super) fn open(
    name: &str,
    args: &Args,
    global: &Global,
    directory: &Path,
    printer: &Printer,
) -> Result<(image::Found, Option<PathBuf>), CliError> {
    let workspace = context::workspace(global)?;
    let store = context::store(global)?;
    let options = context::options(global, Strictness::Lenient);
    let progress = Progress::new(printer);
    let media: Vec<Medium> = args.output.into_iter().collect();
    let told = args.keys.told(&options, &media);
    let report = plan::build_image(&workspace, &store, name, told, &|event| progress.tell(event));
    progress.finish();
    let report = report?;
    let (medium, output) = chosen(&report)?;
    printer.note(&format!("{name}: {} (sha256:{})", medium.file(), output.digest.short()));
    let mut found = image::open(&output.path, directory)?;
    // Nothing may write into the store.
    found.keeps = found.file.starts_with(directory);
    let kept = !args.snapshot && args.nodes == 1 && !found.is_iso;
    if kept && matches!(medium, Medium::Raw | Medium::Qcow2 | Medium::RawZst) {
        let below = name.trim_start_matches("images/");
        let place = workspace.path(&format!("target/xtask/boot/{below}"));
        found.file = disk(&found.file, &place, &output.digest.short())
            .map_err(|error| CliError::environment(&error, "cannot make the disk of the machine"))?;
        found.keeps = true;
    }
    // Whoever has the keys wants to see the signatures checked.
    let certificate =
        output.unsigned.is_some() || report.outputs.iter().any(|output| output.unsigned.is_some());
    let certificate = certificate.then(|| args.keys.certificate()).flatten();
    Ok((found, certificate))
}

/// The best output that there is.
fn chosen(report: &ImageReport) -> Result<(Medium, &ImageOutput), CliError> {
    let find = |medium: Medium| {
        let output = report.outputs.iter().find(|output| output.name == medium.file());
        output.map(|output| (medium, output))
    };
    STARTS.into_iter().find_map(find).ok_or_else(|| {
        let diagnostic =
            Diagnostic::error(format!("`{}` has no output that a machine starts from", report.image));
        CliError::input(diagnostic.hint("add `raw` to its `outputs`, or give `--output raw`"))
    })
}

/// The disk of the machine, which is what the image is until the machine writes to it. That of another image goes.
fn disk(from: &Path, place: &Path, identity: &str) -> io::Result<PathBuf> {
    let disk = place.join(format!("{identity}.disk"));
    if disk.is_file() {
        return Ok(disk);
    }
    if place.exists() {
        fs::remove_dir_all(place)?;
    }
    fs::create_dir_all(place)?;
    let unfinished = place.join("unfinished");
    copy(&mut File::open(from)?, &mut File::create(&unfinished)?)?;
    fs::rename(&unfinished, &disk)?;
    Ok(disk)
}

/// Copies a file and leaves holes where it has zeros.
fn copy(from: &mut File, to: &mut File) -> io::Result<()> {
    let size = from.metadata()?.len();
    let mut block = Vec::with_capacity(BLOCK);
    let mut at = 0;
    while at < size {
        block.clear();
        io::Read::by_ref(from).take(BLOCK as u64).read_to_end(&mut block)?;
        if block.iter().any(|byte| *byte != 0) {
            to.seek(SeekFrom::Start(at))?;
            to.write_all(&block)?;
        }
        at += block.len().max(1) as u64;
    }
    to.set_len(size)
}
