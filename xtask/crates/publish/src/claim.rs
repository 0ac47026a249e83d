//! Writing the next entry of the journal, when others may want to write it too.
//!
//! Reading and writing is all that a registry offers, so this is mutual exclusion by flags: put the own claim, then
//! look. Of two who do that at the same time at least one sees the other, and only who sees no other open claim
//! writes. Where both see each other the claim with the greater id is withdrawn. A claim whose owner was killed
//! stays open; when it has been in the way for [`Cluster::patience`], it counts as given up.

use std::thread::sleep;
use std::time::{Duration, Instant};

use hashing::Digest;
use oci::{Descriptor, Manifest, media_type};

use crate::journal::{EMPTY, Entry};
use crate::{Cluster, PublishError};

const ANNOTATION: &str = "dev.xtask.journal.claim";
const ARTIFACT_TYPE: &str = "application/vnd.xtask.journal.claim.v1+json";
const WITHDRAWN: &str = "withdrawn";
/// What the tags of claims begin with.
pub(crate) const TAG: &str = "claim-";

/// Writes an entry; its digest. Who was not first gets [`PublishError::Overtaken`], and nothing was written.
pub(crate) fn write(cluster: Cluster<'_>, entry: &Entry) -> Result<Digest, PublishError> {
    let bytes = entry.to_manifest()?;
    let digest = Digest::of(&bytes);
    let repository = cluster.repository();
    cluster.registry.push_blob(&repository, &Digest::of(EMPTY), EMPTY)?;
    let claim =
        Claim { cluster, repository, entry, own: format!("{}{}", prefix(entry.sequence), digest.short()) };
    claim.put(&claim.own, &entry.author)?;
    let written = claim.contend(&bytes);
    // Somebody else's patience ends for a claim that could not be withdrawn.
    let _ = claim.put(&claim.own, WITHDRAWN);
    written.map(|()| digest)
}

struct Claim<'a> {
    cluster: Cluster<'a>,
    repository: String,
    entry: &'a Entry,
    /// The tag of the own claim.
    own: String,
}

impl Claim<'_> {
    fn contend(&self, bytes: &[u8]) -> Result<(), PublishError> {
        let patience = self.cluster.patience;
        let tag = Entry::tag(self.entry.sequence);
        let start = Instant::now();
        let mut open = true;
        loop {
            let looked = Instant::now();
            let tags = self.cluster.registry.tags(&self.repository)?;
            let others = self.others(&tags)?;
            // After the claims: one that is withdrawn by now may have been withdrawn because its entry is there.
            if self.cluster.registry.head(&self.repository, &tag)?.is_some() {
                return Err(self.overtaken());
            }
            if others.is_empty() && !open {
                self.put(&self.own, &self.entry.author)?;
                open = true;
            } else if others.is_empty() && looked.elapsed() < patience / 2 {
                self.cluster.registry.put_manifest(&self.repository, &tag, media_type::MANIFEST, bytes)?;
                return Ok(());
            } else if start.elapsed() > patience {
                for other in &others {
                    self.put(other, WITHDRAWN)?;
                }
            } else {
                if open && others.iter().any(|other| *other < self.own) {
                    self.put(&self.own, WITHDRAWN)?;
                    open = false;
                }
                sleep((patience / 500).min(Duration::from_millis(200)));
            }
        }
    }

    /// The open claims of others for the same entry.
    fn others(&self, tags: &[String]) -> Result<Vec<String>, PublishError> {
        let prefix = prefix(self.entry.sequence);
        let mut open = Vec::new();
        for tag in tags.iter().filter(|tag| tag.starts_with(&prefix) && **tag != self.own) {
            let Some(bytes) = self.cluster.registry.manifest(&self.repository, tag)? else { continue };
            let claim = Manifest::parse(&bytes).ok();
            if claim.is_some_and(|claim| claim.annotations.get(ANNOTATION).is_some_and(|by| by != WITHDRAWN))
            {
                open.push(tag.clone());
            }
        }
        Ok(open)
    }

    fn put(&self, tag: &str, by: &str) -> Result<(), PublishError> {
        let bytes = claim(by)?;
        self.cluster.registry.put_manifest(&self.repository, tag, media_type::MANIFEST, &bytes)?;
        Ok(())
    }

    fn overtaken(&self) -> PublishError {
        let winner = self.cluster.entry(self.entry.sequence).ok();
        PublishError::Overtaken {
            repository: self.repository.clone(),
            sequence: self.entry.sequence,
            author: winner.map(|(entry, _)| entry.author),
        }
    }
}

/// The manifest of every withdrawn claim.
pub(crate) fn withdrawn() -> Result<Vec<u8>, PublishError> {
    claim(WITHDRAWN)
}

fn claim(by: &str) -> Result<Vec<u8>, PublishError> {
    let empty = Descriptor::of(media_type::EMPTY, EMPTY);
    let mut manifest = Manifest::new(empty.clone(), vec![empty]);
    manifest.artifact_type = Some(ARTIFACT_TYPE.to_owned());
    manifest.annotations.insert(ANNOTATION.to_owned(), by.to_owned());
    Ok(manifest.to_bytes()?)
}

fn prefix(sequence: u64) -> String {
    format!("{TAG}{sequence}-")
}
