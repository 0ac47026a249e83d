//! Which strings would be read as something else when they stood unquoted.

/// Whether go-yaml v3 reads the plain text as anything but a string, or writes it quoted for the sake of older readers.
pub(super) fn is_no_string(text: &str) -> bool {
    is_word(text) || is_old_bool(text) || is_base60(text) || is_number(text) || is_timestamp(text)
}

fn is_word(text: &str) -> bool {
    let words = ["", "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE"];
    let numbers = [".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF"];
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    words.contains(&text)
        || numbers.contains(&text)
        || numbers.get(3..).is_some_and(|inf| inf.contains(&unsigned))
}

fn is_old_bool(text: &str) -> bool {
    let words =
        ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF"];
    words.contains(&text)
}

/// `190:20:30`: a number to the base 60 for YAML 1.1.
fn is_base60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or_default();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let sixtieth = |part: &str| matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
    let mut rest = parts.peekable();
    rest.peek().is_some()
        && first.starts_with(|character: char| character.is_ascii_digit())
        && digits(first)
        && rest.all(sixtieth)
        && digits(fraction)
}

fn is_number(text: &str) -> bool {
    match text.as_bytes().first() {
        Some(b'.') => is_go_float(&text.replace('_', "")),
        Some(b'0'..=b'9' | b'+' | b'-') => {
            let plain = text.replace('_', "");
            is_go_int(&plain) || is_plain_float(&plain)
        }
        _ => false,
    }
}

/// `strconv.ParseInt(text, 0, 64)`, or the binary and octal forms, as far as the form goes.
fn is_go_int(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let radix = |prefixes: [&str; 2]| prefixes.iter().find_map(|prefix| unsigned.strip_prefix(prefix));
    let fits = |digits: &str, radix| {
        !digits.is_empty() && !digits.starts_with(['+', '-']) && u64::from_str_radix(digits, radix).is_ok()
    };
    if let Some(digits) = radix(["0x", "0X"]) {
        return fits(digits, 16);
    }
    if let Some(digits) = radix(["0o", "0O"]) {
        return fits(digits, 8);
    }
    if let Some(digits) = radix(["0b", "0B"]) {
        return fits(digits, 2);
    }
    match unsigned.strip_prefix('0') {
        Some("") => true,
        Some(digits) => fits(digits, 8),
        None => fits(unsigned, 10),
    }
}

/// Digits with a dot or an exponent, or without: `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn is_plain_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_digits = if whole.is_empty() { !fraction.is_empty() } else { true };
    has_digits
        && digits(whole)
        && digits(fraction)
        && exponent.is_none_or(|digits_of| !digits_of.is_empty() && digits(digits_of))
}

fn is_go_float(text: &str) -> bool {
    text.len() > 1 && is_plain_float(text)
}

/// `2001-12-14`, with or without a time.
fn is_timestamp(text: &str) -> bool {
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let part = |part: Option<&str>, lengths: std::ops::RangeInclusive<usize>| {
        part.is_some_and(|part| {
            lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let is_date = part(parts.next(), 4..=4)
        && part(parts.next(), 1..=2)
        && part(parts.next(), 1..=2)
        && parts.next().is_none();
    is_date && time.is_none_or(is_time)
}

fn is_time(text: &str) -> bool {
    let clock = text.split(['Z', '+', '-']).next().unwrap_or_default();
    let parts: Vec<&str> = clock.split(':').collect();
    parts.len() == 3
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}
