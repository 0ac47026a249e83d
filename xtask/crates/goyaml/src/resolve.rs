//! What a reader takes a bare text for: `resolve` of the library's `resolver.go`.

/// Whether the bare text is anything but a string: a number, a date, a word of the language.
pub(crate) fn is_no_string(text: &str) -> bool {
    match text.as_bytes().first() {
        None => true,
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' | b'<') => {
            is_word(text)
        }
        Some(b'.') => is_special(text) || dotted(text),
        Some(b'0'..=b'9' | b'+' | b'-') => is_special(text) || is_timestamp(text) || is_number(text),
        Some(_) => false,
    }
}

fn is_word(text: &str) -> bool {
    matches!(
        text,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" | "~" | "null" | "Null" | "NULL" | "<<"
    )
}

fn is_special(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN")
}

/// `ParseFloat` alone, which takes an underscore between two digits.
fn dotted(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let marks = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'_');
    let mut placed = marks.map(|(at, _)| is_digit(at.checked_sub(1)) && is_digit(Some(at + 1)));
    placed.all(|placed| placed) && is_float(&text.replace('_', ""))
}

/// `ParseInt` and `ParseUint` with base 0, then a float; underscores do not count.
fn is_number(text: &str) -> bool {
    let digits = text.replace('_', "");
    is_integer(&digits) || is_float(&digits)
}

fn is_integer(text: &str) -> bool {
    let negative = text.starts_with('-');
    let signed = negative || text.starts_with('+');
    let unsigned = if signed { text.get(1..).unwrap_or_default() } else { text };
    let Some(magnitude) = magnitude(unsigned) else { return false };
    let largest = if negative { 1 << 63 } else { (1_u64 << 63) - 1 };
    magnitude <= largest || !signed
}

fn magnitude(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let (base, digits) = match lower.as_bytes() {
        [b'0'] => return Some(0),
        [b'0', b'b', ..] => (2, lower.get(2..)?),
        [b'0', b'o', ..] => (8, lower.get(2..)?),
        [b'0', b'x', ..] => (16, lower.get(2..)?),
        [b'0', ..] => (8, lower.get(1..)?),
        _ => (10, lower.as_str()),
    };
    // `from_str_radix` takes a sign, which may not stand here.
    let unsigned = !digits.starts_with(['+', '-']);
    unsigned.then(|| u64::from_str_radix(digits, base).ok())?
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, within the range of a float.
fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mantissa_fits = digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !unsigned.is_empty() && digits(unsigned)
    });
    mantissa_fits && exponent_fits && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// `2006-1-2`, `2006-1-2T15:4:5.9Z`, `2006-1-2t15:4:5.9+07:00` or `2006-1-2 15:4:5.9`, by Go's `time.Parse`.
pub fn is_timestamp(text: &str) -> bool {
    if let Some((date, time)) = text.split_once(['T', 't']) {
        return is_date(date) && without_zone(time).is_some_and(is_time);
    }
    match text.split_once(' ') {
        Some((date, time)) => is_date(date) && is_time(time),
        None => is_date(text),
    }
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) =
        (number(year, 4..=4), number(month, 1..=2), number(day, 1..=2))
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

fn is_time(clock: &str) -> bool {
    let mut parts = clock.splitn(3, ':');
    let (Some(hour), Some(minute), Some(second)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let (second, fraction) = second.split_once(['.', ',']).unwrap_or((second, "0"));
    let below = |text: &str, limit: u32| number(text, 1..=2).is_some_and(|number| number < limit);
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    below(hour, 24) && below(minute, 60) && below(second, 60) && is_fraction
}

fn without_zone(text: &str) -> Option<&str> {
    if let Some(clock) = text.strip_suffix('Z') {
        return Some(clock);
    }
    let (clock, zone) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let (hours, minutes) = zone.strip_prefix(['+', '-'])?.split_once(':')?;
    let fits = number(hours, 2..=2)? <= 24 && number(minutes, 2..=2)? <= 60;
    fits.then_some(clock)
}

fn number(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    (digits && length.contains(&text.len())).then(|| text.parse().ok())?
}
