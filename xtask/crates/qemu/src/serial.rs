//! What a machine says on its serial line.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, fcntl_setfl, mkfifoat, openat};

use crate::QemuError;
use crate::arguments::SERIAL;

/// Words after which nothing more is to be expected.
const SIGNS: [&str; 6] = [
    "Kernel panic",
    "Shell>",
    "No bootable option or device was found",
    "Access Denied",
    "Security Violation",
    "X64 Exception Type",
];
/// Lines of the log that an error repeats.
const TAIL: usize = 12;

/// The serial line of a machine: a log of what it says, which stays when the machine has ended, and a pipe for what is
/// typed.
///
/// The log is the file that QEMU writes to, not a copy that it keeps of what a reader gets: it writes a character into
/// such a copy again for each time that the reader was too slow to take it.
#[derive(Clone, Debug)]
pub struct Serial {
    log: PathBuf,
    keyboard: PathBuf,
}

impl Serial {
    /// The serial line of a machine in its directory, by the names that QEMU gives its two sides.
    pub(crate) fn within(directory: &Path) -> Self {
        let side = |name: &str| directory.join(format!("{SERIAL}.{name}"));
        Self { log: side("out"), keyboard: side("in") }
    }

    /// Makes both sides anew, of which QEMU makes none.
    pub(crate) fn make(&self) -> Result<(), QemuError> {
        let failed = |path: &Path, source| QemuError::File { what: "make", path: path.to_owned(), source };
        File::create(&self.log).map_err(|source| failed(&self.log, source))?;
        let made = match mkfifoat(CWD, &self.keyboard, Mode::RUSR | Mode::WUSR) {
            Err(rustix::io::Errno::EXIST) => Ok(()),
            made => made,
        };
        made.map_err(|error| failed(&self.keyboard, error.into()))
    }

    /// Opens what is typed into. Errors: there is no machine that reads it.
    pub(crate) fn keyboard(&self) -> io::Result<File> {
        // To open a pipe that nobody reads would wait for a reader; to write into one that is full shall wait.
        let keyboard =
            openat(CWD, &self.keyboard, OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty())?;
        fcntl_setfl(&keyboard, OFlags::empty())?;
        Ok(keyboard.into())
    }

    /// All that was said so far; bytes that are no UTF-8 are replaced.
    pub fn text(&self) -> String {
        // No log is a machine that said nothing yet.
        fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// The words in the log that show that the machine will not come up.
    pub(crate) fn sign(text: &str) -> Option<&'static str> {
        SIGNS.into_iter().find(|sign| text.contains(sign))
    }

    /// The end of a log, without the commands by which firmware moves the cursor.
    pub(crate) fn tail(text: &str) -> String {
        let plain = plain(text);
        let lines: Vec<&str> = plain.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
        lines.get(lines.len().saturating_sub(TAIL)..).unwrap_or_default().join("\n")
    }
}

/// Text without control sequences of terminals.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' if chars.next_if_eq(&'[').is_some() => {
                // Parameters, up to the letter that ends them.
                while chars.next_if(|c| !('@'..='~').contains(c)).is_some() {}
                chars.next();
            }
            '\n' => out.push('\n'),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
