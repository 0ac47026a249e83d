//! Running programs and taking their measure.

use std::path::Path;
use std::time::Instant;

use process::Command;
use serde_json::Value;

use crate::error::CliError;
use crate::usage::{self, Usage};

/// The middle of some measurements, in the unit they have.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Runs a program to its end, as bare as can be: wall and processor time, in seconds.
pub(super) fn bare(command: &Command) -> Result<[f64; 2], CliError> {
    let before = usage::processor_time().unwrap_or_default();
    let start = Instant::now();
    let finished =
        process::run(command).map_err(|error| CliError::environment(&error, "a program to compare with"))?;
    let wall = start.elapsed().as_secs_f64();
    let after = usage::processor_time().unwrap_or_default();
    if finished.code != 0 {
        return Err(CliError::environment(&finished.stderr.trim(), "a program to compare with failed"));
    }
    Ok([wall, after[1] - before[1]])
}

/// Runs this program on a workspace; its own account, with the wall time that its caller sees.
pub(super) fn xtask(workspace: &Path, store: &Path, words: &[&str]) -> Result<Usage, CliError> {
    Ok(lines_of(workspace, store, words)?.0)
}

/// The same with what it printed, which is JSON.
pub(super) fn xtask_json(workspace: &Path, store: &Path, words: &[&str]) -> Result<(Usage, Value), CliError> {
    let (usage, lines) = lines_of(workspace, store, words)?;
    let told = serde_json::from_str(&lines.join("\n"))
        .map_err(|error| CliError::environment(&error, "a measured command printed no JSON"))?;
    Ok((usage, told))
}

fn lines_of(workspace: &Path, store: &Path, words: &[&str]) -> Result<(Usage, Vec<String>), CliError> {
    let program = std::env::current_exe().map_err(|error| CliError::environment(&error, "this program"))?;
    let (workspace, store) = (workspace.display().to_string(), store.display().to_string());
    let mut all = vec!["--usage", "--quiet", "--workspace", &workspace, "--store", &store];
    all.extend(words);
    let mut lines = Vec::new();
    let start = Instant::now();
    let code =
        process::stream(&program, &all, Path::new("/"), &std::collections::BTreeMap::new(), &mut |line| {
            lines.push(line.to_owned());
        })
        .map_err(|error| CliError::environment(&error, "this program"))?;
    let wall = start.elapsed().as_secs_f64();
    match lines.iter().find_map(|line| Usage::of_line(line)) {
        Some(usage) if code == 0 => {
            lines.retain(|line| Usage::of_line(line).is_none());
            Ok((Usage { wall, ..usage }, lines))
        }
        _ => Err(CliError::environment(&lines.join("\n"), "a measured command failed")),
    }
}
