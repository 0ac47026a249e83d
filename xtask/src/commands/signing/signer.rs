//! What is pushed beside every artifact.

use attest::{Artifact, KeyHolder, Predicate, SignError, Subject};
use hashing::Digest;
use oci::media_type;
use publish::{PublishError, SignedArtifact, Signer};

/// Where signatures and attestations are put.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum Layout {
    /// Under tags, which every version of cosign and Flux reads
    Tag,
    /// As referrers, which cosign writes since version 3
    Referrer,
    /// Under tags and as referrers
    Both,
}

/// Makes what is said about the release.
type Statements<'a> = &'a (dyn Fn() -> Result<Vec<Predicate>, String> + Sync);

/// Signs as `cosign sign --key` does, and attests as `cosign attest --key` does.
pub(crate) struct KeySigner<'a> {
    holder: Box<dyn KeyHolder>,
    layout: Layout,
    release: Option<(Digest, Statements<'a>)>,
}

impl<'a> KeySigner<'a> {
    pub(crate) fn new(holder: Box<dyn KeyHolder>, layout: Layout) -> Self {
        Self { holder, layout, release: None }
    }

    /// Says more about the artifact with this digest; `statements` are made when they are needed.
    pub(crate) fn attesting(self, release: Digest, statements: Statements<'a>) -> Self {
        Self { release: Some((release, statements)), ..self }
    }

    fn signatures(&self, subject: &Subject) -> Result<Vec<Artifact>, SignError> {
        let holder = self.holder.as_ref();
        if self.layout == Layout::Tag {
            return Ok(vec![attest::sign(holder, &subject.repository, &subject.digest)?]);
        }
        let signed = attest::sign_both(holder, subject)?;
        Ok(self.chosen(Some(signed.tag), vec![signed.referrer]))
    }

    fn attestations(&self, subject: &Subject) -> Result<Vec<Artifact>, PublishError> {
        let Some((_, statements)) = self.release.as_ref().filter(|(release, _)| *release == subject.digest)
        else {
            return Ok(Vec::new());
        };
        let failed = |reason| PublishError::Sign { digest: subject.digest, reason };
        let predicates = statements().map_err(failed)?;
        let attested = attest::attest(self.holder.as_ref(), subject, &predicates)
            .map_err(|error| failed(error.to_string()))?;
        Ok(self.chosen(Some(attested.tag), attested.referrers))
    }

    fn chosen(&self, tag: Option<Artifact>, referrers: Vec<Artifact>) -> Vec<Artifact> {
        let tag = tag.filter(|_| self.layout != Layout::Referrer);
        let referrers = if self.layout == Layout::Tag { Vec::new() } else { referrers };
        tag.into_iter().chain(referrers).collect()
    }
}

impl Signer for KeySigner<'_> {
    fn sign(
        &self,
        repository: &str,
        digest: &Digest,
        size: u64,
    ) -> Result<Vec<SignedArtifact>, PublishError> {
        let subject = Subject {
            repository: repository.to_owned(),
            digest: *digest,
            size,
            media_type: media_type::MANIFEST.to_owned(),
        };
        let mut signed = self
            .signatures(&subject)
            .map_err(|error| PublishError::Sign { digest: *digest, reason: error.source.to_string() })?;
        signed.extend(self.attestations(&subject)?);
        let pushed = |signed: Artifact| SignedArtifact {
            tag: signed.tag,
            blobs: signed.blobs,
            manifest: signed.manifest,
        };
        Ok(signed.into_iter().map(pushed).collect())
    }
}
