//! Typing on the serial line of a machine.

use std::fs::File;
use std::io::Write as _;

use crate::qmp::opened;
use crate::{QemuError, Serial};

/// What is typed on a serial line. What the machine says is in its [log](Serial).
#[derive(Debug)]
pub struct Console {
    machine: String,
    keyboard: File,
}

impl Console {
    pub(crate) fn open(machine: &str, serial: &Serial) -> Result<Self, QemuError> {
        let failed = |source| QemuError::Control { machine: machine.to_owned(), source };
        let keyboard = opened(|| serial.keyboard()).map_err(failed)?;
        Ok(Self { machine: machine.to_owned(), keyboard })
    }

    /// Types. Errors: the machine has ended.
    pub fn send(&mut self, text: &[u8]) -> Result<(), QemuError> {
        let sent = self.keyboard.write_all(text);
        sent.map_err(|source| QemuError::Control { machine: self.machine.clone(), source })
    }
}
