//! Rendering the copies of a chart, and telling what differs.

use diag::Diagnostic;
use yaml::Node;

use crate::error::RenderError;
use crate::job::{Job, JobSource};
use crate::object::Object;
use crate::pipeline::{self, Engines, Variation};
use crate::purity::{Impurity, Twin, scan};

/// Renders two copies with stand-ins for impure calls when the templates have some, and refuses what differs.
pub(crate) fn refuse_impure(job: &Job, engines: Engines<'_>, objects: &[Object]) -> Result<(), RenderError> {
    let impurities = impurities(job);
    if impurities.is_empty() {
        return Ok(());
    }
    let first = copy(job, engines, Twin::First, &impurities)?;
    let second = copy(job, engines, Twin::Second, &impurities)?;
    let mistakes = differences(job, objects, &first, &second, &impurities);
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes.into()) }
}

/// The calls in charts and in the values that their templates may evaluate.
fn impurities(job: &Job) -> Vec<Impurity> {
    let mut found = Vec::new();
    for source in &job.sources {
        let JobSource::Helm { impurities, values, .. } = source else { continue };
        found.extend_from_slice(impurities);
        for layer in values {
            let calls = scan(&layer.source.name, &layer.source.text);
            found.extend(calls.into_iter().filter(|call| call.function != "lookup"));
        }
    }
    found
}

/// The objects of a copy. One that does not render, though the chart does, proves nothing.
fn copy(
    job: &Job,
    engines: Engines<'_>,
    copy: Twin,
    impurities: &[Impurity],
) -> Result<Vec<Object>, RenderError> {
    match pipeline::objects(job, engines, Variation::Perturbed(copy), &mut Vec::new()) {
        Err(RenderError::Refused(found)) => {
            let message =
                format!("unit `{}`: that its chart gives the same on every render cannot be shown", job.unit);
            let mut diagnostic = Diagnostic::error(message);
            for impurity in impurities {
                diagnostic = diagnostic.with_note(called(impurity));
            }
            for mistake in found {
                diagnostic =
                    diagnostic.with_note(format!("with other results of these calls: {}", mistake.message));
                diagnostic.notes.extend(mistake.notes);
            }
            let hint =
                "turn off by values what makes these calls, or pin a version of the chart without them";
            Err(diagnostic.hint(hint).into())
        }
        other => other,
    }
}

fn differences(
    job: &Job,
    objects: &[Object],
    first: &[Object],
    second: &[Object],
    impurities: &[Impurity],
) -> Vec<Diagnostic> {
    if first.len() != second.len() {
        let message = format!("unit `{}`: two renders of the same inputs give different objects", job.unit);
        let mut diagnostic = Diagnostic::error(message);
        for impurity in impurities {
            diagnostic = diagnostic.with_note(called(impurity));
        }
        return vec![diagnostic.hint("turn off by values what makes these calls")];
    }
    let mut mistakes = Vec::new();
    for (index, (left, right)) in first.iter().zip(second).enumerate() {
        let Some(path) = first_difference(&left.node, &right.node) else { continue };
        // What a person would find in the output, in place of the stand-ins.
        let rendered = objects.get(index).filter(|object| object.identity() == left.identity());
        let shown = rendered.unwrap_or(left);
        let template = &left.origin.template;
        let field = path.join(".");
        let message = format!("`{field}` is different on every render");
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        let mut diagnostic = shown.error(&job.unit, &parts, &message, "not a function of the inputs");
        let own: Vec<&Impurity> =
            impurities.iter().filter(|impurity| may_reach(&impurity.template, template)).collect();
        let all: Vec<&Impurity> = impurities.iter().collect();
        for impurity in if own.is_empty() { all } else { own } {
            diagnostic = diagnostic.with_note(called(impurity));
        }
        mistakes.push(diagnostic.hint(way_out(shown)));
    }
    mistakes
}

fn called(Impurity { template, line, function }: &Impurity) -> String {
    format!("`{template}` calls `{function}` in line {line}")
}

fn way_out(object: &Object) -> String {
    let (kind, name) = (object.kind(), object.name());
    format!(
        "set the value that the template falls back from (for a password: an existing Secret), or fix the field by \
         `patches: [{{target: {{kind: {kind}, name: {name}}}, merge: …}}]`, or leave the object out by \
         `drop: [{{kind: {kind}, name: {name}, reason: …}}]`"
    )
}

/// Whether a call may have been evaluated for an object: it stands in its template, or where any template reads it.
/// `# Source:` begins with the chart's own name, the scan does not.
fn may_reach(scanned: &str, rendered: &str) -> bool {
    let is_template = scanned.starts_with("templates/") || scanned.contains("/templates/");
    !is_template || scanned.ends_with(".tpl") || rendered.ends_with(scanned)
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
