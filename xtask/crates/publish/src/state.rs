//! Reading the newest entry of the journal.

use std::time::Duration;

use hashing::Digest;

use crate::journal::{Entry, State};
use crate::{Blobs, PublishError, Registry};

/// The releases of one cluster in a registry.
#[derive(Clone, Copy)]
pub struct Cluster<'a> {
    /// Where they are.
    pub registry: &'a dyn Registry,
    /// The name of the cluster.
    pub name: &'a str,
    /// How long a claim of somebody who says nothing more is respected.
    pub patience: Duration,
    /// Where bytes may lie that then need not be fetched; what they are is told by their digests.
    pub local: Option<&'a dyn Blobs>,
}

/// Who does something, and when. The clock and the user are the caller's.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Who {
    /// RFC 3339, in UTC.
    pub time: String,
    /// A name, an address, or that of a job.
    pub author: String,
}

/// The journal as it is.
pub(crate) struct Now {
    /// The newest entry, with the digest of its manifest.
    pub(crate) entry: Option<(Entry, Digest)>,
    /// The tags of the repository, seen with it.
    pub(crate) tags: Vec<String>,
}

impl Now {
    pub(crate) fn state(&self) -> State {
        self.entry.as_ref().map(|(entry, _)| entry.state.clone()).unwrap_or_default()
    }

    /// The number of the entry that comes next.
    pub(crate) fn next(&self) -> u64 {
        self.entry.as_ref().map_or(1, |(entry, _)| entry.sequence + 1)
    }

    pub(crate) fn digest(&self) -> Option<Digest> {
        self.entry.as_ref().map(|(_, digest)| *digest)
    }
}

impl Cluster<'_> {
    /// The repository of its releases, below the base.
    pub fn repository(&self) -> String {
        format!("releases/{}", self.name)
    }

    /// What holds now; nothing is published when there are no generations.
    pub fn state(&self) -> Result<State, PublishError> {
        Ok(self.now()?.state())
    }

    /// Reads the newest entry: two requests.
    pub(crate) fn now(&self) -> Result<Now, PublishError> {
        let tags = self.registry.tags(&self.repository())?;
        match Entry::newest(&tags) {
            None => Ok(Now { entry: None, tags }),
            Some(sequence) => Ok(Now { entry: Some(self.entry(sequence)?), tags }),
        }
    }

    /// The entry with a number.
    pub(crate) fn entry(&self, sequence: u64) -> Result<(Entry, Digest), PublishError> {
        let (repository, reference) = (self.repository(), Entry::tag(sequence));
        let Some(bytes) = self.registry.manifest(&repository, &reference)? else {
            let what = "the journal goes on after".to_owned();
            return Err(PublishError::Missing { repository, reference, what });
        };
        let entry = Entry::of_manifest(&bytes).and_then(|entry| match entry.sequence {
            found if found == sequence => Ok(entry),
            found => Err(format!("it says that it is entry {found}")),
        });
        match entry {
            Ok(entry) => Ok((entry, Digest::of(&bytes))),
            Err(reason) => Err(PublishError::Unreadable { repository, reference, reason }),
        }
    }
}
