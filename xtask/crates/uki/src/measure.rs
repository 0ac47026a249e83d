//! What a TPM will have measured.

use hashing::Digest;

use crate::bank::Bank;
use crate::error::UkiError;
use crate::policy::Policy;
use crate::read::sections;

/// The order in which systemd-stub measures sections, and the first of its versions that measures each; others are not
/// measured.
const ORDER: [(&str, u32); 13] = [
    (".linux", 0),
    (".osrel", 0),
    (".cmdline", 0),
    (".initrd", 0),
    (".ucode", 256),
    (".splash", 0),
    (".dtb", 0),
    (".uname", 254),
    (".sbat", 254),
    (".pcrpkey", 0),
    (".profile", 257),
    (".dtbauto", 257),
    (".hwids", 257),
];
/// What the stub says of itself: `#### LoaderInfo: systemd-stub 257.2 ####`.
const SAYS: &str = ".sdmagic";
const STUB: &str = "systemd-stub ";
const PROFILE: &str = ".profile";

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

/// The digests of an image's sections, from which PCR 11 follows for every profile and every phase.
#[derive(Clone, Debug)]
pub struct Measurements {
    /// Of the image itself.
    base: Vec<Section>,
    /// Of its profiles, which take the place of those of the base.
    profiles: Vec<Vec<Section>>,
}

#[derive(Clone, Debug)]
struct Section {
    /// Its place in [`ORDER`].
    order: usize,
    /// Of its content, one for each bank.
    digests: [Vec<u8>; 3],
}

impl Measurements {
    /// Reads an image. Sections that its stub does not measure are left out: the stub says which version it is, and one
    /// that says nothing is taken for the newest.
    pub fn of(image: &[u8]) -> Result<Self, UkiError> {
        let found = sections(image)?;
        let stub = found.iter().find(|section| section.name == SAYS).and_then(|own| version(own.content));
        let mut measured = Self { base: Vec::new(), profiles: Vec::new() };
        for section in &found {
            if section.name == PROFILE {
                measured.profiles.push(Vec::new());
            }
            let order = ORDER.iter().position(|(name, since)| {
                *name == section.name && stub.is_none_or(|version| version >= *since)
            });
            let Some(order) = order else { continue };
            let digests = Bank::ALL.map(|bank| bank.digest(&[section.content]));
            let list = measured.profiles.last_mut().unwrap_or(&mut measured.base);
            list.push(Section { order, digests });
        }
        Ok(measured)
    }

    /// How many profiles there are; 0 when the image is one by itself.
    pub fn profiles(&self) -> usize {
        self.profiles.len()
    }

    /// PCR 11 in a bank, after booting a profile (0 is `main`) up to a phase.
    ///
    /// Each measured section adds two digests: of its name with a NUL behind it, and of its content.
    pub fn pcr_11(&self, bank: Bank, profile: usize, phase: Phase) -> Vec<u8> {
        let own = self.profiles.get(profile).map_or(&[][..], Vec::as_slice);
        let mut register = vec![0; bank.length()];
        for (order, (name, _)) in ORDER.iter().enumerate() {
            let mut both = own.iter().chain(&self.base);
            let Some(section) = both.find(|section| section.order == order) else { continue };
            let Some(content) = section.digests.get(bank.index()) else { continue };
            register = bank.digest(&[&register, &bank.digest(&[name.as_bytes(), &[0]])]);
            register = bank.digest(&[&register, content]);
        }
        let words = ["enter-initrd", "leave-initrd", "enter-machined"];
        let passed = match phase {
            Phase::Kernel => 0,
            Phase::EnterInitrd => 1,
            Phase::LeaveInitrd => 2,
            Phase::EnterMachined => 3,
        };
        words
            .iter()
            .take(passed)
            .fold(register, |register, word| bank.digest(&[&register, &bank.digest(&[word.as_bytes()])]))
    }

    /// What is signed so that a TPM gives its secrets to a profile before `machined` runs: a policy for each bank.
    pub fn policies(&self, profile: usize) -> Vec<Policy> {
        let of = |bank| Policy::new(bank, &self.pcr_11(bank, profile, Phase::EnterMachined));
        Bank::ALL.map(of).to_vec()
    }
}

/// The SHA-256 value of PCR 11 after booting profile number `profile` (0 is `main`) of an image up to a phase.
pub fn pcr_11(image: &[u8], profile: usize, phase: Phase) -> Result<Digest, UkiError> {
    let value = Measurements::of(image)?.pcr_11(Bank::Sha256, profile, phase);
    let value: [u8; 32] = value.try_into().unwrap_or_default();
    Ok(value.into())
}

/// The first number of the stub's version.
fn version(says: &[u8]) -> Option<u32> {
    let says = std::str::from_utf8(says).ok()?;
    let (_, version) = says.split_once(STUB)?;
    let end = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    version.get(..end)?.parse().ok()
}
