//! The report as one page that needs nothing else.

mod drawing;

use crate::{Report, Section};

const STYLE: &str = "body{font:14px system-ui,sans-serif;margin:2em auto;max-width:1200px;padding:0 1em;color:#222;background:#fff}\
h1{font-size:1.5em}h2{font-size:1.15em;margin:2em 0 .3em}p{margin:.3em 0}code,pre{font:12px ui-monospace,monospace}\
table{border-collapse:collapse}td,th{padding:.2em .8em .2em 0;text-align:left;vertical-align:top}\
td.number{text-align:right}.fails{color:#b00020}.holds{color:#1b5e20}.skipped{color:#777}.small{color:#555;font-size:12px}\
svg{display:block;margin:.6em 0}svg text{font:11px system-ui,sans-serif;fill:#222}svg .axis{stroke:#bbb}\
.seen{fill:#c5cae9}.applied{fill:#7986cb}.healthy{fill:#43a047}.never{fill:#b00020}.excused{fill:#9e9e9e}\
pre{white-space:pre-wrap;margin:0}";

/// The page.
pub fn html(report: &Report) -> String {
    let title = format!("{} on {}", escape(&report.cluster), escape(&report.driver));
    let (class, verdict) = if report.holds() { ("holds", "proven") } else { ("fails", "not proven") };
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style>\
         <h1>{title}: <span class=\"{class}\">{verdict}</span></h1>"
    );
    page.push_str(&contents(report));
    for (number, section) in report.sections.iter().enumerate() {
        page.push_str(&of_section(number, section));
    }
    page.push_str(&machines(report));
    page.push_str(&images(report));
    page.push_str(&simulated(report));
    page.push_str("</html>\n");
    page
}

/// A row for each section.
fn contents(report: &Report) -> String {
    let mut text = "<table><tr><th>part<th>engine<th>took<th>".to_owned();
    for (number, section) in report.sections.iter().enumerate() {
        let (class, word) = if section.holds() { ("holds", "holds") } else { ("fails", "fails") };
        text.push_str(&format!(
            "<tr><td><a href=\"#part-{number}\">{}</a><td>{}<td class=\"number\">{}<td class=\"{class}\">{word}",
            escape(&section.name),
            escape(&section.engine),
            seconds(section.took)
        ));
    }
    text + "</table>"
}

fn of_section(number: usize, section: &Section) -> String {
    let mut text = format!(
        "<h2 id=\"part-{number}\">{} with {}</h2><p class=\"small\">release <code>{}</code>{}</p>{}<table>",
        escape(&section.name),
        escape(&section.engine),
        escape(&section.release),
        section.timeline.published.map(|at| format!(", published after {at} ms")).unwrap_or_default(),
        drawing::drawing(section)
    );
    for component in section.timeline.components.iter().filter(|component| component.healthy.is_none()) {
        let reason = section.excused.get(&component.name).map(String::as_str);
        let class = if reason.is_some() { "skipped" } else { "fails" };
        let lines: Vec<String> = reason.into_iter().chain(component.complaints()).map(escape).collect();
        let name = escape(&component.name);
        text.push_str(&format!("<tr class=\"{class}\"><td>{name}<td><pre>{}</pre>", lines.join("\n")));
    }
    for outcome in &section.outcomes {
        let (class, word) = match outcome.holds {
            Some(true) => ("", "holds"),
            Some(false) => ("fails", "fails"),
            None => ("skipped", "skipped"),
        };
        let (name, message) = (escape(&outcome.name), escape(&outcome.message));
        text.push_str(&format!("<tr class=\"{class}\"><td>{word}: {name}<td class=\"small\">{message}"));
    }
    text + "</table>"
}

/// How long parts took, and what was used.
fn machines(report: &Report) -> String {
    let mut text = "<h2>Times</h2><table>".to_owned();
    for (name, time) in &report.times {
        text.push_str(&format!("<tr><td>{}<td class=\"number\">{}", escape(name), seconds(*time)));
    }
    text.push_str("</table>");
    if report.resources.is_empty() {
        return text;
    }
    text.push_str("<h2>Resources</h2><table><tr><th><th>processor time<th>memory<th>received");
    let mebibytes = |bytes: u64| format!("{} MiB", bytes >> 20);
    for used in &report.resources {
        let row = |name: &str, processor: u64, memory: u64, received: &str| {
            format!(
                "<tr><td>{}<td class=\"number\">{}<td class=\"number\">{}<td class=\"number\">{received}",
                escape(name),
                seconds(processor),
                mebibytes(memory)
            )
        };
        let machines = format!("all machines, with {}", used.engine);
        text.push_str(&row(&machines, used.processor, used.memory, &mebibytes(used.received)));
        for pod in &used.pods {
            text.push_str(&row(&pod.name, pod.processor, pod.memory, ""));
        }
    }
    text + "</table>"
}

fn simulated(report: &Report) -> String {
    let Some(simulation) = &report.simulation else { return String::new() };
    let lines = simulation.lines().into_iter().map(|line| format!("<li>{}", escape(&line)));
    format!("<h2>Simulated</h2><ul>{}</ul>", lines.collect::<String>())
}

fn images(report: &Report) -> String {
    let mut text = String::new();
    if !report.replaced.is_empty() {
        text.push_str("<h2>Images built from source</h2><table><tr><th>upstream<th>ours");
        for (upstream, ours) in &report.replaced {
            text.push_str(&format!("<tr><td><code>{}</code><td>{}", escape(upstream), escape(ours)));
        }
        text.push_str("</table>");
    }
    for image in &report.missing {
        text.push_str(&format!("<p class=\"fails\">nobody brings image {}", escape(image)));
    }
    text
}

/// Milliseconds as a person reads them.
fn seconds(time: u64) -> String {
    format!("{}.{} s", time / 1000, time % 1000 / 100)
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
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            character if character.is_control() && !matches!(character, '\n' | '\t') => {
                escaped.push('\u{fffd}');
            }
            character => escaped.push(character),
        }
    }
    escaped
}
