//! Values of the META partition on a command line.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// From this many bytes on the values are compressed, when the version can.
const COMPRESSED: usize = 256;

/// A value of the META partition.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MetaValue {
    /// Its key.
    pub key: u8,
    /// Its value.
    pub value: String,
}

/// The values as an ISO or a unified kernel image hands them to the installer: `0xa=…;0xb=…` in Base64, in gzip before
/// when that is longer than 256 bytes and `compress` is asked for.
pub fn encode_meta(values: &[MetaValue], compress: bool) -> String {
    let parts: Vec<String> = values.iter().map(|meta| format!("{:#x}={}", meta.key, meta.value)).collect();
    let text = parts.join(";").into_bytes();
    let bytes = if compress && text.len() > COMPRESSED { archive::gzip(&text) } else { text };
    STANDARD.encode(bytes)
}
