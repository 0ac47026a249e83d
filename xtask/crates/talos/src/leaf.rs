//! Values that a text can say only in a certain form, and the form they are written in.

pub(crate) mod bytes;
pub(crate) mod duration;
mod net;
mod url;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use yaml::Value;

pub(crate) use net::Prefix;
pub(crate) use url::Url;

use crate::placeholder;
use crate::shape::Leaf;

impl Leaf {
    /// What a value is, for `is not …`.
    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::Addr => "an IP address",
            Self::AddrPort => "an IP address with a port",
            Self::Base64 | Self::Cert | Self::Key | Self::Pair => "base64",
            Self::ByteSize | Self::DiskSize => "a number of bytes such as `10GiB`",
            Self::Cel => "an expression",
            Self::Duration => "a duration such as `1m30s`",
            Self::HardwareAddr => "a hardware address",
            Self::Mode => "the permissions of a file, such as `0o644`",
            Self::Port => "a port or a range of ports such as `1200-1299`",
            Self::Prefix => "a network such as `10.0.0.0/8`",
            Self::Size => "a number of bytes such as `10GiB` or a percentage",
            Self::SizeMatch => "a condition on a size such as `>= 100GB`",
            Self::Table => "a routing table: a number from 1 to 252, `default`, `main` or `local`",
            Self::Trimmed => "a string",
            Self::Url => "a URL",
        }
    }

    /// The value of a text as it is written; `None` when the text is no such thing.
    pub(crate) fn read(self, text: &str) -> Option<Value> {
        let string = |text: String| Some(Value::String(text));
        if text.is_empty() && self != Self::Duration && self != Self::DiskSize && self != Self::Table {
            return string(String::new());
        }
        match self {
            Self::Addr => string(net::addr(text)?),
            Self::AddrPort => string(net::addr_port(text)?),
            Self::Prefix => string(Prefix::parse(text)?.to_string()),
            Self::Base64 | Self::Cert | Self::Key | Self::Pair => {
                let known = text == REDACTED || placeholder::is_one(text);
                (known || STANDARD.decode(text).is_ok()).then(|| Value::String(text.to_owned()))
            }
            Self::ByteSize => {
                bytes::parse(text.strip_prefix('-').unwrap_or(text)).and_then(|_| string(text.to_owned()))
            }
            Self::Size if text.contains('%') => bytes::percentage(text).and_then(|_| string(text.to_owned())),
            Self::Size => Self::ByteSize.read(text),
            Self::DiskSize => Some(bytes::written(bytes::parse(text)?)),
            Self::SizeMatch => bytes::condition(text).and_then(|_| string(text.trim().to_owned())),
            Self::Cel => string(text.to_owned()),
            Self::Duration => string(duration::written(duration::parse(text)?)),
            Self::HardwareAddr => string(net::hardware(text)?),
            Self::Trimmed => string(text.trim_start_matches(['\t', '\n', '\u{b}', '\u{c}', '\r']).to_owned()),
            Self::Table => string(table(text)?),
            Self::Url => string(Url::parse(text).ok()?.to_string()),
            Self::Mode | Self::Port => None,
        }
    }

    /// What stands for absence where a value must be written.
    pub(crate) fn zero(self) -> Value {
        match self {
            Self::Mode | Self::DiskSize => Value::Int(0),
            Self::Port => Value::Int(0),
            Self::Duration => Value::String("0s".to_owned()),
            Self::Table => Value::String("unspec".to_owned()),
            _ => Value::String(String::new()),
        }
    }
}

/// What the official library puts in the place of a private key that it must not show.
const REDACTED: &str = "******";

fn table(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let words = ["unspec", "default", "main", "local"];
    let number =
        lower.parse::<u8>().is_ok_and(|number| (1..=252).contains(&number)) && !lower.starts_with(['0', '+']);
    (number || words.contains(&lower.as_str())).then_some(lower)
}

/// A port or range of ports as it is written.
pub(crate) fn ports(text: &str) -> Option<Value> {
    let (low, high) = text.split_once('-')?;
    let number = |text: &str| text.parse::<u16>().ok().filter(|_| !text.starts_with('+'));
    let (low, high) = (number(low)?, number(high)?);
    Some(if low == high { Value::Int(low.into()) } else { Value::String(format!("{low}-{high}")) })
}

#[cfg(test)]
mod tests;
