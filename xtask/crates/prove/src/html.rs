//! The report as one page that needs nothing else.

use crate::{Component, Report, Section};

/// Width of the drawing in units of its own.
const WIDTH: u64 = 1000;

const STYLE: &str = "body{font:14px system-ui,sans-serif;margin:2em;color:#222;background:#fff}\
table{border-collapse:collapse}td,th{padding:.15em .6em;text-align:left;vertical-align:top}\
.fails{color:#b00020}.skipped{color:#777}.bar{height:.9em;display:block}svg text{font:11px system-ui}\
.seen{fill:#c5cae9}.applied{fill:#7986cb}.healthy{fill:#43a047}pre{white-space:pre-wrap}";

/// The page.
pub fn html(report: &Report) -> String {
    let title = format!("{} on {}", escape(&report.cluster), escape(&report.driver));
    let verdict = if report.holds() { "proven" } else { "not proven" };
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style><h1>{title}: {verdict}</h1>"
    );
    for section in &report.sections {
        page.push_str(&of_section(section));
    }
    if !report.replaced.is_empty() {
        page.push_str("<h2>Images built from source</h2><table>");
        for (upstream, ours) in &report.replaced {
            page.push_str(&format!("<tr><td>{}<td>{}", escape(upstream), escape(ours)));
        }
        page.push_str("</table>");
    }
    if let Some(simulation) = &report.simulation {
        page.push_str("<h2>Simulated</h2><ul>");
        for line in simulation.lines() {
            page.push_str(&format!("<li>{}", escape(&line)));
        }
        page.push_str("</ul>");
    }
    for image in &report.missing {
        page.push_str(&format!("<p class=\"fails\">nobody brings image {}", escape(image)));
    }
    page.push_str("<h2>Times</h2><table>");
    for (name, time) in &report.times {
        page.push_str(&format!("<tr><td>{}<td>{time} ms", escape(name)));
    }
    page.push_str("</table></html>\n");
    page
}

fn of_section(section: &Section) -> String {
    let mut text = format!(
        "<h2>{} with {}</h2><p>release <code>{}</code>{}",
        escape(&section.name),
        escape(&section.engine),
        escape(&section.release),
        drawing(section)
    );
    text.push_str("<table>");
    for component in section.timeline.components.iter().filter(|component| component.healthy.is_none()) {
        let reason = section.excused.get(&component.name);
        let class = if reason.is_some() { "skipped" } else { "fails" };
        let causes: Vec<String> = reason
            .into_iter()
            .chain([&component.message])
            .chain(&component.causes)
            .map(|cause| escape(cause))
            .collect();
        text.push_str(&format!(
            "<tr class=\"{class}\"><td>{}<td><pre>{}</pre>",
            escape(&component.name),
            causes.join("\n")
        ));
    }
    for outcome in &section.outcomes {
        let (class, word) = match outcome.holds {
            Some(true) => ("", "holds"),
            Some(false) => ("fails", "fails"),
            None => ("skipped", "skipped"),
        };
        text.push_str(&format!(
            "<tr class=\"{class}\"><td>{word}: {}<td>{}",
            escape(&outcome.name),
            escape(&outcome.message)
        ));
    }
    text.push_str("</table>");
    text
}

/// The timeline: a row for each component, in the order in which they got healthy.
fn drawing(section: &Section) -> String {
    let mut rows: Vec<&Component> = section.timeline.components.iter().collect();
    rows.sort_by_key(|component| (component.healthy.unwrap_or(u64::MAX), component.name.as_str()));
    let times =
        rows.iter().flat_map(|component| [component.seen, component.applied, component.healthy]).flatten();
    let end = times.max().unwrap_or(1).max(1);
    let height = rows.len() * 18 + 24;
    let mut text = format!("<p><svg viewBox=\"0 0 {} {height}\" width=\"100%\">", WIDTH + 320);
    for (row, component) in rows.iter().enumerate() {
        let y = row * 18;
        text.push_str(&format!("<text x=\"0\" y=\"{}\">{}</text>", y + 12, escape(&component.name)));
        let steps = [
            ("seen", component.seen, component.applied),
            ("applied", component.applied, component.healthy),
            ("healthy", component.healthy, Some(end)),
        ];
        for (class, from, to) in steps {
            let Some(from) = from else { continue };
            let to = to.unwrap_or(end).max(from);
            let (x, width) = (310 + from * WIDTH / end, ((to - from) * WIDTH / end).max(1));
            text.push_str(&format!(
                "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"14\"><title>{class} at {from} ms</title></rect>"
            ));
        }
    }
    text.push_str(&format!(
        "<text x=\"310\" y=\"{height}\">0</text><text x=\"{}\" y=\"{height}\">{end} ms</text></svg>",
        WIDTH + 260
    ));
    text
}

/// Text in HTML and XML.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML 1.0 has no way to write these.
            character if character.is_control() && !matches!(character, '\n' | '\t') => {
                escaped.push('\u{fffd}');
            }
            character => escaped.push(character),
        }
    }
    escaped
}
