//! The report for CI: the XML that `JUnit`'s Ant task writes, as every CI reads it.

use crate::Report;
use crate::html::escape;

/// The document: a suite for each section, a case for each component and each outcome.
pub fn junit(report: &Report) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n".to_owned();
    for section in &report.sections {
        let mut cases = Vec::new();
        for component in &section.timeline.components {
            let (name, time) = (escape(&component.name), component.healthy.unwrap_or(0));
            let inner = match (component.healthy, section.excused.get(&component.name)) {
                (Some(_), _) => String::new(),
                (None, Some(reason)) => format!("<skipped message=\"{}\"/>", escape(reason)),
                (None, None) => format!(
                    "<failure message=\"{}\">{}</failure>",
                    escape(&component.message),
                    escape(&component.complaints().join("\n"))
                ),
            };
            let time = format!("{}.{:03}", time / 1000, time % 1000);
            cases.push(format!(
                "<testcase classname=\"component\" name=\"{name}\" time=\"{time}\">{inner}</testcase>"
            ));
        }
        for outcome in &section.outcomes {
            let message = escape(&outcome.message);
            let inner = match outcome.holds {
                Some(true) => String::new(),
                Some(false) => format!("<failure message=\"{message}\"/>"),
                None => format!("<skipped message=\"{message}\"/>"),
            };
            let name = escape(&outcome.name);
            cases.push(format!("<testcase classname=\"assertion\" name=\"{name}\">{inner}</testcase>"));
        }
        let count = |what: &str| cases.iter().filter(|case| case.contains(what)).count();
        text.push_str(&format!(
            "<testsuite name=\"{} {} {}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{}.{:03}\">\n{}\n</testsuite>\n",
            escape(&report.cluster),
            escape(&section.engine),
            escape(&section.name),
            cases.len(),
            count("<failure"),
            count("<skipped"),
            section.took / 1000,
            section.took % 1000,
            cases.join("\n")
        ));
    }
    text.push_str("</testsuites>\n");
    text
}
