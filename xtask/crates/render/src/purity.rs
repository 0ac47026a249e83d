//! Charts whose output is not a function of their inputs.
//!
//! Templates can call random functions, the clock, and `keys` and `values`, whose order Go leaves open. A scan finds
//! such calls; only a chart that has some is rendered twice more, from copies in which these functions are replaced by
//! stand-ins that say one thing in the first copy and another in the second: other clocks, other numbers, other orders
//! ([`perturb`]). Copies that give the same prove that no such call reaches the output; a difference is refused with
//! the field and the templates that call. Rendering the chart itself twice would pass a clock that is read twice in one
//! second and an order that came out alike by chance.
//!
//! What is known not to be found: a call whose name a template puts together at run time and hands to `tpl`.
//!
//! Function list: `Masterminds/sprig/v3` (`functions.go`, `date.go`, `dict.go`) and Helm's `pkg/engine/funcs.go`.

mod actions;
mod perturb;
mod stand_ins;

use actions::{actions, end_of_command, words};

pub(crate) use perturb::{perturb, perturb_tree};
pub(crate) use stand_ins::Twin;

/// A call whose result differs from run to run.
#[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Impurity {
    /// The template.
    pub template: String,
    /// From 1.
    pub line: usize,
    /// The function.
    pub function: String,
}

/// Functions without a stand-in, since chance never gives the same twice.
const KEYS_AND_HASHES: [&str; 10] = [
    "genPrivateKey",
    "genCA",
    "genCAWithKey",
    "genSelfSignedCert",
    "genSelfSignedCertWithKey",
    "genSignedCert",
    "genSignedCertWithKey",
    "encryptAES",
    "htpasswd",
    "bcrypt",
];

/// Every call in a template that may make its output impure, and every `lookup`.
pub fn scan(template: &str, text: &str) -> Vec<Impurity> {
    let mut found = Vec::new();
    for action in actions(text) {
        for word in words(&text[action.clone()]) {
            let name = word.text;
            let rest = &text[action.start + word.end..action.end];
            let is_unordered = matches!(name, "keys" | "values");
            let matters = KEYS_AND_HASHES.contains(&name)
                || name == "lookup"
                || (stand_ins::has(name) && !(is_unordered && is_sorted(rest)));
            if matters {
                let line = text[..action.start + word.start].matches('\n').count() + 1;
                found.push(Impurity { template: template.to_owned(), line, function: name.to_owned() });
            }
        }
    }
    found
}

/// Whether a file of a chart may be a template: one of `templates/`, or one that a template may hand to `tpl`.
pub(crate) fn may_be_template(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_page = name.ends_with(".md") || name.ends_with(".schema.json") || name.starts_with("LICENSE");
    let is_read_by_helm = matches!(name, "Chart.yaml" | "Chart.lock" | ".helmignore");
    !is_page && !is_read_by_helm && !path.starts_with("crds/") && !path.contains("/crds/")
}

/// Whether the result goes straight into `sortAlpha` or only its length counts.
fn is_sorted(rest: &str) -> bool {
    let end = end_of_command(rest, 0);
    let next =
        rest[end..].trim_start_matches(')').trim_start().strip_prefix('|').unwrap_or_default().trim_start();
    next.starts_with("sortAlpha") || next.starts_with("len") || next.starts_with("has ")
}

#[cfg(test)]
mod tests;
