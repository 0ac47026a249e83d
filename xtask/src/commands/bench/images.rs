//! Images of machines: what a new one, one that has not changed and one with another extension take, beside the imager of
//! Talos in the same run.

mod imager;
mod parts;
mod stored;

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::figures::{Figures, to_float};
use super::runs::median;
use super::stage::Stage;
use crate::error::CliError;
use crate::usage::Usage;
use imager::Imager;
use parts::Parts;
use stored::files;

/// How often a short measurement is repeated.
const OFTEN: usize = 9;
/// How often a long one is.
const SELDOM: usize = 3;
/// What tables, META and the boot loader may take on a disk besides what is started, in bytes.
const AROUND: u64 = 8 << 20;

pub(super) fn measure(stage: &Stage<'_>, checkout: &Path, figures: &mut Figures) -> Result<(), CliError> {
    let parts = Parts::write(stage)?;
    let imager = match Imager::build(stage, checkout)? {
        Ok(imager) => Some(imager),
        Err(reason) => {
            stage.printer.note(&format!(
                "the imager of Talos cannot be built here, so nothing is compared with it: {reason}"
            ));
            None
        }
    };
    let store = everything_new(stage, &parts, imager.as_ref(), figures)?;
    nothing_changed(stage, &parts, &store, figures)?;
    one_extension(stage, &parts, &store, figures)?;
    every_output(stage, &parts, figures)
}

/// A unified kernel image, side by side: one run of ours, one of theirs.
fn everything_new(
    stage: &Stage<'_>,
    parts: &Parts,
    imager: Option<&Imager>,
    figures: &mut Figures,
) -> Result<PathBuf, CliError> {
    let (mut ours, mut theirs): (Vec<Usage>, Vec<[f64; 2]>) = (Vec::new(), Vec::new());
    let mut last = None;
    for number in 0..SELDOM {
        stage.printer.note(&format!("image, everything new: {} of {SELDOM}", number + 1));
        let store = stage.path(&format!("images-store-{number}"));
        ours.push(parts.build("uki", &store)?.0);
        theirs.extend(imager.map(|imager| imager.run(stage, parts)).transpose()?);
        if let Some(old) = last.replace(store) {
            stage.done(fs::remove_dir_all(old))?;
        }
    }
    let middle = |value: fn(&Usage) -> f64| median(ours.iter().map(value).collect());
    let (wall, own) = (middle(|usage| usage.wall), middle(|usage| usage.own));
    let what = "image, everything new";
    if theirs.is_empty() {
        figures.told(&format!("{what}: wall"), wall, "s", &format!("{own:.2} s of processor time"));
    } else {
        let middle = |place: usize| median(theirs.iter().filter_map(|run| run.get(place).copied()).collect());
        let (their_wall, their_own) = (middle(0), middle(1));
        let note = |ours: f64, theirs: f64| format!("{ours:.2} s, the imager {theirs:.2} s");
        let percent = |ours: f64, theirs: f64| ours * 100.0 / theirs;
        let name = |unit: &str| format!("{what}: {unit} beside the imager");
        figures.limited(&name("wall"), percent(wall, their_wall), "%", 25.0, &note(wall, their_wall));
        figures.limited(&name("processor time"), percent(own, their_own), "%", 50.0, &note(own, their_own));
    }
    last.ok_or_else(|| CliError::environment(&"no run", "bench"))
}

fn nothing_changed(
    stage: &Stage<'_>,
    parts: &Parts,
    store: &Path,
    figures: &mut Figures,
) -> Result<(), CliError> {
    stage.printer.note("image, nothing changed");
    let before = stage.done(files(store))?;
    let mut walls = Vec::new();
    for _ in 0..OFTEN {
        walls.push(parts.build("uki", store)?.0.wall * 1000.0);
    }
    let after = stage.done(files(store))?;
    let written: u64 = after.iter().filter(|file| !before.contains(file)).map(|file| file.size).sum();
    figures.limited("image, nothing changed: wall", median(walls), "ms", 20.0, "");
    figures.limited("image, nothing changed: written", to_float(written), "bytes", 0.0, "");
    Ok(())
}

/// Another version of the small extension, each time with other content.
fn one_extension(
    stage: &Stage<'_>,
    parts: &Parts,
    store: &Path,
    figures: &mut Figures,
) -> Result<(), CliError> {
    let (mut walls, mut layers) = (Vec::new(), 0);
    for number in 0..SELDOM {
        stage.printer.note(&format!("image, one extension changed: {} of {SELDOM}", number + 1));
        parts.change(stage, u64::try_from(number).unwrap_or_default() + 1)?;
        let before = stage.done(files(store))?;
        walls.push(parts.build("uki", store)?.0.wall);
        let after = stage.done(files(store))?;
        let new = after.iter().filter(|file| file.is_layer && !before.contains(file)).count();
        layers = layers.max(new);
    }
    let what = "image, one extension changed";
    figures.told(&format!("{what}: wall"), median(walls), "s", "");
    let layers = to_float(u64::try_from(layers).unwrap_or(u64::MAX));
    figures.limited(&format!("{what}: layers compressed"), layers, "", 1.0, "");
    Ok(())
}

/// Every medium there is: what the largest takes in memory, and what a disk takes on a disk.
fn every_output(stage: &Stage<'_>, parts: &Parts, figures: &mut Figures) -> Result<(), CliError> {
    stage.printer.note("image, every output");
    let store = stage.path("images-store-all");
    let (usage, told) = parts.build("all", &store)?;
    let memory = to_float(usage.memory >> 10) / 1024.0;
    let note = format!("{:.1} s of wall", usage.wall);
    figures.limited("image, every output, new: memory", memory, "MiB", 300.0, &note);
    let of = |name: &str| {
        let outputs = told.get(0).and_then(|image| image.get("outputs")).and_then(Value::as_array);
        let found = outputs
            .into_iter()
            .flatten()
            .find(|output| output.get("name").is_some_and(|found| found == name));
        found.cloned().ok_or_else(|| CliError::environment(&format!("there is no `{name}`"), "bench"))
    };
    let (disk, kernel) = (of("disk.raw")?, of("uki.efi")?);
    let number = |output: &Value| output.get("size").and_then(Value::as_u64).unwrap_or_default();
    let path = disk.get("path").and_then(Value::as_str).unwrap_or_default();
    let room = stage.done(fs::metadata(path))?.blocks() * 512;
    let mib = |bytes: u64| to_float(bytes >> 10) / 1024.0;
    let what = format!("image, its disk of {} MiB: room on the disk", number(&disk) >> 20);
    let note = format!("{:.0} MiB are the unified kernel image", mib(number(&kernel)));
    figures.limited(&what, mib(room), "MiB", mib(number(&kernel) + AROUND), &note);
    stage.done(fs::remove_dir_all(&store))
}
