//! Published charts: what Helm prints, parsed by Go's rules, is what is packed, object for object.
//!
//! The charts lie outside of the checkout and are only read there; without them the tests are skipped. What the
//! program changes on purpose is taken into account and nothing else: hooks that are not installed are left out,
//! namespaces are set, `status`, nulls and empty maps of metadata are removed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test, in functions of its own too")]

mod oracle;

use std::fs;
use std::path::Path;

use end_to_end::{Sandbox, artifacts, charts_directory, skip};
use oracle::{Expected, helm, objects};
use yaml::Node;

#[test]
fn every_published_chart_is_packed_as_helm_prints_it() {
    let Some(directory) = charts_directory() else {
        skip(
            "every_published_chart_is_packed_as_helm_prints_it",
            "no charts: set XTASK_CHARTS to their directory",
        );
        return;
    };
    let Some(mut sandbox) = Sandbox::new() else { return };
    let mut wrong = Vec::new();
    let charts = oracle::charts(&directory);
    assert!(charts.len() > 40, "{} charts", charts.len());
    for chart in &charts {
        if let Err(text) = compare(&mut sandbox, &directory, chart) {
            wrong.push(format!("{}: {text}", chart.file));
        }
    }
    assert!(wrong.is_empty(), "{} of {} charts:\n{}", wrong.len(), charts.len(), wrong.join("\n\n"));
}

/// Builds a cluster of one chart and compares its bundle with what Helm prints.
fn compare(sandbox: &mut Sandbox, directory: &Path, chart: &oracle::Chart) -> Result<(), String> {
    let archive = directory.join(&chart.file);
    let values = sandbox.path("values.yaml");
    fs::write(&values, &chart.values).unwrap();
    let printed = helm(&sandbox.path("home"), &archive, &values)?;
    let expected = Expected::of(objects("helm", &printed)?);

    oracle::describe(sandbox, &archive, chart, &expected);
    let cluster = format!("of-{}", chart.name);
    let run = sandbox.run(&["build", "--cluster", &cluster]);
    if !chart.repeatable {
        // A template that only some values make random is packed; one that is random with these is not.
        return match run.code {
            1 if run.stderr.contains("different on every render") || run.stderr.contains("two renders") => {
                Ok(())
            }
            0 => Ok(()),
            _ => Err(format!("a chart that differs from render to render: {}", run.text())),
        };
    }
    if run.code != 0 {
        return Err(run.text());
    }
    let layout = sandbox.workspace().join("target/xtask").join(&cluster);
    let packed: Vec<Node> = artifacts(&layout)
        .into_iter()
        .filter(|artifact| !artifact.is_release() && !artifact.name().ends_with("-namespaces"))
        .flat_map(|artifact| artifact.files)
        .map(|(name, text)| objects(&name, &text).unwrap().remove(0))
        .collect();
    expected.same_as(&packed)
}
