//! Blocks of text (RFC 7468).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::SecureBootError;

/// The bytes of the first block with a label. Errors: there is none.
pub(crate) fn block(text: &str, label: &'static str) -> Result<Zeroizing<Vec<u8>>, SecureBootError> {
    let absent = || SecureBootError::Pem(label);
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----")).ok_or_else(absent)?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----")).ok_or_else(absent)?;
    let body: Zeroizing<String> = Zeroizing::new(body.split_whitespace().collect());
    STANDARD.decode(body.as_bytes()).map(Zeroizing::new).map_err(|_| absent())
}

/// Bytes as a block.
pub(crate) fn text(label: &str, bytes: &[u8]) -> String {
    let body = STANDARD.encode(bytes);
    let lines: Vec<&str> =
        body.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
