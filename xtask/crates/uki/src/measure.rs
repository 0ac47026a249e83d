//! What a TPM will have measured.

use hashing::{Digest, Hasher};

use crate::error::UkiError;
use crate::read::{Found, sections};

/// The order in which systemd-stub measures sections; others are not measured.
const ORDER: [&str; 12] = [
    ".linux", ".osrel", ".cmdline", ".initrd", ".ucode", ".splash", ".dtb", ".uname", ".sbat", ".pcrpkey",
    ".profile", ".hwids",
];

/// How far a machine has come, as systemd-pcrphase tells the TPM.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Phase {
    /// The kernel is about to start.
    Kernel,
    /// Within the initial file system.
    EnterInitrd,
    /// About to leave it.
    LeaveInitrd,
    /// In the system itself, before `machined` runs.
    EnterMachined,
}

/// The SHA-256 value of PCR 11 after booting profile number `profile` (0 is `main`) of an image up to a phase.
///
/// Each measured section adds two digests: of its name with a NUL behind it, and of its content.
pub fn pcr_11(image: &[u8], profile: usize, phase: Phase) -> Result<Digest, UkiError> {
    let found = sections(image)?;
    let measured = of_profile(&found, profile);
    let mut register = Digest::from_hex(&"0".repeat(64)).unwrap_or_else(|_| Digest::of(b""));
    for name in ORDER {
        let Some(section) = measured.iter().find(|section| section.name == name) else { continue };
        let mut with_end = name.as_bytes().to_vec();
        with_end.push(0);
        register = extend(&register, &Digest::of(&with_end));
        register = extend(&register, &Digest::of(section.content));
    }
    let words = ["enter-initrd", "leave-initrd", "enter-machined"];
    let passed = match phase {
        Phase::Kernel => 0,
        Phase::EnterInitrd => 1,
        Phase::LeaveInitrd => 2,
        Phase::EnterMachined => 3,
    };
    let register = words
        .iter()
        .take(passed)
        .fold(register, |register, word| extend(&register, &Digest::of(word.as_bytes())));
    Ok(register)
}

/// The sections of the base, with those of a profile in the place of their namesakes.
fn of_profile<'a, 'b>(found: &'b [Found<'a>], profile: usize) -> Vec<&'b Found<'a>> {
    let starts: Vec<usize> = (0..found.len())
        .filter(|index| found.get(*index).is_some_and(|section| section.name == ".profile"))
        .collect();
    let base = found.get(..starts.first().copied().unwrap_or(found.len())).unwrap_or_default();
    let Some(start) = starts.get(profile) else { return base.iter().collect() };
    let end = starts.get(profile + 1).copied().unwrap_or(found.len());
    let own = found.get(*start..end).unwrap_or_default();
    let kept = base.iter().filter(|section| own.iter().all(|other| other.name != section.name));
    own.iter().chain(kept).collect()
}

fn extend(register: &Digest, measured: &Digest) -> Digest {
    let mut hasher = Hasher::new();
    hasher.update(register.as_bytes());
    hasher.update(measured.as_bytes());
    hasher.finish()
}
