//! What the program says when publishing goes wrong: one clear message with a way out and the right exit code, never a
//! panic, and a registry that is what it was.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

mod arguments;
mod contents;
mod servers;

use std::fmt::Write as _;

use end_to_end::{Program, Run, Sandbox};

/// A check said no.
const REFUSED: i32 = 1;
/// What was written is wrong.
const WRONG: i32 = 2;
/// The surroundings are in the way.
const SURROUNDINGS: i32 = 3;

/// A call and what is expected of it.
struct Case {
    name: String,
    code: i32,
    says: Vec<&'static str>,
    run: Run,
}

/// The program of a sandbox for a place, with the network allowed.
fn program(sandbox: &Sandbox, place: &str) -> Program {
    let mirror = sandbox.path("mirror").display().to_string();
    let program = Program::new(&sandbox.workspace(), &sandbox.path("home"), &sandbox.store());
    program.env("XTASK_REGISTRY", place).env("XTASK_AUTHOR", "ada").flags(&["--mirror", &mirror])
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// Fails with everything that is not as expected.
fn assert_told(cases: &[Case]) {
    let mut wrong = String::new();
    for case in cases {
        let mut told = String::new();
        if case.run.code != case.code {
            let _ = writeln!(told, "  exit code {} in place of {}", case.run.code, case.code);
        }
        let seen = case.run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in case.says.iter().filter(|part| !seen.contains(**part)) {
            let _ = writeln!(told, "  does not say `{part}`");
        }
        for never in ["panicked", "stack backtrace"] {
            if case.run.text().contains(never) {
                let _ = writeln!(told, "  says `{never}`");
            }
        }
        let way_out = ["hint", "try ", "; ", "--help"].iter().any(|word| case.run.stderr.contains(word));
        if case.code != 0 && !way_out {
            let _ = writeln!(told, "  shows no way out");
        }
        if !told.is_empty() {
            let _ = writeln!(wrong, "{}:\n{told}  it printed:\n{}", case.name, case.run.text());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
