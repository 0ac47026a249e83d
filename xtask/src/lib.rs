//! The command line: grammar, one file per command, printing, progress, exit codes.
//!
//! # Invariants
//!
//! - This is the only crate that prints: data to stdout, everything else to stderr.
//! - Errors of libraries become text, hints and exit codes in one place, [`error`].
//! - A command selects, calls a library and prints; it decides nothing else.

use std::process::ExitCode;

use clap::Parser as _;

mod args;
mod commands;
mod context;
mod error;
mod printer;
mod progress;
mod table;

/// Runs the program.
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(error::report_bug));
    let args = args::Args::parse();
    let printer = printer::Printer::new(&args.global);
    if let Err(error) = process::interruptible() {
        printer.note(&format!("warning: Ctrl-C will not stop children: {error}"));
    }
    let run = std::panic::AssertUnwindSafe(|| commands::run(args, &printer));
    match std::panic::catch_unwind(run) {
        Ok(Ok(code)) => ExitCode::from(code),
        Ok(Err(error)) => printer.fail(&error),
        Err(_) => ExitCode::from(error::BUG),
    }
}
