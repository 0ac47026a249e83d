//! Whether an artifact is signed, and by whom.

use attest::{
    BOM_PREDICATE, PROVENANCE_PREDICATE, SIGNATURE_PREDICATE, Statement, VerifyingKey, attestation_tag,
    signature_tag,
};
use hashing::Digest;
use oci::Manifest;
use registry::distribution::Remote;

/// Whether anybody signed a release; only a key says who.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SignatureState {
    /// There is no signature.
    None,
    /// There is one, and no key was given.
    Signed,
    /// The key accepts it.
    Verified,
    /// The key does not.
    Refused,
}

impl SignatureState {
    /// As a word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::None => "no",
            Self::Signed => "yes",
            Self::Verified => "verified",
            Self::Refused => "REFUSED",
        }
    }
}

/// What can be said of the signature of a manifest.
pub(crate) fn state(
    key: Option<&VerifyingKey>,
    remote: &Remote,
    repository: &str,
    digest: &Digest,
) -> Result<SignatureState, registry::RegistryError> {
    let tagged = remote.head_manifest(repository, &signature_tag(digest))?.is_some();
    let signed = tagged || !remote.referrers(repository, digest, Some(attest::BUNDLE_TYPE))?.is_empty();
    Ok(match key {
        _ if !signed => SignatureState::None,
        None => SignatureState::Signed,
        Some(key) if check_bundle(key, remote, repository, digest).is_ok() => SignatureState::Verified,
        Some(_) => SignatureState::Refused,
    })
}

/// What is wrong with the signature of a manifest.
pub(crate) fn check_bundle(
    key: &VerifyingKey,
    remote: &Remote,
    repository: &str,
    digest: &Digest,
) -> Result<(), String> {
    Said::read(key, remote, repository, digest, &signature_tag(digest), false)?
        .find(SIGNATURE_PREDICATE, "it is not signed")
}

/// What is wrong with the signature, the provenance or the bill of materials of a release.
pub(crate) fn check_release(
    key: &VerifyingKey,
    remote: &Remote,
    repository: &str,
    digest: &Digest,
) -> Result<(), String> {
    check_bundle(key, remote, repository, digest)?;
    let said = Said::read(key, remote, repository, digest, &attestation_tag(digest), true)?;
    said.find(PROVENANCE_PREDICATE, "it has no provenance")?;
    said.find(BOM_PREDICATE, "it has no bill of materials")
}

/// What a key says about a manifest, in both layouts, and why some of it was not accepted.
struct Said {
    kinds: Vec<String>,
    refused: Option<String>,
}

impl Said {
    fn read(
        key: &VerifyingKey,
        remote: &Remote,
        repository: &str,
        digest: &Digest,
        tag: &str,
        attested: bool,
    ) -> Result<Self, String> {
        let mut said = Self { kinds: Vec::new(), refused: None };
        if let Some(found) = remote.manifest(repository, tag).map_err(|error| error.to_string())? {
            for layer in layers(&found.bytes)? {
                let blob = remote.blob(repository, &layer).map_err(|error| error.to_string())?;
                said.take(if attested {
                    attest::verify_attestation(key, digest, &found.bytes, &blob).map(kind)
                } else {
                    attest::verify(key, digest, &found.bytes, &blob).map(|()| SIGNATURE_PREDICATE.to_owned())
                });
            }
        }
        let referrers = remote.referrers(repository, digest, Some(attest::BUNDLE_TYPE));
        for referrer in referrers.map_err(|error| error.to_string())? {
            let reference = referrer.digest.to_string();
            let found = remote.manifest(repository, &reference).map_err(|error| error.to_string())?;
            let Some(found) = found else { continue };
            for layer in layers(&found.bytes)? {
                let blob = remote.blob(repository, &layer).map_err(|error| error.to_string())?;
                said.take(attest::verify_bundle(key, digest, &found.bytes, &blob).map(kind));
            }
        }
        Ok(said)
    }

    fn take(&mut self, verified: Result<String, attest::VerifyError>) {
        match verified {
            Ok(kind) => self.kinds.push(kind),
            Err(error) => self.refused = Some(error.to_string()),
        }
    }

    fn find(&self, kind: &str, missing: &str) -> Result<(), String> {
        if self.kinds.iter().any(|found| found == kind) {
            return Ok(());
        }
        Err(self.refused.clone().unwrap_or_else(|| missing.to_owned()))
    }
}

fn kind(statement: Statement) -> String {
    statement.predicate_type
}

fn layers(manifest: &[u8]) -> Result<Vec<Digest>, String> {
    let manifest = Manifest::parse(manifest).map_err(|error| error.to_string())?;
    Ok(manifest.layers.iter().map(|layer| layer.digest).collect())
}
