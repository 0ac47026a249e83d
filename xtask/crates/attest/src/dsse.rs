//! DSSE envelopes: a document, its type, and signatures over both
//! (<https://github.com/secure-systems-lab/dsse>, `protocol.md` and `envelope.md`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::{KeyHolder, SignFailure, VerifyingKey};

/// Media type of an envelope as a layer, as cosign writes it.
pub const ENVELOPE_TYPE: &str = "application/vnd.dsse.envelope.v1+json";

/// An envelope as it is written down.
///
/// Cosign and sigstore-go read fields that we do not, such as the `keyid`; none of them is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Envelope {
    payload: String,
    payload_type: String,
    signatures: Vec<Signature>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Signature {
    sig: String,
}

/// Why an envelope does not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unopened {
    /// Its payload is not base64.
    Payload,
    /// No signature is the key's.
    Refused,
    /// The payload is signed, and of another type.
    Kind(String),
}

impl Envelope {
    /// The document `payload`, signed.
    pub(crate) fn seal(key: &dyn KeyHolder, kind: &str, payload: &[u8]) -> Result<Self, SignFailure> {
        let signature = key.sign_message(&authenticated(kind, payload)).map_err(SignFailure::Key)?;
        Ok(Self {
            payload: STANDARD.encode(payload),
            payload_type: kind.to_owned(),
            signatures: vec![Signature { sig: STANDARD.encode(signature) }],
        })
    }

    /// The document, when `key` signed it as one of this kind.
    pub(crate) fn open(&self, key: &VerifyingKey, kind: &str) -> Result<Vec<u8>, Unopened> {
        let payload = STANDARD.decode(&self.payload).map_err(|_| Unopened::Payload)?;
        let message = authenticated(&self.payload_type, &payload);
        let accepted = self
            .signatures
            .iter()
            .filter_map(|signature| STANDARD.decode(&signature.sig).ok())
            .any(|signature| key.accepts(&message, &signature));
        match accepted {
            false => Err(Unopened::Refused),
            true if self.payload_type != kind => Err(Unopened::Kind(self.payload_type.clone())),
            true => Ok(payload),
        }
    }

    /// How many signatures it has.
    pub(crate) fn signatures(&self) -> usize {
        self.signatures.len()
    }
}

/// What is signed: `PAE(type, body)` of the protocol.
fn authenticated(kind: &str, payload: &[u8]) -> Vec<u8> {
    let mut message = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len()).into_bytes();
    message.extend_from_slice(payload);
    message
}

#[cfg(test)]
mod tests;
