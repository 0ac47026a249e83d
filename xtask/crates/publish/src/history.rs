//! The generations, with who made them and where they are.

use hashing::Digest;
use serde::Serialize;

use crate::journal::Event;
use crate::parallel::each;
use crate::{Cluster, PublishError};

/// How many entries are read at once.
const JOBS: usize = 8;

/// A generation.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Generation {
    /// Its number.
    pub generation: u64,
    /// The digest of its release.
    pub digest: Digest,
    /// The version of its release.
    pub version: String,
    /// When it was published, in RFC 3339.
    pub time: String,
    /// By whom.
    pub author: String,
    /// How many objects differ from the generation before; unknown when that could not be read.
    pub changed: Option<usize>,
    /// The channels that are on it.
    pub channels: Vec<String>,
}

/// The generations that are kept, the newest first.
pub fn history(cluster: Cluster<'_>) -> Result<Vec<Generation>, PublishError> {
    let now = cluster.now()?;
    let state = now.state();
    let sequences: Vec<u64> = (1..now.next()).rev().collect();
    let entries = each(&sequences, JOBS, |sequence| cluster.entry(*sequence))?;
    let mut generations = Vec::new();
    for (entry, _) in entries {
        let Event::Published { generation, version, changed, .. } = entry.event else { continue };
        let Some(digest) = state.generations.get(&generation) else { continue };
        let on = |(channel, at): (&String, &u64)| (*at == generation).then(|| channel.clone());
        generations.push(Generation {
            generation,
            digest: *digest,
            version,
            time: entry.time,
            author: entry.author,
            changed,
            channels: state.channels.iter().filter_map(on).collect(),
        });
    }
    Ok(generations)
}
