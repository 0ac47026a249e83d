//! What a run ends with.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Outcome, Resources, Simulation, Timeline};

/// A whole run.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The cluster.
    pub cluster: String,
    /// Its driver.
    pub driver: String,
    /// What was done, in order.
    pub sections: Vec<Section>,
    /// Images that were stood in for: upstream reference and the name of ours.
    pub replaced: BTreeMap<String, String>,
    /// What only looked as if it were there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub simulation: Option<Simulation>,
    /// Images that nobody could bring.
    pub missing: Vec<String>,
    /// How long parts of the run took, in milliseconds, in order.
    pub times: Vec<(String, u64)>,
    /// What the clusters used, in the order of the engines.
    pub resources: Vec<Resources>,
}

/// One publication and what became of it.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Section {
    /// What was done: `install`, `change`, `rollback` and so on.
    pub name: String,
    /// The engine.
    pub engine: String,
    /// Digest of the release.
    pub release: String,
    /// From the beginning of the publication until the last assertion was looked at, in milliseconds.
    pub took: u64,
    /// When each component got where.
    pub timeline: Timeline,
    /// Components that nobody waited for, with the reason.
    pub excused: BTreeMap<String, String>,
    /// Assertions and invariants.
    pub outcomes: Vec<Outcome>,
}

impl Section {
    /// Whether all that could be proven was.
    pub fn holds(&self) -> bool {
        let healthy = self
            .timeline
            .components
            .iter()
            .all(|component| component.healthy.is_some() || self.excused.contains_key(&component.name));
        healthy
            && self.timeline.release.is_some()
            && self.outcomes.iter().all(|outcome| outcome.holds != Some(false))
    }
}

impl Report {
    /// Adds what came of another engine.
    pub fn add(&mut self, other: Self) {
        let engine = other.sections.first().map(|section| section.engine.clone()).unwrap_or_default();
        self.cluster = other.cluster;
        self.driver = other.driver;
        self.sections.extend(other.sections);
        self.replaced.extend(other.replaced);
        self.simulation = other.simulation.or(self.simulation.take());
        self.missing.extend(other.missing);
        self.missing.sort();
        self.missing.dedup();
        self.resources.extend(other.resources);
        self.times.extend(other.times.into_iter().map(|(name, took)| (format!("{name} ({engine})"), took)));
    }

    /// Whether every section holds, and there is one.
    pub fn holds(&self) -> bool {
        !self.sections.is_empty() && self.sections.iter().all(Section::holds)
    }
}

impl Outcome {
    /// It on one line.
    pub fn line(&self) -> String {
        let word = match self.holds {
            Some(true) => "holds",
            Some(false) => "FAILS",
            None => "skipped",
        };
        let message = self.message.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{word}: {} ({message})", self.name)
    }
}

/// The report for a terminal.
pub fn text(report: &Report) -> String {
    let mut lines = Vec::new();
    for section in &report.sections {
        lines.push(format!(
            "{} with {}: release {}, looked at for {}.{} s",
            section.name,
            section.engine,
            section.release,
            section.took / 1000,
            section.took % 1000 / 100
        ));
        let width = section
            .timeline
            .components
            .iter()
            .map(|component| component.name.len())
            .max()
            .unwrap_or(0)
            .max("component".len());
        let head = ["seen", "applied", "healthy"].map(|word| format!("{word:>9}")).concat();
        lines.push(format!("  {:width$}{head}", "component"));
        for component in &section.timeline.components {
            let times = [component.seen, component.applied, component.healthy].map(seconds).concat();
            let note = match section.excused.get(&component.name) {
                Some(reason) if component.healthy.is_none() => format!("  ({reason})"),
                _ => String::new(),
            };
            lines.push(format!("  {:width$}{times}{note}", component.name));
            // One that was broken on purpose is excused, and yet what it looks like is told.
            if component.healthy.is_none() && (note.is_empty() || !component.failing.is_empty()) {
                lines.extend(component.complaints().into_iter().map(|line| format!("      {line}")));
            }
        }
        for outcome in &section.outcomes {
            lines.push(format!("  {}", outcome.line()));
        }
        lines.push(String::new());
    }
    if !report.replaced.is_empty() {
        lines.push(format!("{} images built from source stood in for upstream ones", report.replaced.len()));
    }
    lines.extend(report.simulation.iter().flat_map(Simulation::lines));
    for image in &report.missing {
        lines.push(format!("nobody brings image {image}"));
    }
    for (name, time) in &report.times {
        lines.push(format!("{}  {name}", seconds(Some(*time))));
    }
    lines.extend(report.resources.iter().map(Resources::line));
    lines.join("\n")
}

fn seconds(time: Option<u64>) -> String {
    match time {
        Some(time) => format!("{:>6}.{} s", time / 1000, time % 1000 / 100),
        None => format!("{:>9}", "-"),
    }
}

#[cfg(test)]
pub(crate) mod tests;
