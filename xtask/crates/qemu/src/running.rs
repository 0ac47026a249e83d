//! A machine that runs.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use process::Command;

use crate::arguments::{CONTROL_SOCKET, VARIABLES};
use crate::machine::{Boot, Machine};
use crate::{Console, QemuError, Qmp, Serial, tpm};

const PROGRAM: &str = "qemu-system-x86_64";
/// How often the log is looked at.
const PAUSE: Duration = Duration::from_millis(50);
/// The longest path of a socket, without the byte that ends it.
const LONGEST_SOCKET: usize = 107;

/// A machine and the processes that it is. Dropping it ends them.
pub struct Running {
    name: String,
    directory: PathBuf,
    // Ends before the TPM that it uses.
    qemu: process::Running,
    _tpm: Option<process::Running>,
}

impl Running {
    /// Starts a machine whose sockets, logs and variables lie in the existing directory `directory`, which is its alone.
    ///
    /// Errors: QEMU, swtpm or a file is absent, or the directory's path is too long for sockets.
    pub fn start(machine: &Machine, directory: &Path) -> Result<Self, QemuError> {
        Self::start_with(machine, directory, &[])
    }

    /// Starts a machine in the state that [`Qmp::save`] wrote; it must be the same machine. It stands still until
    /// [`Qmp::resume`]. Errors: as for [`Running::start`].
    pub fn restore(machine: &Machine, directory: &Path, saved: &Path) -> Result<Self, QemuError> {
        let quoted = format!("'{}'", saved.to_string_lossy().replace('\'', r"'\''"));
        let mut running = Self::start_with(
            machine,
            directory,
            &["-S".to_owned(), "-incoming".to_owned(), format!("exec:cat {quoted}")],
        )?;
        running.settle()?;
        Ok(running)
    }

    fn start_with(machine: &Machine, directory: &Path, more: &[String]) -> Result<Self, QemuError> {
        let program = process::find(PROGRAM).ok_or(QemuError::Program(PROGRAM, "qemu-system-x86"))?;
        let directory = std::path::absolute(directory).map_err(|source| QemuError::File {
            what: "find",
            path: directory.to_owned(),
            source,
        })?;
        if directory.join(CONTROL_SOCKET).as_os_str().as_bytes().len() > LONGEST_SOCKET {
            return Err(QemuError::Directory(directory));
        }
        check_files(machine)?;
        if let Boot::Uefi(firmware) = &machine.boot {
            let copy = directory.join(VARIABLES);
            // What a machine wrote before stays, as in a real one.
            if !copy.exists() {
                fs::copy(&firmware.variables, &copy).map_err(|source| QemuError::File {
                    what: "write",
                    path: copy,
                    source,
                })?;
            }
        }
        Serial::within(&directory).make()?;
        let tpm = match machine.tpm {
            true => Some(tpm::start(&machine.name, &directory)?),
            false => None,
        };
        let command = Command::new(program, &directory).args(machine.arguments(&directory)).args(more);
        let qemu = process::serve(&command, &directory.join("qemu.log"))?;
        Ok(Self { name: machine.name.clone(), directory, qemu, _tpm: tpm })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its serial line.
    pub fn serial(&self) -> Serial {
        Serial::within(&self.directory)
    }

    /// Opens its serial line, for one who wants to type.
    pub fn console(&self) -> Result<Console, QemuError> {
        Console::open(&self.name, &self.serial())
    }

    /// Connects to its control socket.
    pub fn control(&self) -> Result<Qmp, QemuError> {
        Qmp::connect(&self.name, &self.directory.join(CONTROL_SOCKET))
    }

    /// Waits until it has said `marker` on its serial line.
    ///
    /// Errors: it ends before, says that it will not come up (a panic, a firmware that finds nothing to start or refuses
    /// what it finds), or the time is over.
    pub fn wait_for(&self, marker: &str, time: Duration) -> Result<(), QemuError> {
        self.wait_for_any(&[marker], time)
    }

    /// Waits until it has said one of `markers`. Errors: as for [`Running::wait_for`].
    pub fn wait_for_any(&self, markers: &[&str], time: Duration) -> Result<(), QemuError> {
        let start = Instant::now();
        loop {
            let ended = self.qemu.wait(PAUSE)?;
            // What it said in its last moment counts.
            let text = self.serial().text();
            if markers.iter().any(|marker| text.contains(marker)) {
                return Ok(());
            }
            let (machine, said) = (self.name.clone(), Serial::tail(&text));
            if let Some(sign) = Serial::sign(&text) {
                return Err(QemuError::Failed { machine, sign, said });
            }
            if let Some(code) = ended {
                return Err(self.early_end(code));
            }
            if start.elapsed() >= time {
                return Err(QemuError::Silent { machine, markers: markers.join("` or `"), time, said });
            }
        }
    }

    /// Waits for its end, as when the guest powers off. Errors: it ends with another code than 0, or not in time.
    pub fn wait(&self, time: Duration) -> Result<(), QemuError> {
        match self.qemu.wait(time)? {
            Some(0) => Ok(()),
            Some(code) => Err(self.early_end(code)),
            None => Err(QemuError::StillRuns { machine: self.name.clone(), time }),
        }
    }

    /// Whether it has ended, or ends within that time. Errors: the user interrupts.
    pub fn is_over(&self, time: Duration) -> Result<bool, QemuError> {
        Ok(self.qemu.wait(time)?.is_some())
    }

    /// Ends it now, as when the plug is pulled.
    pub fn end(self) {
        self.qemu.end();
    }

    /// Waits until a restored state is whole.
    fn settle(&mut self) -> Result<(), QemuError> {
        let mut control = self.control()?;
        loop {
            let told = control.execute("query-status", &serde_json::json!({}))?;
            if told.get("status").and_then(serde_json::Value::as_str) != Some("inmigrate") {
                return Ok(());
            }
            thread::sleep(PAUSE);
        }
    }

    fn early_end(&self, code: i32) -> QemuError {
        let log = fs::read_to_string(self.directory.join("qemu.log")).unwrap_or_default();
        let said = match log.trim() {
            "" => Serial::tail(&self.serial().text()),
            log => log.to_owned(),
        };
        QemuError::Ended { machine: self.name.clone(), code, said }
    }
}

/// QEMU's own words about files that are absent name options, not files.
fn check_files(machine: &Machine) -> Result<(), QemuError> {
    let mut files: Vec<&Path> = machine.disks.iter().map(|disk| disk.file.as_path()).collect();
    match &machine.boot {
        Boot::Uefi(firmware) => files.extend([firmware.code.as_path(), firmware.variables.as_path()]),
        Boot::Kernel { kernel, initrd, .. } => {
            files.extend([Some(kernel), initrd.as_ref()].into_iter().flatten().map(PathBuf::as_path));
        }
    }
    files.into_iter().try_for_each(|path| match fs::File::open(path) {
        Ok(_) => Ok(()),
        Err(source) => Err(QemuError::File { what: "open", path: path.to_owned(), source }),
    })
}
