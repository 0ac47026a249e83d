//! Sigstore bundles: an envelope and what is needed to verify it, as a referrer of what it speaks of
//! (sigstore/protobuf-specs `sigstore_bundle.proto`, version 0.3, in the JSON of protocol buffers).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hashing::Digest;
use oci::{Descriptor, Manifest, media_type};
use serde::{Deserialize, Serialize};

use crate::dsse::Envelope;
use crate::statement::{self, Statement};
use crate::{Artifact, KeyHolder, SignFailure, Subject, VerifyingKey};

/// Media type of a bundle, which is also the type of the artifact that holds it.
pub const BUNDLE_TYPE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
/// How the media type was spelt before.
const OLD_BUNDLE_TYPE: &str = "application/vnd.dev.sigstore.bundle+json;version=0.3";
/// Annotations of the manifest (cosign `pkg/oci/remote/write.go`), by which a reader chooses without fetching.
const CONTENT: &str = "dev.sigstore.bundle.content";
/// The kind of what is said.
const PREDICATE: &str = "dev.sigstore.bundle.predicateType";

/// A bundle whose envelope was signed by a key, without transparency log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Bundle {
    media_type: String,
    verification_material: Material,
    /// Absent in the bundles of plain files, which have a `messageSignature`.
    #[serde(default)]
    pub(crate) dsse_envelope: Option<Envelope>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Material {
    /// Absent when a certificate is meant to verify.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    public_key: Option<Hint>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Hint {
    /// Which key, not signed: a help for searching.
    #[serde(default)]
    hint: String,
}

impl Bundle {
    fn seal(key: &dyn KeyHolder, statement: &[u8]) -> Result<Self, SignFailure> {
        Ok(Self {
            media_type: BUNDLE_TYPE.to_owned(),
            verification_material: Material { public_key: Some(Hint { hint: hint(&key.verifying_key()) }) },
            dsse_envelope: Some(Envelope::seal(key, statement::PAYLOAD_TYPE, statement)?),
        })
    }

    /// Whether a key is meant to verify it, not a certificate.
    pub(crate) fn is_by_key(&self) -> bool {
        self.verification_material.public_key.is_some()
    }

    /// Reads a bundle of the version that we know; `Err` says why it is none.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let bundle: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        match [BUNDLE_TYPE, OLD_BUNDLE_TYPE].contains(&bundle.media_type.as_str()) {
            true => Ok(bundle),
            false => Err(format!("its media type is `{}`, expected `{BUNDLE_TYPE}`", bundle.media_type)),
        }
    }
}

/// Whether a layer holds a bundle of any version.
pub(crate) fn is_bundle(media_type: &str) -> bool {
    media_type.starts_with("application/vnd.dev.sigstore.bundle")
}

/// How cosign names a key in a bundle (`internal/key/svkeypair.go`).
fn hint(key: &VerifyingKey) -> String {
    STANDARD.encode(key.fingerprint().as_bytes())
}

/// The artifact that attaches `statement`, signed, to `subject`.
pub(crate) fn referrer(
    key: &dyn KeyHolder,
    subject: &Subject,
    statement: &Statement,
) -> Result<Artifact, SignFailure> {
    let bundle = oci::encode(&Bundle::seal(key, &statement.to_bytes()?)?)?;
    let config = b"{}".to_vec();
    let layer = Descriptor::of(BUNDLE_TYPE, &bundle);
    let manifest = Manifest {
        artifact_type: Some(BUNDLE_TYPE.to_owned()),
        subject: Some(Descriptor::new(&subject.media_type, subject.digest, subject.size)),
        // Cosign adds the time, which is no function of the content.
        annotations: BTreeMap::from([
            (CONTENT.to_owned(), "dsse-envelope".to_owned()),
            (PREDICATE.to_owned(), statement.predicate_type.clone()),
        ]),
        ..Manifest::new(Descriptor::of(media_type::EMPTY, &config), vec![layer])
    };
    let blobs = [bundle, config].map(|blob| (Digest::of(&blob), blob)).to_vec();
    Ok(Artifact { tag: None, blobs, manifest: manifest.to_bytes()? })
}

#[cfg(test)]
mod tests;
