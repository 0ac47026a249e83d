//! Strings in double quotes.

use std::fmt::Write as _;

use crate::allowed::{is_break, is_printable};

/// The text in double quotes on one line, with the escapes of the library.
pub(crate) fn double(text: &str) -> String {
    let mut out = String::from("\"");
    // The library asks the same about every character: whether the text begins with a byte order mark.
    let marked = text.starts_with('\u{feff}');
    for character in text.chars() {
        let escaped =
            marked || !is_printable(character) || is_break(character) || matches!(character, '"' | '\\');
        if escaped { escape(character, &mut out) } else { out.push(character) }
    }
    out.push('"');
    out
}

fn escape(character: char, out: &mut String) {
    let short = match character {
        '\0' => "\\0",
        '\x07' => "\\a",
        '\x08' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\x0b' => "\\v",
        '\x0c' => "\\f",
        '\r' => "\\r",
        '\x1b' => "\\e",
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{85}' => "\\N",
        '\u{a0}' => "\\_",
        '\u{2028}' => "\\L",
        '\u{2029}' => "\\P",
        _ => "",
    };
    out.push_str(short);
    if short.is_empty() {
        let code = u32::from(character);
        // Writing to a string does not fail.
        let _ = match code {
            0..=0xff => write!(out, "\\x{code:02X}"),
            0x100..=0xffff => write!(out, "\\u{code:04X}"),
            _ => write!(out, "\\U{code:08X}"),
        };
    }
}
