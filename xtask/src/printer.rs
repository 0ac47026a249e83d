//! All output: data on stdout, the rest on stderr.

use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::process::ExitCode;

use diag::{Diagnostic, Paint};
use serde::Serialize;

use crate::args::{Colour, Format, Global};
use crate::error::CliError;

/// Lines of messages are no longer, even on a wide terminal.
const WIDTH: usize = 120;

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
}

impl Printer {
    pub(crate) fn new(global: &Global) -> Self {
        let is_terminal = std::io::stderr().is_terminal() && std::env::var_os("CI").is_none();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let coloured = match global.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => is_terminal && !plain,
        };
        let loudness = match (global.quiet, global.verbose) {
            (true, _) => Loudness::Quiet,
            (_, true) => Loudness::Verbose,
            _ => Loudness::Normal,
        };
        let paint = if coloured { Paint::Colour } else { Paint::Plain };
        Self { loudness, paint, format: global.format, is_terminal }
    }

    /// Whether bars are drawn.
    pub(crate) fn draws(&self) -> bool {
        self.is_terminal && self.loudness == Loudness::Normal
    }

    /// Data, to stdout. A reader that has gone away has seen enough.
    pub(crate) fn data(&self, text: &str) {
        let mut stdout = std::io::stdout().lock();
        let written = stdout.write_all(text.as_bytes()).and_then(|()| {
            if text.ends_with('\n') { stdout.flush() } else { stdout.write_all(b"\n").and_then(|()| stdout.flush()) }
        });
        if let Err(error) = written
            && error.kind() != ErrorKind::BrokenPipe
        {
            self.say(Loudness::Quiet, &format!("cannot write to stdout: {error}"));
        }
    }

    /// Data as JSON.
    pub(crate) fn json<T: Serialize>(&self, value: &T) {
        // Reports are plain data; one that is not would print nothing rather than half of it.
        if let Ok(text) = serde_json::to_string_pretty(value) {
            self.data(&text);
        }
    }

    /// What happens, to stderr.
    pub(crate) fn note(&self, text: &str) {
        self.say(Loudness::Normal, text);
    }

    /// What only some want to know.
    pub(crate) fn detail(&self, text: &str) {
        self.say(Loudness::Verbose, text);
    }

    /// Everything about an error, and its exit code.
    pub(crate) fn fail(&self, error: &CliError) -> ExitCode {
        for diagnostic in &error.diagnostics {
            self.diagnostic(diagnostic);
        }
        if error.diagnostics.len() > 1 {
            self.say(Loudness::Quiet, &format!("{} mistakes", error.diagnostics.len()));
        }
        ExitCode::from(error.code)
    }

    fn diagnostic(&self, diagnostic: &Diagnostic) {
        let text = diag::render(diagnostic, self.paint, WIDTH);
        self.say(Loudness::Quiet, &format!("{}\n", text.trim_end()));
    }

    fn say(&self, loudness: Loudness, text: &str) {
        if loudness <= self.loudness {
            // Nobody is left to tell when stderr is gone.
            let _ = writeln!(std::io::stderr().lock(), "{text}");
        }
    }
}
