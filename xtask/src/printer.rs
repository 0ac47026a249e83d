//! All output: data on stdout, the rest on stderr.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use diag::{Diagnostic, Paint};
use serde::Serialize;

use crate::args::{Format, Global};
use crate::error::{CliError, INTERRUPTED};
use crate::table::count;
use crate::terminal;

/// How much is said.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Loudness {
    Quiet,
    Normal,
    Verbose,
}

/// Prints.
#[derive(Clone, Debug)]
pub(crate) struct Printer {
    loudness: Loudness,
    paint: Paint,
    pub(crate) format: Format,
    pub(crate) is_terminal: bool,
    /// Why stdout takes nothing any more.
    closed: Arc<Mutex<Option<std::io::Error>>>,
    /// Whether there was something to warn of.
    warned: Arc<AtomicBool>,
}

impl Printer {
    pub(crate) fn new(global: &Global) -> Self {
        let loudness = match (global.quiet, global.verbose) {
            (true, _) => Loudness::Quiet,
            (_, true) => Loudness::Verbose,
            _ => Loudness::Normal,
        };
        Self {
            loudness,
            paint: if terminal::paints(global.color) { Paint::Colour } else { Paint::Plain },
            format: global.format,
            is_terminal: terminal::draws(),
            closed: Arc::default(),
            warned: Arc::default(),
        }
    }

    /// Whether bars are drawn.
    pub(crate) fn draws(&self) -> bool {
        self.is_terminal && self.loudness == Loudness::Normal
    }

    /// Data, to stdout, ended by a line break. After the first failure nothing is written; [`Self::finish`] tells.
    pub(crate) fn data(&self, text: &str) {
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        if closed.is_none() {
            *closed = write(&mut std::io::stdout().lock(), text).err();
        }
    }

    /// Data as JSON.
    pub(crate) fn json<T: Serialize>(&self, value: &T) {
        match serde_json::to_string_pretty(value) {
            Ok(text) => self.data(&text),
            Err(error) => {
                let error = std::io::Error::other(error);
                self.closed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
            }
        }
    }

    /// Whether all data was written. A reader that has gone away has seen enough.
    pub(crate) fn finish(&self) -> Result<(), CliError> {
        match self.closed.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(CliError::environment(&error, "cannot write to stdout"))
            }
            _ => Ok(()),
        }
    }

    /// What happens, to stderr.
    pub(crate) fn note(&self, text: &str) {
        self.say(Loudness::Normal, text);
    }

    /// What was asked for by a flag of its own, to stderr.
    pub(crate) fn last(&self, text: &str) {
        self.say(Loudness::Quiet, text);
    }

    /// What only some want to know.
    pub(crate) fn detail(&self, text: &str) {
        self.say(Loudness::Verbose, text);
    }

    /// A message that is no reason to fail.
    pub(crate) fn warn(&self, diagnostic: &Diagnostic) {
        self.warned.store(true, Ordering::Relaxed);
        self.say(Loudness::Normal, &self.rendered(diagnostic));
    }

    /// Whether there was something to warn of so far.
    pub(crate) fn has_warned(&self) -> bool {
        self.warned.load(Ordering::Relaxed)
    }

    /// Everything about an error, and its exit code.
    pub(crate) fn fail(&self, error: &CliError) -> ExitCode {
        if process::interrupted() {
            self.say(Loudness::Quiet, "interrupted");
            return ExitCode::from(INTERRUPTED);
        }
        // Several containers of an object, say, can have one and the same mistake.
        let mut told: Vec<&Diagnostic> = Vec::new();
        for diagnostic in &error.diagnostics {
            if !told.contains(&diagnostic) {
                told.push(diagnostic);
                self.say(Loudness::Quiet, &self.rendered(diagnostic));
            }
        }
        if told.len() > 1 {
            self.say(Loudness::Quiet, &count(told.len(), "error"));
        }
        ExitCode::from(error.code)
    }

    fn rendered(&self, diagnostic: &Diagnostic) -> String {
        format!("{}\n", diag::render(diagnostic, self.paint, terminal::width()).trim_end())
    }

    fn say(&self, loudness: Loudness, text: &str) {
        if loudness <= self.loudness {
            // Nobody is left to tell when stderr is gone.
            let _ = writeln!(std::io::stderr().lock(), "{text}");
        }
    }
}

fn write(to: &mut impl Write, text: &str) -> std::io::Result<()> {
    to.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        to.write_all(b"\n")?;
    }
    to.flush()
}

#[cfg(test)]
mod tests;
