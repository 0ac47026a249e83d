//! Textual encoding of keys (RFC 7468), read as leniently as Go's `encoding/pem` and written as it does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// Characters of base64 in a line.
const WIDTH: usize = 64;
const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// Text that holds no key in PEM.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PemError {
    /// There is no line `-----BEGIN …-----`.
    #[error("there is no PEM block: a key starts with a line like `-----BEGIN {example}-----`")]
    Absent {
        /// Label of what was looked for.
        example: &'static str,
    },
    /// A block does not end.
    #[error("the PEM block `{label}` is cut off: there is no line `-----END {label}-----`")]
    Unfinished {
        /// Its label.
        label: String,
    },
    /// A block is not base64.
    #[error("the PEM block `{label}` is damaged: it is not base64")]
    Base64 {
        /// Its label.
        label: String,
    },
}

/// One block.
pub(crate) struct Block<'a> {
    pub(crate) label: &'a str,
    /// Whether it has headers, which only OpenSSL's old encryption writes.
    pub(crate) headers: bool,
    pub(crate) bytes: Zeroizing<Vec<u8>>,
}

/// The first block of `text` that is no `… PARAMETERS`, which OpenSSL writes in front of its keys.
pub(crate) fn read<'a>(text: &'a str, example: &'static str) -> Result<Block<'a>, PemError> {
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        let Some(label) = line.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(DASHES)) else {
            continue;
        };
        let mut headers = false;
        let mut body = Zeroizing::new(String::with_capacity(text.len()));
        loop {
            let line = lines.next().ok_or_else(|| PemError::Unfinished { label: label.to_owned() })?;
            if line.strip_prefix(END).and_then(|rest| rest.strip_suffix(DASHES)) == Some(label) {
                break;
            }
            match line.contains(':') {
                true => headers = true,
                false => body.push_str(line),
            }
        }
        if label.ends_with(" PARAMETERS") {
            continue;
        }
        let bytes = STANDARD.decode(body.as_bytes());
        let bytes = bytes.map_err(|_| PemError::Base64 { label: label.to_owned() })?;
        return Ok(Block { label, headers, bytes: Zeroizing::new(bytes) });
    }
    Err(PemError::Absent { example })
}

/// The block of `bytes` under `label`.
pub(crate) fn write(label: &str, bytes: &[u8]) -> Zeroizing<String> {
    let body = Zeroizing::new(STANDARD.encode(bytes));
    // Reserved at once, so that no part of a secret stays behind in memory that was outgrown.
    let mut text = Zeroizing::new(String::with_capacity(body.len() * 2 + label.len() * 2 + WIDTH));
    text.push_str(&format!("{BEGIN}{label}{DASHES}\n"));
    for (position, character) in body.chars().enumerate() {
        if position > 0 && position % WIDTH == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    text.push_str(&format!("\n{END}{label}{DASHES}\n"));
    text
}
