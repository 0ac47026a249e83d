//! One mistake and what is expected of the program.

use std::fmt::Write as _;

use end_to_end::{Run, Sandbox};

/// A check of this project said no.
pub(crate) const REFUSED: i32 = 1;
/// What was written is wrong.
pub(crate) const WRONG: i32 = 2;
/// The surroundings are in the way.
pub(crate) const SURROUNDINGS: i32 = 3;

/// One mistake.
pub(crate) struct Case {
    /// What is wrong.
    pub(crate) name: &'static str,
    /// The exit code.
    pub(crate) code: i32,
    /// What the message says: what is wrong, where, what to do.
    pub(crate) says: &'static [&'static str],
    /// Makes the mistake.
    pub(crate) edit: fn(&mut Sandbox),
    /// What is run.
    pub(crate) run: fn(&Sandbox) -> Run,
}

/// A mistake that a build finds.
pub(crate) const fn case(
    name: &'static str,
    code: i32,
    says: &'static [&'static str],
    edit: fn(&mut Sandbox),
) -> Case {
    Case { name, code, says, edit, run: |sandbox| sandbox.run(&["build"]) }
}

/// Makes the mistake in a copy of a good workspace; the error tells everything that is not as expected.
pub(crate) fn check(case: &Case, good: &Sandbox) -> Result<(), String> {
    let mut sandbox = good.fork();
    (case.edit)(&mut sandbox);
    let run = (case.run)(&sandbox);
    let mut wrong = String::new();
    if run.code != case.code {
        let _ = writeln!(wrong, "  exit code {} in place of {}", run.code, case.code);
    }
    // Messages are wrapped to the width of the terminal.
    let seen = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in case.says.iter().filter(|part| !seen.contains(**part)) {
        let _ = writeln!(wrong, "  does not say `{part}`");
    }
    for never in ["panicked", "RUST_BACKTRACE", "stack backtrace"] {
        if run.text().contains(never) {
            let _ = writeln!(wrong, "  says `{never}`");
        }
    }
    if !run.stderr.contains("hint") && !run.stderr.contains("try ") && !run.stderr.contains("; ") {
        let _ = writeln!(wrong, "  shows no way out");
    }
    let verified = sandbox.run(&["store", "verify"]);
    if verified.code != 0 && case.code != SURROUNDINGS {
        let _ = writeln!(wrong, "  leaves a store with damage: {}", verified.text());
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("{}:\n{wrong}  it printed:\n{}", case.name, run.text()))
    }
}
