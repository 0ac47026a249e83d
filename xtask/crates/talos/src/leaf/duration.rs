//! Durations as Go reads and writes them.

const UNITS: [(&str, f64); 8] =
    [("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9)];

/// Nanoseconds of `1h30m`, `-1.5s`, `0`.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut total = 0_i128;
    while !rest.is_empty() {
        let end = rest.find(|character: char| !(character.is_ascii_digit() || character == '.'))?;
        let (number, tail) = rest.split_at(end);
        let unit_end =
            tail.find(|character: char| character.is_ascii_digit() || character == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_end);
        let (_, scale) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
        total += nanoseconds(number, scale)?;
        rest = tail;
    }
    if text.is_empty() || text == "-" || text == "+" {
        return None;
    }
    i64::try_from(total * sign).ok()
}

fn nanoseconds(number: &str, scale: f64) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: f64 = if fraction.is_empty() { 0.0 } else { format!("0.{fraction}").parse().ok()? };
    #[allow(clippy::cast_possible_truncation, reason = "scales are whole, parts below an hour")]
    Some(i128::from(whole) * scale as i128 + (part * scale) as i128)
}

/// `1h30m0s`, `1.5s`, `100ms`.
pub(crate) fn written(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let total = nanoseconds.unsigned_abs();
    if total < 1_000_000_000 {
        return match total {
            0 => "0s".to_owned(),
            1..1_000 => format!("{sign}{total}ns"),
            1_000..1_000_000 => format!("{sign}{}µs", decimal(total, 1_000)),
            _ => format!("{sign}{}ms", decimal(total, 1_000_000)),
        };
    }
    let (minutes, seconds) = (total / 60_000_000_000, total % 60_000_000_000);
    let seconds = decimal(seconds, 1_000_000_000);
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{sign}{seconds}s"),
        (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
        (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
    }
}

/// The quotient with as many places as it has.
fn decimal(number: u64, unit: u64) -> String {
    let (whole, rest) = (number / unit, number % unit);
    if rest == 0 {
        return whole.to_string();
    }
    let width = unit.to_string().len() - 1;
    let places = format!("{rest:0width$}");
    format!("{whole}.{}", places.trim_end_matches('0'))
}
