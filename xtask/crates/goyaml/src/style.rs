//! The style of a string: `stringv` of the library's `representer.go`, `desolver.go` and `selectScalarStyle`.

use crate::allowed::Allowed;
use crate::resolve::is_no_string;

/// How a string is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

impl Style {
    /// The style of a value, or of a key when `simple`.
    pub(crate) fn of(text: &str, simple: bool) -> Self {
        let allowed = Allowed::of(text);
        let wanted = match text {
            _ if text.contains('\n') && is_block(text) => Self::Literal,
            _ if text.contains('\n') => Self::Double,
            _ if is_old(text) => Self::Single,
            _ if is_no_string(text) => Self::Double,
            _ => Self::Plain,
        };
        match wanted {
            _ if simple && allowed.multiline => Self::Double,
            Self::Plain if allowed.plain && !(simple && text.is_empty()) => Self::Plain,
            Self::Plain | Self::Single if allowed.single => Self::Single,
            Self::Literal if allowed.block && !simple => Self::Literal,
            _ => Self::Double,
        }
    }
}

/// Whether the text is written differently by releases of the library, so that a digest over it is not stable.
///
/// YAML 1.1's words for truth, numbers to the base 60 and `<<` were bare or in double quotes before 4.0.0-rc.5; a text
/// that begins with an empty line had an indentation hint before 4.0.0-rc.4.
pub fn quoting_drifts(text: &str) -> bool {
    is_old(text) || text.starts_with('\n')
}

/// What YAML 1.1 takes for something else than a string.
fn is_old(text: &str) -> bool {
    matches!(
        text,
        "y" | "Y"
            | "yes"
            | "Yes"
            | "YES"
            | "on"
            | "On"
            | "ON"
            | "n"
            | "N"
            | "no"
            | "No"
            | "NO"
            | "off"
            | "Off"
            | "OFF"
    ) || text == "<<"
        || is_sexagesimal(text)
}

/// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`
fn is_sexagesimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (digits, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut parts = digits.split(':');
    let first = parts.next().unwrap_or_default();
    let digit_or_mark = |byte: u8| byte.is_ascii_digit() || byte == b'_';
    let rest: Vec<&[u8]> = parts.map(str::as_bytes).collect();
    let is_sixtieth = |part: &&[u8]| match part {
        [one] => one.is_ascii_digit(),
        [ten, one] => matches!(ten, b'0'..=b'5') && one.is_ascii_digit(),
        _ => false,
    };
    first.starts_with(|first: char| first.is_ascii_digit())
        && first.bytes().all(digit_or_mark)
        && !rest.is_empty()
        && rest.iter().all(is_sixtieth)
        && fraction.bytes().all(digit_or_mark)
}

fn is_block(text: &str) -> bool {
    text.len() >= 2 && !text.chars().all(char::is_whitespace)
}
