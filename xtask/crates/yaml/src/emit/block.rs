//! Literal blocks: text of several lines as it is.

use super::plain::is_printable;

/// Whether a literal block says exactly this text: several lines, nothing that needs an escape, and neither the first
/// nor the last line only blanks, where readers disagree on what is indentation.
pub(super) fn is_exact(text: &str) -> bool {
    if !text.contains('\n') || !is_printable(text) {
        return false;
    }
    let is_blank = |line: &str| line.bytes().all(|byte| matches!(byte, b' ' | b'\t'));
    let body = text.trim_end_matches('\n');
    let last = body.rsplit('\n').next().unwrap_or_default();
    let first = body.trim_start_matches('\n').split('\n').next().unwrap_or_default();
    !is_blank(first) && !is_blank(last)
}

/// Writes the block behind its key or dash, without the last line break.
pub(super) fn write(text: &str, indent: usize, out: &mut String) {
    out.push('|');
    if text.starts_with([' ', '\t', '\n']) {
        // Readers find the indentation by the first line, which has some of its own or is empty.
        out.push('2');
    }
    let body = text.trim_end_matches('\n');
    let breaks = text.len() - body.len();
    match breaks {
        0 => out.push('-'),
        1 => {}
        _ => out.push('+'),
    }
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line);
        }
    }
    out.extend(std::iter::repeat_n('\n', breaks.saturating_sub(1)));
}
