//! Unified kernel images: one for each use, as their command lines and boot menus differ.

use std::io::Write;

use catalogue::Medium;
use cmdline::Output;
use secureboot::Key;
use uki::{Measurements, Profile, Stub, Uki, os_release};

use crate::error::MachineError;
use crate::recipe::Recipe;

/// What a machine starts.
#[derive(Clone, Copy, Debug)]
pub struct Boot<'a> {
    /// systemd's stub.
    pub stub: &'a [u8],
    /// Whether the stub may have symbols, which are left out.
    pub symbols: bool,
    /// The kernel.
    pub kernel: &'a [u8],
    /// The initramfs with its layers.
    pub initramfs: &'a [u8],
    /// The picture that is shown while booting.
    pub splash: Option<&'a [u8]>,
    /// The key that signs what a TPM will have measured.
    pub pcr_key: Option<&'a Key>,
}

/// The lines of a unified kernel image: all that tells the one of a medium from that of another.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Lines {
    /// The kernel's command line.
    pub main: String,
    /// The second entry of the boot menu: its name, its title and its command line.
    pub reset: Option<(&'static str, &'static str, String)>,
}

/// The time stamp of unified kernel images, in seconds since 1970: none.
const TIME: u32 = 0;

/// The lines for a medium.
pub fn lines(recipe: &Recipe, medium: Medium) -> Result<Lines, MachineError> {
    let (output, id, title) = match medium {
        Medium::Uki => (Output::Uki, "", ""),
        Medium::Iso => (Output::Iso, "reset", "Reset system disk"),
        Medium::Raw | Medium::RawZst | Medium::Qcow2 => {
            (Output::Disk, "reset-maintenance", "Reset to maintenance mode")
        }
        Medium::Installer => (Output::Installer, "reset-maintenance", "Reset to maintenance mode"),
    };
    let line = recipe.command_line(output)?;
    let reset = cmdline::reset_line(output, &line).filter(|_| recipe.has_profiles);
    Ok(Lines { main: line.to_string(), reset: reset.map(|line| (id, title, line)) })
}

/// Writes the unified kernel image with these lines.
pub fn write_kernel_image(
    recipe: &Recipe,
    lines: &Lines,
    boot: &Boot<'_>,
    out: &mut impl Write,
) -> Result<(), MachineError> {
    recipe.check_kernel(boot.kernel)?;
    let profiles = lines.reset.iter().map(|(id, title, line)| Profile::new(id, title, line));
    let profiles = profiles.collect::<Result<Vec<_>, _>>()?;
    let stub = if boot.symbols { Stub::without_symbols(boot.stub)? } else { Stub::parse(boot.stub)? };
    let uname = uki::kernel_version(boot.kernel);
    let public = boot.pcr_key.map(Key::public_pem);
    let uki = Uki {
        os_release: &os_release(&recipe.tag),
        cmdline: &lines.main,
        uname: uname.as_deref(),
        splash: boot.splash,
        pcr_key: public.as_deref(),
        kernel: boot.kernel,
        initrd: boot.initramfs,
        profiled: recipe.has_profiles,
        profiles: &profiles,
    };
    let Some(key) = boot.pcr_key else {
        return uki.assemble(&stub, TIME)?.write_to(out).map_err(MachineError::Written);
    };
    let measured = Measurements::of(&uki.assemble(&stub, TIME)?.to_vec())?;
    let signatures = (0..measured.profiles().max(1))
        .map(|profile| secureboot::sign_policies(key, &measured.policies(profile)))
        .collect::<Result<Vec<_>, _>>()?;
    uki.assemble_signed(&stub, TIME, &signatures)?.write_to(out).map_err(MachineError::Written)
}
