//! Typing on the serial line of a machine.

use std::io::{self, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;

use crate::QemuError;
use crate::qmp::connected;

/// A connection to a serial line; QEMU takes one at a time. What the machine says is in its [log](crate::Serial).
#[derive(Debug)]
pub struct Console {
    machine: String,
    stream: UnixStream,
}

impl Console {
    pub(crate) fn connect(machine: &str, socket: &Path) -> Result<Self, QemuError> {
        let failed = |source| QemuError::Control { machine: machine.to_owned(), source };
        let stream = connected(socket).map_err(failed)?;
        let mut said = stream.try_clone().map_err(failed)?;
        // A line that nobody reads would make the machine wait. The thread ends with the connection.
        thread::Builder::new()
            .name("console".to_owned())
            .spawn(move || io::copy(&mut said, &mut io::sink()))
            .map_err(failed)?;
        Ok(Self { machine: machine.to_owned(), stream })
    }

    /// Types. Errors: the machine has ended.
    pub fn send(&mut self, text: &[u8]) -> Result<(), QemuError> {
        let sent = self.stream.write_all(text);
        sent.map_err(|source| QemuError::Control { machine: self.machine.clone(), source })
    }
}
