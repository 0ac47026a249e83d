//! Rendering again under perturbation, and telling what differs.

use diag::Diagnostic;
use yaml::Node;

use crate::error::RenderError;
use crate::job::{Job, JobSource};
use crate::object::Object;
use crate::pipeline::{self, Engines, Variation};
use crate::purity::{Impurity, KeyOrder};

/// Renders again under perturbation when the templates give reason to, and refuses the first difference.
pub(crate) fn refuse_impure(job: &Job, engines: Engines<'_>, objects: &[Object]) -> Result<(), RenderError> {
    let impurities: Vec<&Impurity> = job
        .sources
        .iter()
        .flat_map(|source| match source {
            JobSource::Helm { impurities, .. } => impurities.as_slice(),
            _ => &[],
        })
        .collect();
    let layers_call = job.sources.iter().any(|source| match source {
        JobSource::Helm { values, .. } => {
            values.iter().any(|layer| !crate::purity::scan("", &layer.source.text).is_empty())
        }
        _ => false,
    });
    if impurities.is_empty() && !layers_call {
        return Ok(());
    }
    let unordered = impurities.iter().any(|impurity| impurity.function == "keys");
    let orders: &[KeyOrder] =
        if unordered { &[KeyOrder::Descending, KeyOrder::Ascending] } else { &[KeyOrder::Descending] };
    let mut mistakes = Vec::new();
    for order in orders {
        let other = pipeline::objects(job, engines, Variation::Perturbed(*order), &mut Vec::new())?;
        differences(job, objects, &other, &impurities, &mut mistakes);
        if !mistakes.is_empty() {
            break;
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes.into()) }
}

fn differences(
    job: &Job,
    objects: &[Object],
    other: &[Object],
    impurities: &[&Impurity],
    mistakes: &mut Vec<Diagnostic>,
) {
    if objects.len() != other.len() {
        let message = format!("unit `{}`: two renders of the same inputs give different objects", job.unit);
        mistakes.push(
            Diagnostic::error(message).hint("the chart is not reproducible; see the functions it calls"),
        );
        return;
    }
    for (left, right) in objects.iter().zip(other) {
        let Some(path) = first_difference(&left.node, &right.node) else { continue };
        let template = &left.origin.template;
        let field = path.join(".");
        let message = format!("`{field}` is different on every render");
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        let mut diagnostic = left.error(&job.unit, &parts, &message, "not a function of the inputs");
        for impurity in impurities.iter().filter(|impurity| same_template(&impurity.template, template)) {
            let Impurity { template, line, function } = impurity;
            diagnostic = diagnostic.with_note(format!("`{template}` calls `{function}` in line {line}"));
        }
        mistakes.push(diagnostic.hint(way_out(left)));
    }
}

fn way_out(object: &Object) -> String {
    let (kind, name) = (object.kind(), object.name());
    format!(
        "set the value that the template falls back from (for a password: an existing Secret), or fix the field by \
         `patches: [{{target: {{kind: {kind}, name: {name}}}, merge: …}}]`, or leave the object out by \
         `drop: [{{kind: {kind}, name: {name}, reason: …}}]`"
    )
}

/// `# Source:` begins with the chart's own name, the scan does not.
fn same_template(scanned: &str, rendered: &str) -> bool {
    scanned.ends_with("_helpers.tpl") || rendered.ends_with(scanned)
}

fn first_difference(left: &Node, right: &Node) -> Option<Vec<String>> {
    use yaml::Value::{Map, Seq};
    match (&left.value, &right.value) {
        (Map(left), Map(right)) if left.len() == right.len() => left.entries.iter().find_map(|entry| {
            let mut path = match right.get(&entry.key) {
                Some(other) => first_difference(&entry.value, other)?,
                None => Vec::new(),
            };
            path.insert(0, entry.key.clone());
            Some(path)
        }),
        (Seq(left), Seq(right)) if left.len() == right.len() => {
            left.iter().zip(right).enumerate().find_map(|(index, (left, right))| {
                let mut path = first_difference(left, right)?;
                path.insert(0, index.to_string());
                Some(path)
            })
        }
        _ if left.same(right) => None,
        _ => Some(Vec::new()),
    }
}
