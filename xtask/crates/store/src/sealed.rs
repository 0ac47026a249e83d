//! Notes of the store, as canonical JSON that tells whether it is whole.

use std::path::Path;

use hashing::Digest;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::StoreError;

/// The canonical JSON of `value` on one line (sorted keys, no white space), and its digest on the next.
pub(crate) fn seal(value: &impl Serialize, path: &Path) -> Result<Vec<u8>, StoreError> {
    let encode = |value: &Value| serde_json::to_vec(value);
    let json = serde_json::to_value(value).and_then(|mut value| {
        value.sort_all_objects();
        encode(&value)
    });
    let mut json = json.map_err(|error| StoreError::io("encode", path)(error.into()))?;
    let digest = Digest::of(&json);
    json.extend_from_slice(format!("\n{digest}\n").as_bytes());
    Ok(json)
}

/// What was sealed; `None` when a single byte has changed since.
pub(crate) fn open<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (json, digest) = text.strip_suffix('\n')?.split_once('\n')?;
    if digest.parse::<Digest>().ok()? != Digest::of(json.as_bytes()) {
        return None;
    }
    serde_json::from_str(json).ok()
}
