//! The timeline of a section, drawn.

use super::escape;
use crate::{Component, Section};

/// Where the drawing begins, behind the names, and its width, in units of its own.
const LEFT: u64 = 270;
const WIDTH: u64 = 860;
/// Room for the last number.
const RIGHT: u64 = 70;
/// Height of a row, and of its bar.
const ROW: usize = 18;
const BAR: usize = 13;
/// As many marks on the axis at most.
const MARKS: u64 = 10;
/// Distances between marks, in milliseconds.
const STEPS: [u64; 12] = [10, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000, 300_000];

/// A row for each component, in the order in which they got healthy; one line for those that were so before.
pub(super) fn drawing(section: &Section) -> String {
    let all = &section.timeline.components;
    let first = all.iter().filter_map(|component| component.seen).min();
    let is_old = |component: &&Component| {
        component.seen == first && component.applied == first && component.healthy == first && first.is_some()
    };
    let old = all.iter().filter(is_old).count();
    let mut rows: Vec<&Component> = all.iter().filter(|component| !is_old(component)).collect();
    let note = format!("<p class=\"small\">{old} components were so from the beginning</p>");
    let note = if old == 0 { String::new() } else { note };
    if rows.is_empty() {
        return note;
    }
    rows.sort_by_key(|component| (component.healthy.unwrap_or(u64::MAX), component.name.as_str()));
    let times =
        rows.iter().flat_map(|component| [component.seen, component.applied, component.healthy]).flatten();
    let end = times.max().unwrap_or(1).max(1);
    let bottom = rows.len() * ROW;
    let mut text =
        format!("<svg viewBox=\"0 0 {} {}\" width=\"100%\">", LEFT + WIDTH + RIGHT, bottom + 2 * ROW);
    text.push_str(&axis(end, bottom));
    for (row, component) in rows.iter().enumerate() {
        text.push_str(&bars(component, section.excused.contains_key(&component.name), row * ROW, end));
    }
    text.push_str(&legend(bottom + ROW + BAR));
    text + "</svg>" + &note
}

/// Lines and numbers.
fn axis(end: u64, bottom: usize) -> String {
    let step = STEPS.into_iter().find(|step| end / step <= MARKS).unwrap_or(end);
    let mut text = String::new();
    for mark in (0..=end / step).map(|number| number * step) {
        let x = at(mark, end);
        let label = if step < 1000 { format!("{mark} ms") } else { format!("{} s", mark / 1000) };
        text.push_str(&format!(
            "<line class=\"axis\" x1=\"{x}\" x2=\"{x}\" y1=\"0\" y2=\"{bottom}\"/><text x=\"{x}\" y=\"{}\">{label}</text>",
            bottom + BAR
        ));
    }
    text
}

/// The name of a component, what it went through, and when it got healthy.
fn bars(component: &Component, is_excused: bool, y: usize, end: u64) -> String {
    let base = y + BAR - 3;
    let mut text = format!(
        "<text x=\"0\" y=\"{base}\">{}<title>{}</title></text>",
        escape(&component.name),
        escape(&component.source)
    );
    let steps = [
        ("seen", component.seen, component.applied),
        ("applied", component.applied, component.healthy),
        ("healthy", component.healthy, None),
    ];
    for (class, from, to) in steps {
        let Some(from) = from else { continue };
        let (x, to) = (at(from, end), at(to.unwrap_or(end).max(from), end));
        text.push_str(&format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{BAR}\"><title>{} {class} at {from} ms</title></rect>",
            (to - x).max(2),
            escape(&component.name)
        ));
    }
    let (class, word) = match component.healthy {
        Some(healthy) => ("", format!("{}.{} s", healthy / 1000, healthy % 1000 / 100)),
        None if is_excused => ("excused", "not waited for".to_owned()),
        None => ("never", "never".to_owned()),
    };
    // A bar that ends before the right edge has its number inside of the drawing all the same: in one column.
    text + &format!("<text class=\"{class}\" x=\"{}\" y=\"{base}\">{word}</text>", LEFT + WIDTH + 6)
}

fn legend(y: usize) -> String {
    let mut text = String::new();
    let words = [("seen", "bytes fetched"), ("applied", "objects applied"), ("healthy", "healthy")];
    for (number, (class, word)) in (0_u64..).zip(words) {
        let x = LEFT + number * 140;
        text.push_str(&format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{}\" width=\"12\" height=\"{BAR}\"/><text x=\"{}\" y=\"{y}\">{word}</text>",
            y - BAR + 3,
            x + 18
        ));
    }
    text
}

fn at(time: u64, end: u64) -> u64 {
    LEFT + time.min(end) * WIDTH / end
}

#[cfg(test)]
mod tests;
