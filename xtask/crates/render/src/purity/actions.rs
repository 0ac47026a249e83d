//! Reading the actions of Go templates as far as finding calls takes.
//!
//! Grammar: <https://pkg.go.dev/text/template>.

/// The insides of `{{ … }}`, comments left out.
pub(super) fn actions(text: &str) -> Vec<std::ops::Range<usize>> {
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

/// A word of an action.
pub(super) struct Word<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: &'a str,
}

/// Function names in an action: words that are no field, no variable and not quoted.
pub(super) fn words(body: &str) -> Vec<Word<'_>> {
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
pub(super) fn end_of_command(body: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    let mut quote: Option<char> = None;
    let mut escaped = false;
    for (offset, c) in body[from..].char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some('"' | '\''), '\\') => escaped = true,
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
