//! What an image holds.

use quirks::Quirks;

use crate::assemble::{Assembled, Section, assemble};
use crate::error::UkiError;
use crate::kernel::kernel_arch;
use crate::pe::machine_name;
use crate::stub::Stub;

/// Everything that an image is made of.
#[derive(Clone, Copy, Debug)]
pub struct Uki<'a> {
    /// The text of `os-release`.
    pub os_release: &'a str,
    /// The kernel's command line.
    pub cmdline: &'a str,
    /// The kernel's release; left out where nobody knows it.
    pub uname: Option<&'a str>,
    /// The picture that is shown while booting, a BMP file.
    pub splash: Option<&'a [u8]>,
    /// The public half of the key that signs measurements, in PEM.
    pub pcr_key: Option<&'a str>,
    /// The kernel.
    pub kernel: &'a [u8],
    /// The initial file system.
    pub initrd: &'a [u8],
    /// Whether the image has a profile of its own, `main`, and may have more.
    pub profiled: bool,
    /// Further entries of the boot menu.
    pub profiles: &'a [Profile],
}

/// A further entry of the boot menu, which differs in its command line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Profile {
    cmdline: String,
    text: String,
    id: String,
}

/// The text of the profile that every image has.
const MAIN: &str = "ID=main";

impl Profile {
    /// A profile with its name for programs, its title for people and its command line.
    pub fn new(id: &str, title: &str, cmdline: &str) -> Result<Self, UkiError> {
        for (part, text) in [("the ID", id), ("the title", title), ("the command line", cmdline)] {
            if text.contains(['\n', '\r', '\0']) {
                return Err(UkiError::Text { part: format!("{part} of profile `{}`", id.escape_default()) });
            }
        }
        let title = if title.is_empty() { String::new() } else { format!("\nTITLE={title}") };
        match id {
            "main" => Err(UkiError::Main),
            "" => Err(UkiError::Nothing("the ID of a profile")),
            _ => Ok(Self { cmdline: cmdline.to_owned(), text: format!("ID={id}{title}"), id: id.to_owned() }),
        }
    }
}

impl<'a> Uki<'a> {
    /// The sections in their order.
    pub fn sections(&self) -> Vec<Section<'a>> {
        self.sections_with(&[])
    }

    /// The sections with signatures of measurements, one behind each profile, or one for all when there are none.
    fn sections_with(&self, signatures: &'a [String]) -> Vec<Section<'a>> {
        let section = |name, content| Section { name, content };
        let mut sections = vec![section(".osrel", self.os_release.as_bytes())];
        sections.push(section(".cmdline", self.cmdline.as_bytes()));
        sections.extend(self.uname.map(|uname| section(".uname", uname.as_bytes())));
        sections.extend(self.splash.map(|splash| section(".splash", splash)));
        sections.extend(self.pcr_key.map(|key| section(".pcrpkey", key.as_bytes())));
        sections.push(section(".linux", self.kernel));
        sections.push(section(".initrd", self.initrd));
        let mut signatures = signatures.iter().map(|text| section(".pcrsig", text.as_bytes()));
        if self.profiled {
            sections.push(section(".profile", MAIN.as_bytes()));
        }
        sections.extend(signatures.next());
        for profile in self.profiles {
            sections.push(section(".profile", profile.text.as_bytes()));
            if !profile.cmdline.is_empty() {
                sections.push(section(".cmdline", profile.cmdline.as_bytes()));
            }
            sections.extend(signatures.next());
        }
        sections
    }

    /// Puts the image together; `time` is the time stamp of its header in seconds since 1970.
    pub fn assemble(&self, stub: &Stub<'a>, time: u32) -> Result<Assembled<'a>, UkiError> {
        self.check(stub)?;
        assemble(stub, &self.sections(), time)
    }

    /// As [`Self::assemble`], with signatures of what will be measured: one for each profile, `main` first. They are no
    /// part of what is measured, so that an image without them has the same [measurements](crate::Measurements).
    pub fn assemble_signed(
        &self,
        stub: &Stub<'a>,
        time: u32,
        signatures: &'a [String],
    ) -> Result<Assembled<'a>, UkiError> {
        self.check(stub)?;
        let profiles = if self.profiled { 1 + self.profiles.len() } else { 1 };
        if signatures.len() != profiles {
            return Err(UkiError::Signatures { profiles, signatures: signatures.len() });
        }
        if self.pcr_key.is_none() {
            return Err(UkiError::Nothing("the public key of the signatures"));
        }
        assemble(stub, &self.sections_with(signatures), time)
    }

    /// Whether the images of a release have profiles; an error when they have none and some are asked for.
    pub fn profiled(quirks: Quirks, profiles: &[Profile]) -> Result<bool, UkiError> {
        match (quirks.has_uki_profiles(), profiles.is_empty()) {
            (false, false) => Err(UkiError::NoProfiles { version: quirks.version().to_string() }),
            (has, _) => Ok(has),
        }
    }

    fn check(&self, stub: &Stub<'_>) -> Result<(), UkiError> {
        let machine = kernel_arch(self.kernel)?.machine();
        if machine != stub.headers.machine {
            let (stub, kernel) = (machine_name(stub.headers.machine), machine_name(machine));
            return Err(UkiError::Machines { stub, kernel });
        }
        if self.initrd.is_empty() {
            return Err(UkiError::Nothing("the initramfs"));
        }
        if self.cmdline.contains(['\n', '\r', '\0']) {
            return Err(UkiError::Text { part: "the kernel's command line".to_owned() });
        }
        let mut ids: Vec<&str> = self.profiles.iter().map(|entry| entry.id.as_str()).collect();
        ids.sort_unstable();
        match ids.windows(2).find(|pair| pair.first() == pair.last()) {
            Some(pair) => Err(UkiError::Twice(pair.first().copied().unwrap_or_default().to_owned())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
