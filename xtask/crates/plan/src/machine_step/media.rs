//! What machines start from: programs, disks, CDs, installers.

use std::io::Seek as _;

use catalogue::Medium;
use disk::{Content, Image};
use hashing::Digest;
use machine::{Boot, Lines, MachineError, Programs, Trusted};

use super::base::Base;
use super::keys::Keys;
use super::signing::{enrolment, signed};
use super::steps::{Made, Out, Steps, lines, unwritten};
use super::{Work, installer, refusal};
use crate::error::{PlanError, join};
use crate::recipe::Recipe;
use crate::threads;

/// The programs of a medium, in the store.
#[derive(Clone, Copy, Debug)]
pub(super) struct Started {
    pub(super) loader: Option<Digest>,
    pub(super) kernel: Made,
    /// For Secure Boot: the certificate, `PK.auth`, `KEK.auth` and `db.auth`.
    pub(super) trusted: Option<[Digest; 4]>,
}

/// All media of an image, each with the name of its file.
pub(super) fn media(
    work: &Work<'_>,
    steps: &Steps<'_>,
    base: &Base,
    initramfs: Digest,
    jobs: usize,
) -> Result<Vec<(&'static str, Made)>, PlanError> {
    let wanted = Medium::ALL.into_iter().filter(|medium| work.image.spec.outputs.contains(medium));
    let loader = match (base.loader, work.keys) {
        (Some(loader), Some(keys)) => Some(signed(work.image, keys, steps, loader)?),
        (loader, _) => loader,
    };
    let trusted = work.keys.map(|keys| enrolment(work.image, keys, steps)).transpose()?;
    // One after the other: each holds a kernel and an initramfs in memory.
    let mut started = Vec::new();
    for medium in wanted {
        let kernel = kernel(work, steps, base, initramfs, &lines(work, medium)?)?;
        started.push((medium, Started { loader, kernel, trusted }));
    }
    join(threads::map(&started, jobs, |(medium, started)| {
        let made = match medium {
            Medium::Uki => Ok(started.kernel),
            Medium::Raw | Medium::RawZst | Medium::Qcow2 => on_disk(work, steps, *medium, started),
            Medium::Iso => cd(work, steps, started),
            Medium::Installer => installer::installer(work, steps, started),
        };
        made.map(|made| (medium.file(), made))
    }))
}

/// A unified kernel image, signed if the image is for Secure Boot.
fn kernel(
    work: &Work<'_>,
    steps: &Steps<'_>,
    base: &Base,
    initramfs: Digest,
    lines: &Lines,
) -> Result<Made, PlanError> {
    let mut recipe = Recipe::new("image-uki");
    recipe.parameter("release", work.recipe.tag.as_str());
    recipe.parameter("architecture", work.recipe.architecture());
    recipe.parameter("line", lines.main.as_str());
    recipe.described("reset", &lines.reset);
    recipe.parameter("symbols", base.symbols);
    recipe.input("kernel", base.kernel);
    recipe.input("stub", base.stub);
    recipe.input("initramfs", initramfs);
    if let Some(public) = work.keys.and_then(Keys::pcr_public) {
        recipe.parameter("measurements", public);
    }
    let made = steps.file(&recipe, |out| {
        let [stub, kernel, initramfs] =
            [base.stub, base.kernel, initramfs].map(|part| steps.store.get(&part));
        let (stub, kernel, initramfs) = (stub?, kernel?, initramfs?);
        let pcr_key = work.keys.map(|keys| keys.pcr_key(work.image)).transpose()?.flatten();
        let boot = Boot {
            stub: &stub,
            symbols: base.symbols,
            kernel: &kernel,
            initramfs: &initramfs,
            splash: None,
            pcr_key: pcr_key.as_ref(),
        };
        machine::write_kernel_image(work.recipe, lines, &boot, out).map_err(|error| match error {
            MachineError::Written(error) => unwritten(error),
            error => refusal::of(work.image, &error),
        })
    })?;
    let Some(keys) = work.keys else { return Ok(made) };
    let digest = signed(work.image, keys, steps, made.digest)?;
    let size = steps.store.open_object(&digest)?.metadata().map_err(unwritten)?.len();
    Ok(Made { digest, size, unsigned: Some(made.digest) })
}

/// A recipe of something that is put together from programs.
pub(super) fn recipe_of(work: &Work<'_>, step: &str, started: &Started) -> Recipe {
    let mut recipe = Recipe::new(step);
    recipe.parameter("release", work.recipe.tag.as_str());
    recipe.parameter("architecture", work.recipe.architecture());
    if let Some(loader) = started.loader {
        recipe.input("loader", loader);
    }
    recipe.input("kernel", started.kernel.digest);
    recipe
}

/// The programs as content.
pub(super) fn programs(steps: &Steps<'_>, started: &Started) -> Result<Programs, PlanError> {
    let content = |digest: &Digest| Content::file(steps.store.open_object(digest)?).map_err(unwritten);
    let loader = started.loader.as_ref().map_or_else(|| Ok(Content::zeros(0)), content)?;
    let trusted = match &started.trusted {
        Some([certificate, platform, exchange, signers]) => Some(Trusted {
            certificate: content(certificate)?,
            platform: content(platform)?,
            exchange: content(exchange)?,
            signers: content(signers)?,
        }),
        None => None,
    };
    Ok(Programs { loader, kernel: content(&started.kernel.digest)?, trusted })
}

/// What a medium that brings keys depends on besides.
fn trusting(work: &Work<'_>, recipe: &mut Recipe, started: &Started) {
    let Some(trusted) = started.trusted else { return };
    recipe.described("enroll", &work.image.spec.enroll_keys);
    for (name, digest) in ["certificate", "PK", "KEK", "db"].into_iter().zip(trusted) {
        recipe.input(name, digest);
    }
}

fn on_disk(work: &Work<'_>, steps: &Steps<'_>, medium: Medium, started: &Started) -> Result<Made, PlanError> {
    let mut recipe = recipe_of(work, "image-disk", started);
    trusting(work, &mut recipe, started);
    recipe.described("format", &medium);
    recipe.described("disk", &work.image.spec.disk);
    recipe.described("meta", &work.image.spec.meta);
    recipe.parameter("level", disk::zst::LEVEL);
    let refused = |error: &MachineError| refusal::of(work.image, error);
    steps.file(&recipe, |out| {
        let image =
            machine::disk_image(work.recipe, &programs(steps, started)?).map_err(|error| refused(&error))?;
        match medium {
            Medium::RawZst => disk::zst::write(&image, disk::zst::LEVEL, out).map_err(unwritten),
            Medium::Qcow2 => disk::qcow2::write(&image, disk::zst::LEVEL, out).map_err(|error| match error {
                disk::qcow2::WriteError::Disk(error) => refused(&error.into()),
                disk::qcow2::WriteError::Io(error) => unwritten(error),
            }),
            _ => sparse(&image, out),
        }
    })
}

fn cd(work: &Work<'_>, steps: &Steps<'_>, started: &Started) -> Result<Made, PlanError> {
    let mut recipe = recipe_of(work, "image-cd", started);
    recipe.parameter("secureBoot", work.recipe.secure_boot());
    trusting(work, &mut recipe, started);
    steps.file(&recipe, |out| {
        let image = machine::cd_image(work.recipe, &programs(steps, started)?)
            .map_err(|error| refusal::of(work.image, &error))?;
        sparse(&image, out)
    })
}

/// Writes what is there; the rest stays holes.
fn sparse(image: &Image, out: &mut Out<'_>) -> Result<(), PlanError> {
    out.get_ref().set_len(image.size()).map_err(unwritten)?;
    image.write_sparse(out).and_then(|()| out.rewind()).map_err(unwritten)
}
