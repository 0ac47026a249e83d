//! What can go wrong with a machine.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use process::ProcessError;

/// A machine that did not start, or did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum QemuError {
    /// A program is absent.
    #[error("there is no `{0}` here; it is in the package `{1}` of Debian")]
    Program(&'static str, &'static str),
    /// The firmware is absent.
    #[error("there is no UEFI firmware here{}; it is in the package `ovmf` of Debian", if *secure { " that enforces Secure Boot" } else { "" })]
    Firmware {
        /// Whether Secure Boot was wanted.
        secure: bool,
    },
    /// A path that the control socket cannot have.
    #[error("`{}` is too long for the directory of a machine: socket paths end at 107 bytes", .0.display())]
    Directory(PathBuf),
    /// A file of the machine cannot be read or written.
    #[error("could not {what} `{}`", path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A child could not be started or was interrupted.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// QEMU or its TPM ended before it should.
    #[error("the machine `{machine}` ended with code {code}{}", after(said))]
    Ended {
        /// Its name.
        machine: String,
        /// The exit code of QEMU.
        code: i32,
        /// The end of what it said.
        said: String,
    },
    /// The guest said that it will not come up.
    #[error("the machine `{machine}` will not come up: it said `{sign}`{}", after(said))]
    Failed {
        /// Its name.
        machine: String,
        /// The words that show it.
        sign: &'static str,
        /// The end of its serial log.
        said: String,
    },
    /// The time is over.
    #[error("the machine `{machine}` did not say `{markers}` within {time:?}{}", after(said))]
    Silent {
        /// Its name.
        machine: String,
        /// What was waited for.
        markers: String,
        /// For how long.
        time: Duration,
        /// The end of its serial log.
        said: String,
    },
    /// It still runs.
    #[error("the machine `{machine}` still runs after {time:?}")]
    StillRuns {
        /// Its name.
        machine: String,
        /// For how long it was waited.
        time: Duration,
    },
    /// The control socket failed.
    #[error("could not speak to the machine `{machine}` over its control socket")]
    Control {
        /// Its name.
        machine: String,
        /// What went wrong.
        #[source]
        source: io::Error,
    },
    /// A command was refused.
    #[error("the machine `{machine}` refused `{command}`: {reason}")]
    Refused {
        /// Its name.
        machine: String,
        /// The command.
        command: String,
        /// What QEMU says.
        reason: String,
    },
}

fn after(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!("; the last that it said:\n{said}") }
}
