//! The control socket: QEMU's Machine Protocol, JSON lines in both directions.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::QemuError;

/// For how long an answer is waited for.
const ANSWER: Duration = Duration::from_mins(2);
/// Time between two tries to connect.
const PAUSE: Duration = Duration::from_millis(20);
/// Tries to connect.
const TRIES: u32 = 500;

/// A connection; QEMU takes one at a time.
#[derive(Debug)]
pub struct Qmp {
    machine: String,
    reader: BufReader<UnixStream>,
    events: Vec<Value>,
}

impl Qmp {
    /// Connects to the control socket of a machine.
    pub(crate) fn connect(machine: &str, socket: &Path) -> Result<Self, QemuError> {
        let failed = |source| QemuError::Control { machine: machine.to_owned(), source };
        let stream = opened(|| UnixStream::connect(socket)).map_err(failed)?;
        stream.set_read_timeout(Some(ANSWER)).map_err(failed)?;
        let mut qmp =
            Self { machine: machine.to_owned(), reader: BufReader::new(stream), events: Vec::new() };
        qmp.receive()?;
        qmp.execute("qmp_capabilities", &json!({}))?;
        Ok(qmp)
    }

    /// Runs a command and gives what it returns. Errors: QEMU refuses it, or the connection is gone.
    pub fn execute(&mut self, command: &str, arguments: &Value) -> Result<Value, QemuError> {
        let mut line = json!({"execute": command, "arguments": arguments}).to_string();
        line.push('\n');
        let sent = self.reader.get_mut().write_all(line.as_bytes());
        sent.map_err(|source| self.failed(source))?;
        loop {
            let mut message = self.receive()?;
            if let Some(error) = message.get("error") {
                let reason =
                    error.get("desc").and_then(Value::as_str).unwrap_or("no reason given").to_owned();
                return Err(QemuError::Refused {
                    machine: self.machine.clone(),
                    command: command.to_owned(),
                    reason,
                });
            }
            if let Some(value) = message.get_mut("return") {
                return Ok(value.take());
            }
            self.events.push(message);
        }
    }

    /// What QEMU told by itself since the last call.
    pub fn events(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.events)
    }

    /// Stops the machine between two instructions.
    pub fn stop(&mut self) -> Result<(), QemuError> {
        self.execute("stop", &json!({})).map(|_| ())
    }

    /// Lets it go on.
    pub fn resume(&mut self) -> Result<(), QemuError> {
        self.execute("cont", &json!({})).map(|_| ())
    }

    /// Presses the power button.
    pub fn power_down(&mut self) -> Result<(), QemuError> {
        self.execute("system_powerdown", &json!({})).map(|_| ())
    }

    /// Presses the reset button.
    pub fn reset(&mut self) -> Result<(), QemuError> {
        self.execute("system_reset", &json!({})).map(|_| ())
    }

    /// Plugs a network cable in or pulls it out. `nic` counts the interfaces of the machine from 0.
    pub fn set_link(&mut self, nic: usize, up: bool) -> Result<(), QemuError> {
        self.execute("set_link", &json!({"name": format!("net{nic}"), "up": up})).map(|_| ())
    }

    /// Saves memory and devices to a file and leaves the machine stopped. Disks are not part of it, and one on
    /// [`Bus::Nvme`](crate::Bus::Nvme) makes it impossible. Errors: QEMU refuses or fails.
    pub fn save(&mut self, file: &Path) -> Result<(), QemuError> {
        self.stop()?;
        let quoted = format!("'{}'", file.to_string_lossy().replace('\'', r"'\''"));
        self.execute("migrate-set-parameters", &json!({"max-bandwidth": 1_u64 << 40}))?;
        self.execute("migrate", &json!({"uri": format!("exec:cat > {quoted}")}))?;
        loop {
            let told = self.execute("query-migrate", &json!({}))?;
            match told.get("status").and_then(Value::as_str) {
                Some("completed") => return Ok(()),
                Some("failed" | "cancelled") | None => {
                    let reason =
                        told.get("error-desc").and_then(Value::as_str).unwrap_or("it failed").to_owned();
                    return Err(QemuError::Refused {
                        machine: self.machine.clone(),
                        command: "migrate".to_owned(),
                        reason,
                    });
                }
                Some(_) => thread::sleep(PAUSE),
            }
        }
    }

    fn receive(&mut self) -> Result<Value, QemuError> {
        let mut line = String::new();
        let read = self.reader.read_line(&mut line);
        let message = read.and_then(|count| match count {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => serde_json::from_str(&line).map_err(io::Error::from),
        });
        message.map_err(|source| self.failed(source))
    }

    fn failed(&self, source: io::Error) -> QemuError {
        QemuError::Control { machine: self.machine.clone(), source }
    }
}

/// What QEMU opens a moment after it has started.
pub(crate) fn opened<T>(open: impl Fn() -> io::Result<T>) -> io::Result<T> {
    let mut tries = 0;
    loop {
        match open() {
            Err(_) if tries < TRIES => {
                tries += 1;
                thread::sleep(PAUSE);
            }
            done => return done,
        }
    }
}
