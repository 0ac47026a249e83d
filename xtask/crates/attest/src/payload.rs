//! The simple signing payload: what a signature is made over
//! (containers/image `docs/containers-signature.5.md`, as sigstore/sigstore `pkg/signature/payload` writes it).

use hashing::Digest;
use serde::{Deserialize, Serialize};

/// Media type of the payload as a layer.
pub const PAYLOAD_TYPE: &str = "application/vnd.dev.cosign.simplesigning.v1+json";
/// What the payload says that it is.
pub(crate) const KIND: &str = "cosign container image signature";

#[derive(Serialize, Deserialize)]
pub(crate) struct Payload {
    pub(crate) critical: Critical,
    /// Annotations of the signer's; cosign writes `null` for none.
    #[serde(default, skip_deserializing)]
    optional: (),
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Critical {
    identity: Identity,
    pub(crate) image: Image,
    pub(crate) r#type: String,
}

#[derive(Serialize, Deserialize)]
struct Identity {
    #[serde(rename = "docker-reference")]
    reference: String,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Image {
    #[serde(rename = "docker-manifest-digest")]
    pub(crate) digest: String,
}

/// The payload for the manifest with `digest` in the repository `reference` (`host/path`, neither tag nor digest).
pub fn payload(reference: &str, digest: &Digest) -> Result<Vec<u8>, serde_json::Error> {
    let text = serde_json::to_string(&Payload {
        critical: Critical {
            identity: Identity { reference: reference.to_owned() },
            image: Image { digest: digest.to_string() },
            r#type: KIND.to_owned(),
        },
        optional: (),
    })?;
    Ok(as_go(&text).into_bytes())
}

/// JSON as Go's `encoding/json` writes it, which escapes what HTML would take for a tag. These characters cannot
/// stand outside of a string.
pub(crate) fn as_go(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            other => text.push(other),
        }
    }
    text
}
