//! The style of a string: libyaml's rules.

use std::fmt::Write as _;

use super::resolve::is_no_string;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// What may stand for a text.
struct Allowed {
    plain: bool,
    single: bool,
    literal: bool,
}

pub(super) fn of(text: &str, key: bool) -> Style {
    let allowed = analyse(text);
    let quoted = if allowed.single { Style::Single } else { Style::Double };
    if text.contains('\n') {
        // Nobody sees how many blanks and breaks there are in a block of nothing else.
        return if allowed.literal && !key && !text.trim().is_empty() {
            Style::Literal
        } else {
            Style::Double
        };
    }
    match (is_no_string(text), allowed.plain) {
        (true, _) => Style::Double,
        (false, true) => Style::Plain,
        (false, false) => quoted,
    }
}

/// `yaml_emitter_analyze_scalar`.
fn analyse(text: &str) -> Allowed {
    let mut indicators = text.starts_with("---") || text.starts_with("...");
    let (mut special, mut tabs, mut breaks) = (false, false, false);
    let (mut break_space, mut space_break) = (false, false);
    let mut previous = None;
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let next_is_blank = rest.peek().is_none_or(|next| is_blank(*next));
        let first = previous.is_none();
        indicators |= match character {
            '#' => first || previous.is_some_and(is_blank),
            ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => first,
            '?' | '-' => first && next_is_blank,
            ':' => next_is_blank,
            _ => false,
        };
        tabs |= character == '\t';
        special |= !is_printable(character);
        breaks |= is_break(character);
        break_space |= character == ' ' && previous.is_some_and(is_break);
        space_break |= is_break(character) && previous == Some(' ');
        previous = Some(character);
    }
    let edge =
        |character: Option<char>| character.is_some_and(|character| character == ' ' || is_break(character));
    let edges = edge(text.chars().next()) || edge(previous);
    let odd = space_break || tabs || special;
    Allowed {
        plain: !(edges || break_space || odd || breaks || indicators),
        single: !(break_space || odd),
        literal: !(previous == Some(' ') || space_break || special),
    }
}

fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_blank(character: char) -> bool {
    is_break(character) || matches!(character, ' ' | '\t' | '\0')
}

fn is_printable(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
        && character != '\u{feff}'
        && character != '\r'
}

pub(super) fn single(text: &str, out: &mut String) {
    out.push('\'');
    out.push_str(&text.replace('\'', "''"));
    out.push('\'');
}

pub(super) fn double(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        let short = match character {
            '\0' => '0',
            '\u{7}' => 'a',
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{b}' => 'v',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\u{1b}' => 'e',
            '"' | '\\' => character,
            '\u{85}' => 'N',
            '\u{a0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ if is_printable(character) => {
                out.push(character);
                continue;
            }
            _ => {
                escape(u32::from(character), out);
                continue;
            }
        };
        out.push('\\');
        out.push(short);
    }
    out.push('"');
}

fn escape(code: u32, out: &mut String) {
    // Writing to a string does not fail.
    let _ = match code {
        0..=0xff => write!(out, "\\x{code:02X}"),
        0x100..=0xffff => write!(out, "\\u{code:04X}"),
        _ => write!(out, "\\U{code:08X}"),
    };
}

/// A literal block without its last line break.
pub(super) fn literal(text: &str, indent: usize, level: usize, out: &mut String) {
    out.push('|');
    if text.starts_with([' ', '\n']) {
        // Readers cannot see the indentation of such a first line.
        let _ = write!(out, "{level}");
    }
    let body = text.strip_suffix('\n');
    match body {
        None => out.push('-'),
        Some(body) if body.is_empty() || body.ends_with('\n') => out.push('+'),
        Some(_) => {}
    }
    for line in body.unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line);
        }
    }
}
