//! How a machine computes.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::{Boot, Firmware, Machine, QemuError, Running};

/// The device of hardware virtualisation.
const DEVICE: &str = "/dev/kvm";
/// Time until firmware must have spoken. Real hardware takes less than a second; a device that only interprets its guest
/// has said nothing after 45.
const PROBE: Duration = Duration::from_secs(6);
const LOOK: Duration = Duration::from_millis(50);

/// How a machine computes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Accelerator {
    /// By translating each instruction; works everywhere.
    Tcg,
    /// By the processor itself.
    Kvm,
}

impl Accelerator {
    /// The best one that works here: KVM when firmware is seen to come up with it, else TCG.
    ///
    /// `directory` is an existing directory that is used for nothing else. Errors: the user interrupts, or files cannot
    /// be written.
    pub fn probe(firmware: &Firmware, directory: &Path) -> Result<Self, QemuError> {
        if !Path::new(DEVICE).exists() {
            return Ok(Self::Tcg);
        }
        let mut machine = Machine::new("probe", Boot::Uefi(firmware.clone()));
        machine.accelerator = Self::Kvm;
        let running = Running::start(&machine, directory)?;
        let start = Instant::now();
        while start.elapsed() < PROBE && !running.is_over(LOOK)? {
            if !running.serial().text().is_empty() {
                return Ok(Self::Kvm);
            }
        }
        Ok(Self::Tcg)
    }
}
