//! Which strings may stand unquoted.
//!
//! Not what one reader needs but what all of them leave alone: go-yaml v2 and v3, libyaml's users, the YAML 1.1 type
//! repository (sexagesimal numbers, `1.2.3` as a float, timestamps, `=`), the core schema of YAML 1.2. A quote too many
//! does no harm.

/// Whether every reader takes the unquoted text as exactly this string.
pub(super) fn is_safe(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    if last == b' ' || last == b':' || !starts_well(first) || !text.is_ascii() && !is_printable(text) {
        return false;
    }
    let mut previous = first;
    for &byte in bytes {
        let ends_it = (byte == b'#' && previous == b' ') || (byte == b' ' && previous == b':');
        if byte < b' ' || byte == 0x7f || ends_it {
            return false;
        }
        previous = byte;
    }
    match first {
        b'0'..=b'9' | b'+' | b'-' | b'.' => !may_be_number(bytes),
        b'<' => text != "<<",
        _ => !is_word(text),
    }
}

fn starts_well(first: u8) -> bool {
    matches!(first, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | 0x80..)
        || matches!(first, b'/' | b'_' | b'$' | b'(' | b')' | b'+' | b'-' | b'.' | b';' | b'<' | b'\\' | b'^')
}

/// Made only of what numbers, dates and times are made of; `- x` and `---` are, too.
fn may_be_number(bytes: &[u8]) -> bool {
    let is_part = |byte: &u8| {
        matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F' | b'x' | b'X' | b'o' | b'O' | b'_' | b'.' | b':' | b'+' | b'-')
            || matches!(byte, b' ' | b',' | b't' | b'T' | b'z' | b'Z' | b'i' | b'I' | b'n' | b'N')
    };
    let is_marker = bytes.starts_with(b"---") || bytes.starts_with(b"...") || bytes.starts_with(b"- ");
    is_marker || bytes.iter().all(is_part)
}

fn is_word(text: &str) -> bool {
    const WORDS: [&str; 12] =
        ["y", "n", "no", "on", "yes", "off", "nan", "inf", "null", "true", "false", "infinity"];
    text.len() <= 8 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether the text holds nothing that a reader refuses unescaped, drops or takes as a line break.
pub(super) fn is_printable(text: &str) -> bool {
    !text.chars().any(|character| {
        let is_odd_space = character.is_whitespace() && !matches!(character, ' ' | '\n' | '\t');
        character.is_control() && !matches!(character, '\n' | '\t')
            || is_odd_space
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
            || matches!(character, '\u{feff}' | '\u{fff0}'..='\u{ffff}')
    })
}
