//! The command line: grammar, one file per command, printing, progress, exit codes.
//!
//! # Invariants
//!
//! - This is the only crate that prints: data to stdout, everything else to stderr. A reader of stdout that goes
//!   away has seen enough; that is no failure.
//! - Errors of libraries become text, hints and exit codes in one place, `error`.
//! - A command selects, calls a library and prints; it decides nothing else.

use std::process::ExitCode;

mod args;
mod commands;
mod context;
mod copy;
mod error;
mod printer;
mod private_file;
mod progress;
mod table;
mod terminal;
mod usage;

/// Runs the program with the arguments and the environment of this process.
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(error::report_bug));
    let run = std::panic::AssertUnwindSafe(|| args::parse().map_or_else(ExitCode::from, run));
    std::panic::catch_unwind(run).unwrap_or(ExitCode::from(error::BUG))
}

fn run(args: args::Args) -> ExitCode {
    let start = std::time::Instant::now();
    let counts = args.global.usage;
    let printer = printer::Printer::new(&args.global);
    if let Err(error) = process::interruptible() {
        printer.note(&format!("warning: Ctrl-C will not stop children: {error}"));
    }
    let code = match commands::run(args, &printer).and_then(|code| printer.finish().map(|()| code)) {
        Ok(code) => ExitCode::from(code),
        Err(error) => printer.fail(&error),
    };
    if counts {
        printer.last(&usage::Usage::now(start).line());
    }
    code
}
