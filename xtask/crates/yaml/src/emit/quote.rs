//! Quoted strings on one line.

use std::fmt::Write as _;

use super::plain::is_printable;

/// Writes the string in double quotes, or in single ones when it has quotation marks or backslashes and nothing that
/// only an escape can say.
pub(super) fn write(text: &str, out: &mut String) {
    let needs_escape = text.contains(['\n', '\t']) || !is_printable(text);
    if !needs_escape && text.contains(['"', '\\']) {
        single(text, out);
    } else {
        double(text, out);
    }
}

fn single(text: &str, out: &mut String) {
    out.push('\'');
    for (index, part) in text.split('\'').enumerate() {
        if index > 0 {
            out.push_str("''");
        }
        out.push_str(part);
    }
    out.push('\'');
}

fn double(text: &str, out: &mut String) {
    out.push('"');
    // Runs of ordinary text are copied whole.
    let mut rest = text;
    while let Some(at) = rest.find(is_escaped) {
        let (run, escaped) = rest.split_at(at);
        out.push_str(run);
        let mut characters = escaped.chars();
        if let Some(character) = characters.next() {
            escape(character, out);
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

fn is_escaped(character: char) -> bool {
    match character {
        '"' | '\\' | '\n' | '\t' | '\r' => true,
        ' '..='~' => false,
        _ => !is_printable(character.encode_utf8(&mut [0; 4])),
    }
}

fn escape(character: char, out: &mut String) {
    let code = u32::from(character);
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        _ if code <= 0xff => write_to(out, format_args!("\\x{code:02x}")),
        _ if code <= 0xffff => write_to(out, format_args!("\\u{code:04x}")),
        _ => write_to(out, format_args!("\\U{code:08x}")),
    }
}

fn write_to(out: &mut String, escape: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = out.write_fmt(escape);
}
