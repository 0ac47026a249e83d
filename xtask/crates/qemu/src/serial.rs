//! What a machine says on its serial line.

use std::fs;
use std::path::PathBuf;

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

/// The serial log of a machine, which stays when the machine has ended.
#[derive(Clone, Debug)]
pub struct Serial {
    pub(crate) log: PathBuf,
}

impl Serial {
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
