//! Channels: promote and rollback.

use std::collections::BTreeSet;

use hashing::Digest;

use crate::changes::{ObjectChange, changes_of, document};
use crate::journal::{Event, State};
use crate::publish::{append, manifest_of};
use crate::repair;
use crate::state::Now;
use crate::{Cluster, PublishError, Who, address};

/// A channel that goes from one generation to another.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Move {
    /// The channel.
    pub channel: String,
    /// The generation that it is on; none when it is new.
    pub from: Option<u64>,
    /// The generation that it goes to.
    pub to: u64,
    /// What that changes in the cluster.
    pub changes: Vec<ObjectChange>,
    /// The release that this is.
    pub release: Digest,
}

/// Moves channel `to` to the generation that channel `from` is on; with `who` it happens, without it is only told.
pub fn promote(cluster: Cluster<'_>, from: &str, to: &str, who: Option<&Who>) -> Result<Move, PublishError> {
    check_name(to)?;
    let now = cluster.now()?;
    let state = now.state();
    let generation = generation_of(cluster, &state, from)?;
    go(cluster, &now, to, generation, who)
}

/// Moves a channel back, to a generation or to the one that it was on before; with `who` it happens.
pub fn rollback(
    cluster: Cluster<'_>,
    channel: &str,
    to: Option<u64>,
    who: Option<&Who>,
) -> Result<Move, PublishError> {
    let now = cluster.now()?;
    let state = now.state();
    let current = generation_of(cluster, &state, channel)?;
    let generation = match to {
        Some(generation) => generation,
        None => before(cluster, &now, channel, current)?,
    };
    go(cluster, &now, channel, generation, who)
}

fn go(
    cluster: Cluster<'_>,
    now: &Now,
    channel: &str,
    generation: u64,
    who: Option<&Who>,
) -> Result<Move, PublishError> {
    let state = now.state();
    let from = state.channels.get(channel).copied();
    let digest = |generation: u64| {
        state.generations.get(&generation).copied().ok_or_else(|| PublishError::NoGeneration {
            repository: cluster.repository(),
            generation,
            generations: state.generations.keys().copied().collect(),
        })
    };
    let target = digest(generation)?;
    // What is compared may lie in a local store, but what a channel leads to must be in the registry.
    manifest_of(cluster, &cluster.repository(), &target)?;
    let source = from.and_then(|from| digest(from).ok());
    let changes = changes_on_the_way(cluster, channel, source, target)?;
    if let Some(who) = who {
        repair::complete(cluster, &state, &now.tags)?;
        if from == Some(generation) {
            repair::project(cluster, &state)?;
        } else {
            move_to(cluster, now, channel, generation, who)?;
        }
    }
    Ok(Move { channel: channel.to_owned(), from, to: generation, changes, release: target })
}

/// What changes as a channel goes from one release, or from nothing, to another.
///
/// Errors: besides those of reading them, the channel may not go there ([`address::check`]).
fn changes_on_the_way(
    cluster: Cluster<'_>,
    channel: &str,
    from: Option<Digest>,
    to: Digest,
) -> Result<Vec<ObjectChange>, PublishError> {
    if from == Some(to) {
        return Ok(Vec::new());
    }
    let old = from.map(|digest| document(cluster, &digest)).transpose()?;
    let new = document(cluster, &to)?;
    old.as_ref().map_or(Ok(()), |old| address::check(channel, old, &new))?;
    changes_of(cluster, old.as_ref(), &new)
}

/// Writes that a channel moves.
pub(crate) fn move_to(
    cluster: Cluster<'_>,
    now: &Now,
    channel: &str,
    generation: u64,
    who: &Who,
) -> Result<(), PublishError> {
    let mut state = now.state();
    let from = state.channels.insert(channel.to_owned(), generation);
    let event = Event::Moved { channel: channel.to_owned(), from, to: generation };
    append(cluster, now, event, state, who)
}

fn generation_of(cluster: Cluster<'_>, state: &State, channel: &str) -> Result<u64, PublishError> {
    if state.generations.is_empty() {
        return Err(PublishError::Unpublished { repository: cluster.repository() });
    }
    state.channels.get(channel).copied().ok_or_else(|| PublishError::NoChannel {
        repository: cluster.repository(),
        channel: channel.to_owned(),
        channels: state.channels.keys().cloned().collect(),
    })
}

/// The newest generation below `current` that the channel was on and that is still there.
fn before(cluster: Cluster<'_>, now: &Now, channel: &str, current: u64) -> Result<u64, PublishError> {
    let kept = now.state().generations;
    let mut seen = BTreeSet::new();
    for sequence in (1..now.next()).rev() {
        let (entry, _) = cluster.entry(sequence)?;
        let Some(&generation) = entry.state.channels.get(channel) else { break };
        if generation < current && kept.contains_key(&generation) && seen.insert(generation) {
            return Ok(generation);
        }
    }
    Err(PublishError::NothingBefore { channel: channel.to_owned(), generation: current })
}

/// A channel is a tag of its own: not one of those that have a meaning already.
pub fn check_name(channel: &str) -> Result<(), PublishError> {
    let refuse = |reason| Err(PublishError::ChannelName { channel: channel.to_owned(), reason });
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if channel.is_empty() || channel.len() > 63 || !channel.bytes().all(plain) {
        return refuse("it has other characters than small letters, digits and `-`, or more than 63");
    }
    if !channel.starts_with(|first: char| first.is_ascii_lowercase()) {
        return refuse("it does not begin with a letter");
    }
    if ["journal-", "claim-", "sha256-"].iter().any(|prefix| channel.starts_with(prefix)) {
        return refuse("tags of that kind have another meaning");
    }
    if channel == "latest" {
        return refuse("nothing should follow `latest`");
    }
    Ok(())
}
