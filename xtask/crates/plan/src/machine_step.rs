//! Images of machines: from a description and the pins that it names to files.
//!
//! ```text
//! image ─┬─ base ─────────────┬─ initramfs ─┬─ uki ─┬─ signed ─┬─ raw, raw.zst, qcow2
//!        └─ layer (each one) ─┘             │       │          ├─ iso
//!                                           │       └ loader ──┴─ installer
//! ```
//!
//! Each of these is a recipe of its own, so that a new extension compresses one layer, and a new META value writes one
//! disk. The whole is one as well, which is all that a build of an image that has not changed looks at.

mod base;
mod installer;
mod installer_base;
mod keys;
mod media;
mod pins;
mod refusal;
mod report;
mod signing;
mod steps;

use std::path::PathBuf;
use std::time::SystemTime;

use catalogue::{Image, Medium, Workspace};
use hashing::Digest;
use inputs::{FetchEvent, Fetcher, Pin};
use serde_json::{Value, json};
use store::{Outcome, Record, Root, Store};

use crate::build::{Options, load_lock};
use crate::error::PlanError;
use crate::event::Event;
use crate::kept::keep_for;
use crate::recipe::Recipe;
use crate::report::Status;
use keys::Keys;
use pins::Pins;
pub use report::{ImageOutput, ImageReport};
use steps::Steps;

/// What a build of an image is told besides its name.
#[derive(Clone, Copy, Debug)]
pub struct ImageOptions<'a> {
    /// As for clusters.
    pub options: &'a Options,
    /// The directory with the keys for Secure Boot.
    pub keys: Option<&'a PathBuf>,
    /// By which it is told whether a certificate has ended; it shows in no output.
    pub now: SystemTime,
    /// What is made in place of what the description says; empty for that.
    pub media: &'a [Medium],
}

/// Builds an image, named `images/<name>`.
///
/// The schematic and the command line need no input; where an input is missing the error says which one.
pub fn build_image(
    workspace: &Workspace,
    store: &Store,
    name: &str,
    options: ImageOptions<'_>,
    events: &(dyn Fn(Event) + Sync),
) -> Result<ImageReport, PlanError> {
    let mut image = catalogue::load_image(workspace, name).map_err(PlanError::Described)?;
    if !options.media.is_empty() {
        image.spec.outputs = options.media.to_vec();
    }
    let recipe = machine::Recipe::new(&image).map_err(|mistakes| refusal::fields(&image, mistakes))?;
    let lock = load_lock(workspace)?;
    let pins = pins::wanted(&image, &lock)?;
    let keys = Keys::find(&image, options.keys, options.now)?;
    let step = whole(&image, &pins, keys.as_ref());
    let forward = |event: FetchEvent<'_>| events(event.into());
    let fetcher = Fetcher::new(store, options.options.network, options.options.mirrors.clone(), &forward);
    let (record, outcome) = store.build(&step.key(), || {
        let work =
            Work { image: &image, recipe: &recipe, pins: &pins, keys: keys.as_ref(), fetcher: &fetcher };
        make(&work, store, options.options.jobs)
    })?;
    let (outputs, steps) = report::read(store, &record);
    // What is made in place of the description's own outputs is for once.
    if options.media.is_empty() {
        keep(workspace, store, name, step.key(), steps, &pins.all())?;
    }
    Ok(ImageReport {
        image: name.to_owned(),
        release: recipe.tag.clone(),
        schematic: recipe.schematic.id(),
        installer: image.spec.base.talos.is_some().then(|| recipe.installer()),
        secure_boot: image.spec.secure_boot,
        outputs,
        status: if outcome == Outcome::Built { Status::Built } else { Status::Unchanged },
        warnings: recipe.warnings(),
    })
}

/// What the steps of one image read.
struct Work<'a> {
    image: &'a Image,
    recipe: &'a machine::Recipe,
    pins: &'a Pins<'a>,
    keys: Option<&'a Keys>,
    fetcher: &'a Fetcher<'a>,
}

/// The recipe of the whole image.
fn whole(image: &Image, pins: &Pins<'_>, keys: Option<&Keys>) -> Recipe {
    let mut step = Recipe::new("image");
    step.described("image", &image.spec);
    step.parameter("formats", json!([squash::IDENTITY, initramfs::IDENTITY, disk::zst::LEVEL]));
    for pin in pins.all() {
        if let Some(digest) = pin.digest.digest() {
            step.input(format!("{} {}", pin.name, pin.version), digest);
        }
    }
    if let Some(keys) = keys {
        keys.told(&mut step);
    }
    step
}

fn make(work: &Work<'_>, store: &Store, jobs: usize) -> Result<Record, PlanError> {
    let steps = Steps::new(store);
    let (base, layers) = steps::parts(work, &steps, jobs)?;
    let initramfs = steps::initramfs(work, &steps, &base, &layers)?;
    let mut files = vec![
        ("schematic.yaml", steps.text(&work.recipe.schematic.to_yaml())?),
        ("cmdline", steps.text(&steps::lines(work, Medium::Uki)?.main)?),
        ("initramfs", initramfs),
    ];
    files.extend(media::media(work, &steps, &base, initramfs.digest, jobs)?);
    let mut record = Record::default();
    let mut listed: Vec<Value> = Vec::new();
    for (name, made) in files {
        record.objects.push(made.digest);
        let mut line = json!({"name": name, "size": made.size, "digest": made.digest});
        if let (Some(unsigned), Some(line)) = (made.unsigned, line.as_object_mut()) {
            line.insert("unsigned".to_owned(), json!(unsigned));
        }
        listed.push(line);
    }
    record.data = json!({"outputs": listed, "steps": steps.keys()});
    Ok(record)
}

/// Makes the files and the inputs of the last build of an image roots of the store.
fn keep(
    workspace: &Workspace,
    store: &Store,
    name: &str,
    whole: Digest,
    steps: Vec<Digest>,
    pins: &[&Pin],
) -> Result<(), PlanError> {
    let mut root = Root { recipes: std::iter::once(whole).chain(steps).collect(), ..Root::default() };
    for pin in pins {
        pin.keep_in(&mut root);
    }
    Ok(keep_for(workspace, store, &format!("image-{}", name.trim_start_matches("images/")), root)?)
}
