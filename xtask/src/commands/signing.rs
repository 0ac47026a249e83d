//! Keys that sign releases and verify them.

use std::path::{Path, PathBuf};

use attest::{SigningKey, VerifyingKey};
use diag::Diagnostic;
use hashing::Digest;
use oci::Manifest;
use publish::{PublishError, SignedArtifact, Signer};
use registry::distribution::Remote;

use crate::error::CliError;

/// Opens an encrypted key; the name that cosign gives it.
const PASSWORD: &str = "COSIGN_PASSWORD";
/// A key itself, for jobs that have no file.
const KEY: &str = "XTASK_SIGNING_KEY";

/// A key to sign with.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct SigningArgs {
    /// The private key to sign with, PEM or as cosign writes it; `XTASK_SIGNING_KEY` may hold one, `COSIGN_PASSWORD`
    /// opens an encrypted one
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

impl SigningArgs {
    /// The key; none when there is none to sign with.
    pub(crate) fn signer(&self) -> Result<Option<KeySigner>, CliError> {
        let (from, text) = match (&self.key, std::env::var(KEY)) {
            (Some(file), _) => (format!("`{}`", file.display()), read(file)?),
            (None, Ok(text)) if !text.is_empty() => (format!("`{KEY}`"), text),
            _ => return Ok(None),
        };
        let password = std::env::var(PASSWORD).ok();
        let key = SigningKey::from_pem(&text, password.as_deref().map(str::as_bytes)).map_err(|error| {
            let diagnostic = Diagnostic::error(format!("{from} is no key to sign with: {error}"));
            CliError::input(
                diagnostic.hint("`cosign generate-key-pair` makes one; `COSIGN_PASSWORD` opens it"),
            )
        })?;
        Ok(Some(KeySigner(key)))
    }
}

/// The key to verify with.
pub(crate) fn verifying_key(file: &Path) -> Result<VerifyingKey, CliError> {
    VerifyingKey::from_pem(&read(file)?).map_err(|error| {
        let diagnostic = Diagnostic::error(format!("`{}` is no key to verify with: {error}", file.display()));
        CliError::input(diagnostic.hint("name the public key, `cosign.pub`"))
    })
}

fn read(file: &Path) -> Result<String, CliError> {
    std::fs::read_to_string(file).map_err(|error| {
        let diagnostic = Diagnostic::error(format!("cannot read the key `{}`: {error}", file.display()));
        CliError::input(diagnostic.hint("`--key` names a file in PEM"))
    })
}

/// Signs as `cosign sign --key` does.
pub(crate) struct KeySigner(SigningKey);

impl Signer for KeySigner {
    fn sign(&self, repository: &str, digest: &Digest, _: u64) -> Result<Vec<SignedArtifact>, PublishError> {
        let signed = attest::sign(&self.0, repository, digest)
            .map_err(|error| PublishError::Sign { digest: *digest, reason: error.to_string() })?;
        Ok(vec![SignedArtifact { tag: signed.tag, blobs: signed.blobs, manifest: signed.manifest }])
    }
}

/// What is wrong with the signature of a manifest.
pub(crate) fn check(
    key: &VerifyingKey,
    remote: &Remote,
    repository: &str,
    digest: &Digest,
) -> Result<(), String> {
    let tag = attest::signature_tag(digest);
    let found = remote.manifest(repository, &tag).map_err(|error| error.to_string())?;
    let found = found.ok_or("it is not signed")?;
    let manifest = Manifest::parse(&found.bytes).map_err(|error| error.to_string())?;
    let mut reason = "its signature has no payload".to_owned();
    for layer in &manifest.layers {
        let payload = remote.blob(repository, &layer.digest).map_err(|error| error.to_string())?;
        match attest::verify(key, digest, &found.bytes, &payload) {
            Ok(()) => return Ok(()),
            Err(error) => reason = error.to_string(),
        }
    }
    Err(reason)
}
