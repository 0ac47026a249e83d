//! The copies of a chart in which calls are replaced by stand-ins.
//!
//! ```text
//! {{- $all := keys .Values.a | join "," }}
//! {{- $xtask := dict }}{{- $all := (list .Values.a | set $xtask `args` | include `xtask.keys` | list (get $xtask `out`) | first) | join "," }}
//! ```
//!
//! What is put in has no `"`, no `'` and no line break, so that it may stand in any string of a JSON or YAML file, and
//! it gives no text of its own.

use archive::Tree;

use super::actions::{actions, end_of_command, words};
use super::may_be_template;
use super::stand_ins::{self, Twin};

/// Where the stand-ins are defined: a name that sorts first and gives no object.
const STAND_INS: &str = "templates/_xtask_stand_ins.tpl";

/// One of the copies of a chart.
pub(crate) fn perturb_tree(tree: &Tree, copy: Twin) -> Result<Tree, archive::PathError> {
    let mut perturbed = Tree::new();
    for (path, file) in tree.iter() {
        match std::str::from_utf8(&file.content) {
            Ok(text) if may_be_template(path) => {
                perturbed.insert(path, file.executable, perturb(text).into_bytes())?;
            }
            _ => perturbed.insert(path, file.executable, file.content.clone())?,
        }
    }
    perturbed.insert(STAND_INS, false, stand_ins::file(copy).into_bytes())?;
    Ok(perturbed)
}

/// A text with its calls replaced; the same in both copies.
pub(crate) fn perturb(text: &str) -> String {
    let mut edits: Vec<(usize, usize, String)> = Vec::new();
    // Where each open `if`, `range`, `with`, `block` and `define` begins.
    let mut open: Vec<usize> = Vec::new();
    for action in actions(text) {
        let body = &text[action.clone()];
        let keyword = words(body).first().map_or("", |word| word.text).to_owned();
        let begin = action.start - "{{".len();
        if keyword == "end" {
            open.pop();
        }
        let calls = calls(body);
        if !calls.is_empty() {
            // A branch sees what is declared before its `if`, not what is declared in the branch before it.
            let place = if keyword == "else" { open.last().copied().unwrap_or(begin) } else { begin };
            let trim = if text[place..].starts_with("{{-") { "{{- " } else { "{{ " };
            edits.push((place, place, format!("{trim}$xtask := dict }}}}")));
            edits.extend(
                calls.into_iter().map(|(start, end, new)| (action.start + start, action.start + end, new)),
            );
        }
        if matches!(keyword.as_str(), "if" | "range" | "with" | "block" | "define") {
            open.push(begin);
        }
    }
    edits.sort_by_key(|edit| (edit.0, edit.1));
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (start, end, new) in edits {
        out.push_str(&text[copied..start]);
        out.push_str(&new);
        copied = end;
    }
    out.push_str(&text[copied..]);
    out
}

/// The edits that replace the calls of an action.
fn calls(body: &str) -> Vec<(usize, usize, String)> {
    let mut edits = Vec::new();
    // Ends of inner calls come before those of outer ones, which begin first.
    let mut ends: Vec<(usize, String)> = Vec::new();
    for word in words(body).into_iter().filter(|word| stand_ins::has(word.text)) {
        let tail =
            format!(" | set $xtask `args` | include `xtask.{}` | list (get $xtask `out`) | first", word.text);
        if stand_ins::is_plain(word.text) {
            edits.push((word.start, word.end, format!("(list{tail})")));
            continue;
        }
        // What is piped in must stay outside of any parenthesis.
        let is_piped = body[..word.start].trim_end().ends_with('|');
        let (head, close) = if is_piped { ("list", " ") } else { ("(list", ") ") };
        edits.push((word.start, word.end, head.to_owned()));
        ends.push((end_of_command(body, word.end), format!("{tail}{close}")));
    }
    for (at, text) in ends.into_iter().rev() {
        edits.push((at, at, text));
    }
    edits
}
