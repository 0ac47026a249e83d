//! Numbers of bytes as `github.com/dustin/go-humanize` reads and writes them.

use yaml::Value;

const UNITS: [&str; 7] = ["", "k", "m", "g", "t", "p", "e"];

/// `10 GiB`, `1.5tb`, `4096`: digits, then a unit of 1000 or, with an `i`, 1024.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let end = text
        .find(|character: char| !(character.is_ascii_digit() || matches!(character, '.' | ',')))
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let digits = digits.replace(',', "");
    let number: f64 = digits.parse().ok().filter(|_| digits.bytes().any(|byte| byte.is_ascii_digit()))?;
    let unit = unit.trim().to_lowercase();
    let unit = unit.strip_suffix('b').unwrap_or(&unit);
    let (base, prefix) = match unit.strip_suffix('i') {
        Some("") => return None,
        Some(prefix) => (1024_f64, prefix),
        None => (1000_f64, unit),
    };
    let power = UNITS.iter().position(|unit| *unit == prefix)?;
    let bytes = number * base.powi(i32::try_from(power).ok()?);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within its range, as Go converts it"
    )]
    (bytes < 18_446_744_073_709_551_615.0).then_some(bytes as u64)
}

/// `10%`: whole percents of at most 100.
pub(crate) fn percentage(text: &str) -> Option<u64> {
    let digits = text.strip_suffix('%')?;
    let number: f64 = digits.strip_prefix('-').unwrap_or(digits).parse().ok()?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100")]
    (0.0..=100.0).contains(&number).then_some(number as u64)
}

/// The size of a partition: by unit when that is exact.
pub(crate) fn written(bytes: u64) -> Value {
    let text = human(bytes);
    if bytes.is_multiple_of(1000) && parse(&text) == Some(bytes) {
        return Value::String(text);
    }
    i64::try_from(bytes).map_or(Value::Uint(bytes), Value::Int)
}

/// `humanize.Bytes`.
fn human(bytes: u64) -> String {
    const NAMES: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 10 {
        return format!("{bytes} B");
    }
    #[allow(clippy::cast_precision_loss, reason = "as Go converts it")]
    let number = bytes as f64;
    let mut power = 0;
    let mut unit = 1_u64;
    while power + 1 < NAMES.len() && bytes / 1000 >= unit {
        unit = unit.saturating_mul(1000);
        power += 1;
    }
    #[allow(clippy::cast_precision_loss, reason = "as Go converts it")]
    let value = (number / unit as f64 * 10.0 + 0.5).floor() / 10.0;
    let name = NAMES.get(power).copied().unwrap_or_default();
    if value < 10.0 { format!("{value:.1} {name}") } else { format!("{value:.0} {name}") }
}

/// `>= 100GB`: how a disk's size is compared, and with what.
pub(crate) fn condition(text: &str) -> Option<(&str, u64)> {
    let text = text.trim();
    let operator =
        [">=", "<=", "==", ">", "<"].into_iter().find(|operator| text.starts_with(operator)).unwrap_or("");
    Some((operator, parse(text.strip_prefix(operator)?.trim())?))
}
