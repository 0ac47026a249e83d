//! Numbers and order as Go's standard library and go-yaml have them.

use std::cmp::Ordering;

/// An integer as `strconv.ParseInt(text, 0, 64)` and the forms that go-yaml adds read it.
pub(crate) fn integer(text: &str) -> Option<i128> {
    let plain = text.replace('_', "");
    let (sign, digits) = match plain.as_bytes().first()? {
        b'-' => (-1, plain.get(1..)?),
        b'+' => (1, plain.get(1..)?),
        _ => (1, plain.as_str()),
    };
    let prefixed = |prefixes: [&str; 2]| prefixes.iter().find_map(|prefix| digits.strip_prefix(prefix));
    let (digits, radix) = if let Some(digits) = prefixed(["0x", "0X"]) {
        (digits, 16)
    } else if let Some(digits) = prefixed(["0o", "0O"]) {
        (digits, 8)
    } else if let Some(digits) = prefixed(["0b", "0B"]) {
        (digits, 2)
    } else if digits.len() > 1 && digits.starts_with('0') {
        (digits, 8)
    } else {
        (digits, 10)
    };
    if !digits.starts_with(|character: char| character.is_ascii_alphanumeric()) {
        return None;
    }
    let number = i128::from(u64::from_str_radix(digits, radix).ok()?) * sign;
    (number >= i128::from(i64::MIN)).then_some(number)
}

/// The order in which go-yaml writes the keys of a map: letters by code, numbers by value.
pub(crate) fn key_order(a: &str, b: &str) -> Ordering {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut digits = false;
    for (at, (left, right)) in a.iter().zip(&b).enumerate() {
        if left == right {
            digits = left.is_numeric();
            continue;
        }
        return match (left.is_alphabetic(), right.is_alphabetic()) {
            (true, true) => left.cmp(right),
            (true, false) => {
                if digits {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            (false, true) => {
                if digits {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (false, false) => numbers(&a, &b, at).then(left.cmp(right)),
        };
    }
    a.len().cmp(&b.len())
}

/// Compares the numbers that begin where two keys part.
fn numbers(a: &[char], b: &[char], at: usize) -> Ordering {
    let zero = |text: &[char]| text.get(at) == Some(&'0');
    let before =
        a.get(..at).unwrap_or_default().iter().rev().take_while(|character| character.is_ascii_digit());
    // A zero counts behind other digits.
    let lead = u128::from((zero(a) || zero(b)) && before.into_iter().any(|character| *character != '0'));
    let number = |text: &[char]| {
        let digits: Vec<u32> = text.iter().skip(at).map_while(|character| character.to_digit(10)).collect();
        let value = digits
            .iter()
            .fold(lead, |value, digit| value.saturating_mul(10).saturating_add(u128::from(*digit)));
        (value, digits.len())
    };
    number(a).cmp(&number(b))
}

#[cfg(test)]
mod tests;
