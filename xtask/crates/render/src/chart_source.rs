//! The objects of a chart, or what Helm says against it.

use std::path::PathBuf;

use diag::Diagnostic;
use yaml::Node;

use crate::error::RenderError;
use crate::helm::{ChartFailure, ChartRequest};
use crate::job::{Job, JobLayer, JobSource};
use crate::object::Object;
use crate::pipeline::{Engines, Variation};
use crate::purity::{perturb, perturb_tree};
use crate::stream::{foreign_objects, generated};

/// The objects of a chart.
pub(crate) fn chart_objects(
    job: &Job,
    source: &JobSource,
    engines: Engines<'_>,
    variation: Variation,
) -> Result<Vec<Object>, RenderError> {
    let JobSource::Helm { chart, directory, digest, release, values, absent, .. } = source else {
        return Ok(Vec::new());
    };
    check_values(job, values)?;
    refuse_absent(job, chart, values, absent)?;
    let scratch = engines.store.scratch()?;
    let mut chart_directory = directory.clone();
    if let Variation::Perturbed(copy) = variation {
        let tree = engines.store.tree_content(digest)?;
        let tree = perturb_tree(&tree, copy).map_err(|error| Diagnostic::error(error.to_string()))?;
        // In the store, since units share charts.
        chart_directory = engines.store.tree(&engines.store.put_tree(&tree)?)?;
    }
    let mut value_files: Vec<PathBuf> = Vec::new();
    for (index, layer) in values.iter().enumerate() {
        let path = scratch.path().join(format!("values-{index}.yaml"));
        let text = match variation {
            Variation::None => layer.source.text.clone(),
            Variation::Perturbed(_) => perturb(&layer.source.text),
        };
        std::fs::write(&path, text)
            .map_err(|source| RenderError::Scratch { path: layer.source.name.clone(), source })?;
        value_files.push(path);
    }
    let request = ChartRequest {
        chart: &chart_directory,
        release,
        namespace: &job.namespace,
        kubernetes_version: &job.kubernetes_version,
        apis: &job.apis,
        values: &value_files,
        scratch: scratch.path(),
    };
    let text = engines.charts.template(&request).map_err(|failure| match failure {
        ChartFailure::Process(error) => error.into(),
        ChartFailure::Refused(text) => {
            let text = text.replace(&chart_directory.display().to_string(), chart);
            refused_chart(job, chart, values, &text)
        }
    })?;
    let name = format!("chart {chart} of {}", job.unit);
    Ok(foreign_objects(&generated(name, text))?)
}

/// Refuses value files that Helm would refuse with a message about a file of the store.
fn check_values(job: &Job, values: &[JobLayer]) -> Result<(), RenderError> {
    let mut mistakes = Vec::new();
    for layer in values {
        match yaml::parse_one(&layer.source, yaml::Duplicates::LastWins) {
            Err(found) => mistakes.extend(found),
            Ok(document) if document.root.is_null() || document.root.as_map().is_some() => {}
            Ok(document) => {
                let message = format!("unit `{}`: values are no mapping", job.unit);
                let mistake = Diagnostic::error(message).at(&layer.source, document.root.span, "here");
                mistakes.push(mistake.hint("a value file has a field for each value: `name: value`"));
            }
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes.into()) }
}

/// Refuses a value that turns on what the pin of the chart does not carry.
fn refuse_absent(job: &Job, chart: &str, values: &[JobLayer], absent: &[String]) -> Result<(), RenderError> {
    for condition in absent {
        let path: Vec<&str> = condition.split('.').collect();
        for layer in values.iter().rev() {
            let root = yaml::parse_one(&layer.source, yaml::Duplicates::LastWins)?.root;
            match root.at(&path) {
                Some(node) if node.as_bool() == Some(true) => {
                    let message = format!(
                        "unit `{}`: `{condition}` needs a chart that the pin `{chart}` does not carry",
                        job.unit
                    );
                    return Err(Diagnostic::error(message)
                        .at(&layer.source, node.span, "turned on here")
                        .hint("pin the published package, or add the dependency by `select`")
                        .into());
                }
                Some(_) => break,
                None => {}
            }
        }
    }
    Ok(())
}

/// What Helm says, with the values that it speaks of pointed at.
fn refused_chart(job: &Job, chart: &str, values: &[JobLayer], text: &str) -> RenderError {
    let text = text.lines().filter(|line| !line.starts_with("Use --debug")).collect::<Vec<_>>().join("\n");
    let text = text.trim().trim_start_matches("Error: ").to_owned();
    let mut diagnostic = Diagnostic::error(format!("unit `{}`: chart `{chart}` does not render", job.unit));
    let documents: Vec<_> = values
        .iter()
        .filter_map(|layer| yaml::parse_one(&layer.source, yaml::Duplicates::LastWins).ok())
        .collect();
    let roots: Vec<&Node> = documents.iter().map(|document| &document.root).collect();
    for pointer in pointers(&text) {
        if let Some(origin) = yaml::layers::origin_of(&roots, &pointer)
            && let Some(layer) = values.get(origin.layer)
        {
            diagnostic = diagnostic.at(&layer.source, origin.span, "set here");
        }
    }
    diagnostic = diagnostic.with_note(text.clone());
    let hint = if text.contains("schema") {
        "the values do not fit the chart's schema: correct the field that is named above"
    } else if text.contains("kubeVersion") {
        "the chart wants another Kubernetes: choose a version of it for the cluster's, or raise `kubernetes.version`"
    } else if text.contains("missing in charts/ directory") {
        "the chart's dependencies are not packed with it: pin the published package, or add them by `select`"
    } else {
        "the message names the template; `cargo xtask show UNIT --values` prints the values it got"
    };
    RenderError::from(diagnostic.hint(hint))
}

/// JSON pointers that Helm's schema messages name: `at '/a/b'`.
fn pointers(text: &str) -> Vec<String> {
    text.split("at '")
        .skip(1)
        .filter_map(|rest| rest.split('\'').next())
        .filter(|pointer| pointer.starts_with('/'))
        .map(str::to_owned)
        .collect()
}
