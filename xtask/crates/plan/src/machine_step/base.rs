//! What every file of an image starts with: kernel, stub, initramfs and boot loader.

use hashing::Digest;
use store::Record;

use super::steps::{Steps, fetch};
use super::{Work, refusal};
use crate::error::PlanError;
use crate::recipe::Recipe;

/// The parts, in the store.
#[derive(Clone, Copy, Debug)]
pub(super) struct Base {
    pub(super) kernel: Digest,
    pub(super) stub: Digest,
    pub(super) initramfs: Digest,
    /// systemd-boot; a release of which nothing starts with it has none.
    pub(super) loader: Option<Digest>,
    /// Whether the stub may have symbols.
    pub(super) symbols: bool,
}

/// Brings the parts into the store.
pub(super) fn base(work: &Work<'_>, steps: &Steps<'_>) -> Result<Base, PlanError> {
    let [first, second, third] = work.pins.base;
    if work.image.spec.base.lab.is_some() {
        return packages(work, steps);
    }
    let loader = work.pins.loader.map(|pin| fetch(work, pin)).transpose()?;
    Ok(Base {
        kernel: fetch(work, first)?,
        stub: fetch(work, second)?,
        initramfs: fetch(work, third)?,
        loader,
        symbols: false,
    })
}

fn packages(work: &Work<'_>, steps: &Steps<'_>) -> Result<Base, PlanError> {
    let mut recipe = Recipe::new("image-base");
    recipe.parameter("formats", [squash::IDENTITY, initramfs::IDENTITY].join("; "));
    for (name, pin) in ["kernel", "boot", "shell"].into_iter().zip(work.pins.base) {
        if let Some(digest) = pin.digest.digest() {
            recipe.input(name, digest);
        }
    }
    let record = steps.run(&recipe, || {
        let mut files = Vec::new();
        for pin in work.pins.base {
            files.push(steps.store.get(&fetch(work, pin)?)?);
        }
        let [kernel, boot, shell] = files.as_slice() else { return Ok(Record::default()) };
        let parts =
            machine::lab_parts(kernel, boot, shell).map_err(|error| refusal::of(work.image, &error))?;
        let mut record = Record::default();
        for part in [parts.kernel, parts.stub, parts.initramfs, parts.loader] {
            record.objects.push(steps.store.put(&part)?);
        }
        Ok(record)
    })?;
    match record.objects.as_slice() {
        [kernel, stub, initramfs, loader] => Ok(Base {
            kernel: *kernel,
            stub: *stub,
            initramfs: *initramfs,
            loader: Some(*loader),
            symbols: true,
        }),
        _ => Err(super::steps::unreadable("the base of an image")),
    }
}
