//! Counting what `cargo test` prints.

use std::fmt;

/// The sum so far, and where in the output it is.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    passed: usize,
    failed: usize,
    skipped: usize,
    /// The test program that runs.
    program: String,
    place: Place,
}

/// What a line means depends on what went before it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Place {
    /// Cargo itself speaks.
    #[default]
    Between,
    /// A test program does.
    Running,
    /// It shows what failed.
    Failures,
}

impl Tally {
    /// Takes a line of output; gives what a person wants to see of it.
    pub(crate) fn read(&mut self, line: &str) -> Option<String> {
        let trimmed = line.trim_start();
        if line.to_ascii_lowercase().starts_with("skipped") {
            self.skipped += 1;
            return Some(line.to_owned());
        }
        if let Some(program) = trimmed.strip_prefix("Running ").or_else(|| trimmed.strip_prefix("Doc-tests "))
        {
            let target = program.split(" (").next().unwrap_or(program);
            target.trim_start_matches("unittests ").clone_into(&mut self.program);
            if let Some(directory) = program.split("/deps/").nth(1) {
                let binary = directory.rsplit_once('-').map_or(directory, |(name, _)| name);
                self.program = format!("{binary} {}", self.program);
            }
            self.place = Place::Running;
            return None;
        }
        if let Some(result) = line.strip_prefix("test result: ") {
            return self.finish(result);
        }
        match self.place {
            Place::Between => {
                (!trimmed.starts_with("Finished ") && !line.is_empty()).then(|| line.to_owned())
            }
            Place::Running if line == "failures:" => {
                self.place = Place::Failures;
                None
            }
            Place::Running => {
                let telling = line.contains("has been running for over") || line.ends_with("... FAILED");
                telling.then(|| format!("  {line}"))
            }
            Place::Failures => Some(format!("  {line}")),
        }
    }

    fn finish(&mut self, result: &str) -> Option<String> {
        let count = |what: &str| {
            let words = result.split([';', '.']).map(str::trim).filter_map(|part| part.strip_suffix(what));
            words.filter_map(|number| number.trim().parse::<usize>().ok()).sum::<usize>()
        };
        let (passed, failed) = (count("passed"), count("failed"));
        self.passed += passed;
        self.failed += failed;
        self.skipped += count("ignored");
        self.place = Place::Between;
        if passed + failed == 0 {
            return None;
        }
        let failures = if failed == 0 { String::new() } else { format!(", {failed} FAILED") };
        Some(format!("{}: {passed} passed{failures}", self.program))
    }

    /// A check that is no test program.
    pub(crate) fn check(&mut self, passed: bool) {
        if passed { self.passed += 1 } else { self.failed += 1 }
    }

    /// A check that cannot be made here.
    pub(crate) fn skip(&mut self) {
        self.skipped += 1;
        self.passed += 1;
    }

    /// Cargo has ended; with an error that no test tells of, something did not compile or a test program crashed.
    pub(crate) fn end(&mut self, code: i32) {
        if code != 0 && self.failed == 0 {
            self.failed = 1;
        }
    }

    /// How many failed.
    pub(crate) fn failed(&self) -> usize {
        self.failed
    }
}

impl fmt::Display for Tally {
    /// To its harness a test that skips itself has passed.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let passed = self.passed.saturating_sub(self.skipped);
        write!(formatter, "{passed} passed, {} failed, {} skipped", self.failed, self.skipped)
    }
}

#[cfg(test)]
mod tests;
