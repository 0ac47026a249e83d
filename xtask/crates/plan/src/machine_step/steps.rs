//! The steps before media: layers and the initramfs.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::sync::{Mutex, PoisonError};

use catalogue::Medium;
use diag::Diagnostic;
use hashing::Digest;
use inputs::{Fetched, Pin};
use machine::{Added, Lines};
use serde_json::json;
use store::{Record, Store};

use super::base::{self, Base};
use super::{Work, refusal};
use crate::error::{PlanError, join};
use crate::recipe::Recipe;
use crate::threads;

/// Runs steps and remembers which, so that garbage collection keeps what they made.
pub(super) struct Steps<'a> {
    pub(super) store: &'a Store,
    keys: Mutex<Vec<Digest>>,
}

/// Where a step writes its file.
pub(super) type Out<'a> = BufWriter<&'a mut File>;

/// A file in the store.
#[derive(Clone, Copy, Debug)]
pub(super) struct Made {
    pub(super) digest: Digest,
    pub(super) size: u64,
    /// What it was before it was signed.
    pub(super) unsigned: Option<Digest>,
}

impl<'a> Steps<'a> {
    pub(super) fn new(store: &'a Store) -> Self {
        Self { store, keys: Mutex::default() }
    }

    /// The keys of all steps so far, sorted: threads finish in any order.
    pub(super) fn keys(&self) -> Vec<Digest> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner).clone();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// A step, unless it is done.
    pub(super) fn run(
        &self,
        recipe: &Recipe,
        make: impl FnOnce() -> Result<Record, PlanError>,
    ) -> Result<Record, PlanError> {
        let key = recipe.key();
        let (record, _) = self.store.build(&key, make)?;
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).push(key);
        Ok(record)
    }

    /// A step with one file, which is written as it is made.
    pub(super) fn file(
        &self,
        recipe: &Recipe,
        write: impl FnOnce(&mut Out<'_>) -> Result<(), PlanError>,
    ) -> Result<Made, PlanError> {
        let record = self.run(recipe, || {
            let (digest, size) = self.store.put_written(|file| {
                let mut out = BufWriter::with_capacity(BUFFER, file);
                write(&mut out)?;
                out.flush().map_err(unwritten)
            })?;
            Ok(Record { objects: vec![digest], trees: Vec::new(), data: json!(size) })
        })?;
        match (record.objects.first(), record.data.as_u64()) {
            (Some(digest), Some(size)) => Ok(Made { digest: *digest, size, unsigned: None }),
            _ => Err(unreadable(&recipe.step)),
        }
    }

    /// A short text.
    pub(super) fn text(&self, text: &str) -> Result<Made, PlanError> {
        let digest = self.store.put(text.as_bytes())?;
        Ok(Made { digest, size: text.len() as u64, unsigned: None })
    }
}

/// Brings a pin, which must be a file, into the store.
pub(super) fn fetch(work: &Work<'_>, pin: &Pin) -> Result<Digest, PlanError> {
    match work.fetcher.fetch(pin)? {
        Fetched::File(digest) => Ok(digest),
        Fetched::Tree(_) => {
            let message =
                format!("image `{}`: pin `{}` is a directory, not a file", work.image.name, pin.name);
            Err(Diagnostic::error(message).hint("pin the file itself").into())
        }
    }
}

/// A file of the store that cannot be written.
pub(super) fn unwritten(source: io::Error) -> PlanError {
    PlanError::Io { action: "write", path: "a file of the store".to_owned(), source }
}

/// What is written at once, in bytes.
const BUFFER: usize = 1 << 20;

/// A record that is not what its step writes.
pub(super) fn unreadable(what: &str) -> PlanError {
    let diagnostic = Diagnostic::error(format!("the record of {what} in the store is not readable"));
    diagnostic.hint("`cargo xtask store verify` finds what is damaged").into()
}

/// The lines of the unified kernel image of a medium.
pub(super) fn lines(work: &Work<'_>, medium: Medium) -> Result<Lines, PlanError> {
    machine::lines(work.recipe, medium).map_err(|error| refusal::of(work.image, &error))
}

/// What an initramfs is put together from: each part is there without the others.
enum Part<'a> {
    Base,
    Layer(usize, &'a Pin),
    Schematic,
}

/// A part that is there.
enum Ready {
    Base(Base),
    Layer(Record),
}

/// What every file starts with, and the records of all layers in their order.
pub(super) fn parts(
    work: &Work<'_>,
    steps: &Steps<'_>,
    jobs: usize,
) -> Result<(Base, Vec<Record>), PlanError> {
    let layers = work.pins.extensions.iter().enumerate().map(|(index, pin)| Part::Layer(index, pin));
    let wanted: Vec<Part<'_>> =
        std::iter::once(Part::Base).chain(layers).chain(std::iter::once(Part::Schematic)).collect();
    let ready = join(threads::map(&wanted, jobs, |part| match part {
        Part::Base => base::base(work, steps).map(Ready::Base),
        Part::Layer(index, pin) => layer(work, steps, *index, pin).map(Ready::Layer),
        Part::Schematic => schematic(work, steps).map(Ready::Layer),
    }))?;
    let (mut found, mut records) = (None, Vec::new());
    for one in ready {
        match one {
            Ready::Base(base) => found = Some(base),
            Ready::Layer(record) => records.push(record),
        }
    }
    found.map(|base| (base, records)).ok_or_else(|| unreadable("the base of an image"))
}

/// The initramfs with all extensions.
pub(super) fn initramfs(
    work: &Work<'_>,
    steps: &Steps<'_>,
    base: &Base,
    records: &[Record],
) -> Result<Made, PlanError> {
    let mut recipe = Recipe::new("image-initramfs");
    recipe.parameter("format", initramfs::IDENTITY);
    recipe.parameter("modules", work.recipe.quirks.modules_path());
    recipe.input("base", base.initramfs);
    for (index, record) in records.iter().enumerate() {
        for (part, digest) in PARTS.into_iter().zip(&record.objects) {
            recipe.input(format!("{index:05} {part}"), *digest);
        }
    }
    steps.file(&recipe, |out| {
        let added: Vec<Added> = records.iter().map(|record| read(steps, record)).collect::<Result<_, _>>()?;
        let base = steps.store.get(&base.initramfs)?;
        let system =
            machine::system(&base, &added, work.recipe).map_err(|error| refusal::of(work.image, &error))?;
        drop(added);
        system.write_to(out).map_err(unwritten)
    })
}

/// What the record of a layer names, in this order.
const PARTS: [&str; 5] = ["manifest", "layer", "firmware", "intel", "amd"];

/// One extension, by the content of its image and the release.
fn layer(work: &Work<'_>, steps: &Steps<'_>, index: usize, pin: &Pin) -> Result<Record, PlanError> {
    let mut recipe = Recipe::new("image-layer");
    recipe.parameter("format", squash::IDENTITY);
    recipe.parameter("release", work.recipe.quirks.version().to_string());
    // Messages name it.
    recipe.parameter("name", pin.name.as_str());
    if let Some(digest) = pin.digest.digest() {
        recipe.input("extension", digest);
    }
    steps.run(&recipe, || {
        let bytes = steps.store.get(&fetch(work, pin)?)?;
        let added = machine::add_extension(&bytes, &pin.name, work.recipe);
        let place = index.to_string();
        stored(steps, &added.map_err(|error| refusal::at(work.image, &["extensions", &place], &error))?)
    })
}

fn schematic(work: &Work<'_>, steps: &Steps<'_>) -> Result<Record, PlanError> {
    let mut recipe = Recipe::new("image-schematic");
    recipe.parameter("format", squash::IDENTITY);
    recipe.parameter("release", work.recipe.quirks.version().to_string());
    recipe.parameter("schematic", work.recipe.schematic.to_yaml());
    recipe.parameter("factory", work.recipe.factory.url());
    steps.run(&recipe, || {
        let added = machine::add_schematic(work.recipe);
        stored(steps, &added.map_err(|error| refusal::of(work.image, &error))?)
    })
}

fn stored(steps: &Steps<'_>, added: &Added) -> Result<Record, PlanError> {
    let mut record = Record::default();
    let parts = [
        added.manifest.as_bytes(),
        &added.layer,
        &added.firmware,
        &added.microcode.intel,
        &added.microcode.amd,
    ];
    for part in parts {
        record.objects.push(steps.store.put(part)?);
    }
    Ok(record)
}

fn read(steps: &Steps<'_>, record: &Record) -> Result<Added, PlanError> {
    let [manifest, layer, firmware, intel, amd] = record.objects.as_slice() else {
        return Err(unreadable("an extension"));
    };
    let get = |digest: &Digest| steps.store.get(digest);
    Ok(Added {
        manifest: String::from_utf8_lossy(&get(manifest)?).into_owned(),
        layer: get(layer)?,
        firmware: get(firmware)?,
        microcode: initramfs::Microcode { intel: get(intel)?, amd: get(amd)? },
    })
}
