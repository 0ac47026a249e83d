//! Numbers: Go's `strconv.ParseInt(text, 0, 64)`, `ParseUint` and `ParseFloat`, in go-yaml's order.

use std::borrow::Cow;

use crate::Value;

/// A number that starts with a digit or a sign; underscores do not count, wherever they stand.
pub(super) fn number(text: &str) -> Option<Value> {
    let digits: Cow<'_, str> =
        if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) };
    integer(&digits).or_else(|| float(&digits)).or_else(|| signed_binary(&digits))
}

/// A number that starts with a dot: `ParseFloat` alone, which takes underscores between digits only.
pub(super) fn dotted(text: &str) -> Option<Value> {
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let misplaced =
        |(at, &byte): (usize, &u8)| byte == b'_' && !(is_digit(at.checked_sub(1)) && is_digit(Some(at + 1)));
    if bytes.iter().enumerate().any(misplaced) {
        // A run of underscores is refused too: the second one does not follow a digit.
        return None;
    }
    float(&text.replace('_', ""))
}

/// Base 0: `0x`, `0o`, `0b` and a leading zero choose the base.
fn integer(text: &str) -> Option<Value> {
    let (sign, unsigned) = match text.as_bytes().first()? {
        b'+' => (Some('+'), text.get(1..)?),
        b'-' => (Some('-'), text.get(1..)?),
        _ => (None, text),
    };
    let magnitude = magnitude(unsigned)?;
    match sign {
        Some('-') => 0_i64.checked_sub_unsigned(magnitude).map(Value::Int),
        Some(_) => i64::try_from(magnitude).ok().map(Value::Int),
        None => Some(i64::try_from(magnitude).map_or(Value::Uint(magnitude), Value::Int)),
    }
}

fn magnitude(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    let (base, digits) = match (bytes.first()?, bytes.get(1)) {
        (b'0', None) => return Some(0),
        (b'0', Some(b'b' | b'B')) if bytes.len() > 2 => (2, text.get(2..)?),
        (b'0', Some(b'o' | b'O')) if bytes.len() > 2 => (8, text.get(2..)?),
        (b'0', Some(b'x' | b'X')) if bytes.len() > 2 => (16, text.get(2..)?),
        (b'0', Some(_)) => (8, text.get(1..)?),
        _ => (10, text),
    };
    // `from_str_radix` takes a sign, which may not stand here.
    if digits.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(digits, base).ok()
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, and not beyond the range of a float.
fn float(text: &str) -> Option<Value> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_digits = !whole.is_empty() || !fraction.is_empty();
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && is_digits(digits)
    });
    if !has_digits || !is_digits(whole) || !is_digits(fraction) || !exponent_fits {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    value.is_finite().then_some(Value::Float(value))
}

/// `0b-101`: go-yaml cuts the prefix off and reads the rest as a signed number.
fn signed_binary(text: &str) -> Option<Value> {
    let digits = text.strip_prefix("0b")?;
    i64::from_str_radix(digits, 2).ok().map(Value::Int)
}
