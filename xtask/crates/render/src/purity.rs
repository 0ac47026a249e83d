//! Charts whose output is not a function of their inputs.
//!
//! Templates can call random functions, the clock, and `keys` and `values`, whose order Go leaves open. A scan of
//! the templates finds such calls; only a chart that has some is rendered again with a perturbed copy: another
//! clock, keys in a forced order, and of course other random numbers. Equal output proves that the calls do not
//! reach it; a difference is refused with the field and the template. Rendering twice and comparing alone would
//! pass a clock read twice in one second and an order that came out alike by chance.
//!
//! Function list: `Masterminds/sprig/v3` and Helm's `pkg/engine/funcs.go`.

use std::fmt::Write as _;

use archive::Tree;

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

const RANDOM: [&str; 18] = [
    "randAlphaNum",
    "randAlpha",
    "randAscii",
    "randNumeric",
    "randBytes",
    "randInt",
    "shuffle",
    "uuidv4",
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
const CLOCK: [&str; 2] = ["now", "ago"];
const UNORDERED: [&str; 2] = ["keys", "values"];

/// A clock that no machine shows: what `now` becomes in the perturbed copy.
const OTHER_CLOCK: &str = r#"(toDate "2006-01-02 15:04:05" "2001-02-03 04:05:06")"#;

/// Every call in a template that may make its output impure, and every `lookup`.
pub fn scan(template: &str, text: &str) -> Vec<Impurity> {
    let mut found = Vec::new();
    for action in actions(text) {
        for word in words(&text[action.clone()]) {
            let name = word.text;
            let rest = &text[action.start + word.end..action.end];
            let matters = RANDOM.contains(&name)
                || CLOCK.contains(&name)
                || name == "lookup"
                || (UNORDERED.contains(&name) && !is_sorted(rest));
            if matters {
                let line = text[..action.start + word.start].matches('\n').count() + 1;
                found.push(Impurity { template: template.to_owned(), line, function: name.to_owned() });
            }
        }
    }
    found
}

/// How a perturbed copy orders what Go leaves unordered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum KeyOrder {
    Ascending,
    Descending,
}

/// The perturbed copy of a chart.
pub(crate) fn perturb_tree(tree: &Tree, order: KeyOrder) -> Result<Tree, archive::PathError> {
    let mut copy = Tree::new();
    for (path, file) in tree.iter() {
        let is_template = path.contains("templates/") || path.ends_with("values.yaml");
        match std::str::from_utf8(&file.content) {
            Ok(text) if is_template => {
                copy.insert(path, file.executable, perturb(text, order).into_bytes())?;
            }
            _ => copy.insert(path, file.executable, file.content.clone())?,
        }
    }
    Ok(copy)
}

/// The perturbed copy of a text with template actions.
pub(crate) fn perturb(text: &str, order: KeyOrder) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut copied = 0;
    for action in actions(text) {
        let body = &text[action.clone()];
        let mut closings: Vec<(usize, &str)> = Vec::new();
        let mut edits: Vec<(usize, usize, String)> = Vec::new();
        for word in words(body) {
            match word.text {
                "now" => edits.push((word.start, word.end, OTHER_CLOCK.to_owned())),
                // What is piped in must stay outside of any parenthesis.
                "keys" if body[..word.start].trim_end().ends_with('|') => {
                    closings.push((end_of_command(body, word.end), ""));
                }
                "keys" => {
                    edits.push((word.start, word.start, "(".to_owned()));
                    closings.push((end_of_command(body, word.end), ")"));
                }
                _ => {}
            }
        }
        for (at, parenthesis) in closings {
            let sorted = match order {
                KeyOrder::Ascending => " | sortAlpha",
                KeyOrder::Descending => " | sortAlpha | reverse",
            };
            edits.push((at, at, format!("{sorted}{parenthesis} ")));
        }
        edits.sort_by_key(|edit| edit.0);
        for (start, end, replacement) in edits {
            out.push_str(&text[copied..action.start + start]);
            let _ = write!(out, "{replacement}");
            copied = action.start + end;
        }
    }
    out.push_str(&text[copied..]);
    out
}

/// The insides of `{{ … }}`, comments left out.
fn actions(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find("{{") {
        let start = at + open + 2;
        let Some(length) = action_length(&text[start..]) else { break };
        let body = text[start..start + length].trim_start_matches('-').trim_start();
        if !body.starts_with("/*") {
            found.push(start..start + length);
        }
        at = start + length + 2;
    }
    found
}

/// Where `}}` closes an action, strings and comments respected.
fn action_length(text: &str) -> Option<usize> {
    if text.trim_start_matches('-').trim_start().starts_with("/*") {
        return text.find("}}");
    }
    let mut quote: Option<u8> = None;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        match quote {
            Some(b'`') if byte == b'`' => quote = None,
            Some(open) if open != b'`' && byte == b'\\' => at += 1,
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if matches!(byte, b'"' | b'`' | b'\'') => quote = Some(byte),
            None if bytes[at..].starts_with(b"}}") => return Some(at),
            None => {}
        }
        at += 1;
    }
    None
}

struct Word<'a> {
    start: usize,
    end: usize,
    text: &'a str,
}

/// Function names in an action: words that are no field, no variable and not quoted.
fn words(body: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let bytes = body.as_bytes();
    let mut quote: Option<u8> = None;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        match quote {
            Some(b'`') if byte == b'`' => quote = None,
            Some(open) if open != b'`' && byte == b'\\' => at += 1,
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if matches!(byte, b'"' | b'`' | b'\'') => quote = Some(byte),
            None if byte.is_ascii_alphabetic() => {
                let end = body[at..]
                    .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                    .map_or(bytes.len(), |n| at + n);
                let is_function = at == 0 || !matches!(bytes[at - 1], b'.' | b'$' | b'_');
                if is_function {
                    found.push(Word { start: at, end, text: &body[at..end] });
                }
                at = end;
                continue;
            }
            None => {}
        }
        at += 1;
    }
    found
}

/// Where the command that goes on at `from` ends: at `|`, a closing parenthesis of its level, or the action's end.
fn end_of_command(body: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    let mut quote: Option<char> = None;
    for (offset, c) in body[from..].char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '`' | '\'') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')' | '|') if depth == 0 => return from + offset,
            (None, ')') => depth -= 1,
            _ => {}
        }
    }
    let end = body.trim_end().trim_end_matches('-').trim_end().len();
    end.max(from)
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
