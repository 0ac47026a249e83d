//! The cluster of a fresh checkout.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use inputs::Kind;
use process::Command;

use super::figures::{Figures, to_float};
use super::runs::{bare, median, xtask};
use super::stage::Stage;
use crate::error::CliError;

/// How often a short measurement is repeated.
const OFTEN: usize = 15;
/// How often a long one is.
const SELDOM: usize = 3;

pub(super) fn measure(stage: &Stage<'_>, figures: &mut Figures) -> Result<(), CliError> {
    let store = cold(stage, figures)?;
    nothing_changed(stage, &store, figures)?;
    one_value(stage, &store, figures)
}

/// Everything new, the inputs there: what the build takes beside helm and kubectl.
fn cold(stage: &Stage<'_>, figures: &mut Figures) -> Result<PathBuf, CliError> {
    let mut runs = Vec::new();
    let mut last = None;
    for number in 0..SELDOM {
        stage.printer.note(&format!("lab, everything new: {} of {SELDOM}", number + 1));
        let store = stage.store(&format!("cold-{number}"))?;
        runs.push(xtask(&stage.lab, &store, &["build", "--offline"])?);
        if let Some(old) = last.replace(store) {
            stage.done(fs::remove_dir_all(old))?;
        }
    }
    let children = median(runs.iter().map(|usage| usage.children).collect());
    let own = median(runs.iter().map(|usage| usage.own * 100.0 / usage.children).collect());
    let calls = runs.first().map(|usage| usage.started).unwrap_or_default();
    figures.told("lab, new: wall", median(runs.iter().map(|usage| usage.wall).collect()), "s", "");
    let note = format!("{calls} calls of helm and kubectl take {children:.2} s");
    figures.limited("lab, new: processor time beside helm and kubectl", own, "%", 15.0, &note);
    last.ok_or_else(|| CliError::environment(&"no run", "bench"))
}

fn nothing_changed(stage: &Stage<'_>, store: &Path, figures: &mut Figures) -> Result<(), CliError> {
    stage.printer.note("lab, nothing changed");
    // A snapshot of files that have just been written is not trusted, so the first build does not make one.
    xtask(&stage.lab, store, &["build", "--offline"])?;
    let mut runs = Vec::new();
    for _ in 0..OFTEN {
        runs.push(xtask(&stage.lab, store, &["build", "--offline"])?);
    }
    let wall = median(runs.iter().map(|usage| usage.wall * 1000.0).collect());
    let started: u64 = runs.iter().map(|usage| usage.started).sum();
    figures.limited("lab, nothing changed: wall", wall, "ms", 50.0, "");
    figures.limited("lab, nothing changed: children", to_float(started), "", 0.0, "");
    Ok(())
}

/// A new value for one chart, against the bare helm call for it.
fn one_value(stage: &Stage<'_>, store: &Path, figures: &mut Figures) -> Result<(), CliError> {
    let unit = stage.lab.join("platform/network/external-dns");
    let values = unit.join("cluster/lab.yaml");
    let original = stage.done(fs::read_to_string(&values))?;
    let scratch = stage.path("bare");
    stage.done(fs::create_dir_all(&scratch))?;
    let chart = stage.tree(Kind::Chart, "external-dns")?;
    let mut args: Vec<OsString> = ["template", "external-dns"].map(OsString::from).to_vec();
    args.push(chart.into());
    for word in ["--namespace", "dns", "--kube-version", "1.34.1", "--include-crds", "--values"] {
        args.push(word.into());
    }
    args.extend([unit.join("values.yaml").into(), "--values".into(), values.clone().into()]);
    let helm = Command {
        program: stage.program("helm")?,
        args,
        directory: scratch.clone(),
        env: BTreeMap::new(),
        stdin: Vec::new(),
        deadline: Duration::from_mins(2),
        scratch,
    };
    let (mut builds, mut calls, mut started) = (Vec::new(), Vec::new(), 0);
    for number in 0..OFTEN {
        stage.done(fs::write(&values, format!("{original}podAnnotations: {{run: \"{number}\"}}\n")))?;
        stage.printer.note(&format!("lab, one value changed: {} of {OFTEN}", number + 1));
        let usage = xtask(&stage.lab, store, &["build", "--offline"])?;
        started = usage.started;
        builds.push(usage.wall * 1000.0);
        calls.push(bare(&helm)?[0] * 1000.0);
    }
    let (build, call) = (median(builds), median(calls));
    let note = format!("{build:.0} ms, {started} child, against {call:.0} ms of a bare helm");
    figures.limited("lab, one value changed: wall beside helm", build - call, "ms", 60.0, &note);
    Ok(())
}
