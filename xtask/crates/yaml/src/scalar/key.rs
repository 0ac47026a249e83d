//! Keys of a mapping as text: what the JSON step of `sigs.k8s.io/yaml` makes of keys that are not strings.

use crate::Value;

/// The text of a key; the error says what it is when JSON has no such key.
pub(crate) fn key_text(value: Value) -> Result<String, &'static str> {
    match value {
        Value::String(text) => Ok(text),
        Value::Int(number) => Ok(number.to_string()),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Float(number) => Ok(shortest(number)),
        Value::Null => Err("null"),
        Value::Uint(_) => Err("an integer above 9223372036854775807"),
        Value::Seq(_) => Err("a list"),
        Value::Map(_) => Err("a mapping"),
    }
}

/// Go's `strconv.FormatFloat(number, 'g', -1, 32)`: the shortest text of the *32 bit* float, with an exponent from
/// `1e+06` up and below `1e-04`.
#[allow(clippy::cast_possible_truncation)] // Go rounds to 32 bits here as well.
fn shortest(number: f64) -> String {
    let number = number as f32;
    if number.is_nan() {
        return ".nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    match exponent.parse::<i32>() {
        Ok(exponent) if (-4..6).contains(&exponent) => format!("{number}"),
        Ok(exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
        }
        Err(_) => scientific,
    }
}
