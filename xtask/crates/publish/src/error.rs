//! Why something could not be published, or not be read back.

use hashing::Digest;
use registry::RegistryError;

/// A failure, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The registry.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A version that has other content already.
    #[error("`{repository}:{version}` is there already with other content: `{there}` instead of `{ours}`")]
    Taken {
        /// The repository below the base.
        repository: String,
        /// The tag.
        version: String,
        /// What is there.
        there: Digest,
        /// What should go there.
        ours: Digest,
    },
    /// Somebody else published in the meantime.
    #[error("somebody else wrote entry {sequence} of `{repository}` at the same time{}", by(author.as_ref()))]
    Overtaken {
        /// The repository below the base.
        repository: String,
        /// The entry that both wanted to write.
        sequence: u64,
        /// Who, if known.
        author: Option<String>,
    },
    /// No such channel.
    #[error("`{repository}` has no channel `{channel}`{}", known(channels))]
    NoChannel {
        /// The repository below the base.
        repository: String,
        /// The channel asked for.
        channel: String,
        /// Those that are there.
        channels: Vec<String>,
    },
    /// A name that cannot be a channel.
    #[error("`{channel}` cannot be the name of a channel: {reason}")]
    ChannelName {
        /// The name.
        channel: String,
        /// Why.
        reason: &'static str,
    },
    /// The release names another address than the one that engines follow the channel by.
    #[error("engines follow channel `{channel}` at `{followed}`, and this release names `{named}`")]
    Address {
        /// The channel.
        channel: String,
        /// The address in the release that the channel is on.
        followed: String,
        /// The address in the release that it should go to.
        named: String,
    },
    /// No such generation.
    #[error("`{repository}` has no generation {generation}{}", known(&generations.iter().map(u64::to_string).collect::<Vec<_>>()))]
    NoGeneration {
        /// The repository below the base.
        repository: String,
        /// The generation asked for.
        generation: u64,
        /// Those that are there.
        generations: Vec<u64>,
    },
    /// Nothing before the generation that a channel is on.
    #[error("channel `{channel}` has been on no generation before {generation}")]
    NothingBefore {
        /// The channel.
        channel: String,
        /// What it is on.
        generation: u64,
    },
    /// Nothing was published yet.
    #[error("nothing was published to `{repository}` yet")]
    Unpublished {
        /// The repository below the base.
        repository: String,
    },
    /// A thing that must be in the registry is not.
    #[error("`{repository}` lacks `{reference}`, which {what}")]
    Missing {
        /// The repository below the base.
        repository: String,
        /// Tag or digest.
        reference: String,
        /// Why it should be there.
        what: String,
    },
    /// Something is there and makes no sense.
    #[error("`{reference}` of `{repository}` cannot be read: {reason}")]
    Unreadable {
        /// The repository below the base.
        repository: String,
        /// Tag or digest.
        reference: String,
        /// What is wrong.
        reason: String,
    },
    /// The registry does not delete.
    #[error("the registry of `{repository}` does not delete manifests")]
    NoDeletion {
        /// The repository below the base.
        repository: String,
    },
    /// A local blob could not be had.
    #[error("`{digest}` cannot be read from the store: {reason}")]
    Local {
        /// Its digest.
        digest: Digest,
        /// Why not.
        reason: String,
    },
    /// A manifest could not be signed.
    #[error("`{digest}` cannot be signed: {reason}")]
    Sign {
        /// Its digest.
        digest: Digest,
        /// Why not.
        reason: String,
    },
    /// A document could not be written.
    #[error(transparent)]
    Encode(#[from] oci::EncodeError),
}

impl PublishError {
    /// What can be done about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Registry(_) | Self::Encode(_) | Self::Local { .. } | Self::Sign { .. } => None,
            Self::Taken { .. } => Some(
                "a version never moves: find out who pushed it, and publish to another path or delete it there",
            ),
            Self::Overtaken { .. } => Some(
                "nothing is lost: look at `cargo xtask releases`, bring your checkout up to date, and publish again",
            ),
            Self::NoChannel { .. } => Some("`cargo xtask publish --channel NAME` makes one"),
            Self::ChannelName { .. } => {
                Some("take a word of small letters, digits and `-`, such as `staging`")
            }
            Self::Address { .. } => Some(
                "publish by the address that engines use; if they use the new one from now on, `publish --new-address` moves the channel",
            ),
            Self::NoGeneration { .. } | Self::NothingBefore { .. } => {
                Some("`cargo xtask releases` lists the generations")
            }
            Self::Unpublished { .. } => Some("`cargo xtask publish` makes the first generation"),
            Self::Missing { .. } => Some("publish the same release again: what is missing is pushed"),
            Self::Unreadable { .. } => {
                Some("something else wrote there: give releases a path of their own in the registry")
            }
            Self::NoDeletion { .. } => Some(
                "turn deletion on in the registry, or use its own retention rules; kept generations are safe",
            ),
        }
    }
}

fn by(author: Option<&String>) -> String {
    author.map_or_else(String::new, |author| format!(": {author}"))
}

fn known(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("; there are {}", names.join(", ")) }
}
