//! The journal: entries that follow each other, each with the state after it.

use std::collections::BTreeMap;

use hashing::Digest;
use oci::{Descriptor, Manifest, media_type};
use serde::{Deserialize, Serialize};

/// The annotation of a manifest that holds an entry.
const ANNOTATION: &str = "dev.xtask.journal.entry";
/// The type of the artifact.
const ARTIFACT_TYPE: &str = "application/vnd.xtask.journal.entry.v1+json";
/// What the tag of an entry begins with.
const TAG: &str = "journal-";
/// The content of the empty blob (image-spec, "Guidance for an empty descriptor").
pub(crate) const EMPTY: &[u8] = b"{}";

/// One entry.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// Its number, from 1.
    pub sequence: u64,
    /// Digest of the entry before.
    pub previous: Option<Digest>,
    /// When, in RFC 3339.
    pub time: String,
    /// By whom.
    pub author: String,
    /// What happened.
    pub event: Event,
    /// What holds since then.
    pub state: State,
}

/// What happened.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Event {
    /// A new generation, and the channel that it went to at once.
    #[serde(rename_all = "camelCase")]
    Published {
        /// Its number.
        generation: u64,
        /// The version of the release.
        version: String,
        /// The channel.
        channel: Option<String>,
        /// Objects that are new, other, or gone, against the generation before.
        changed: Option<usize>,
    },
    /// A channel was moved.
    #[serde(rename_all = "camelCase")]
    Moved {
        /// The channel.
        channel: String,
        /// The generation it was on.
        from: Option<u64>,
        /// The generation it is on.
        to: u64,
    },
    /// Old generations were removed.
    #[serde(rename_all = "camelCase")]
    Collected {
        /// Which.
        generations: Vec<u64>,
    },
}

/// What holds after an entry.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct State {
    /// Every generation that is kept, with the digest of its release.
    pub generations: BTreeMap<u64, Digest>,
    /// The generation of each channel.
    pub channels: BTreeMap<String, u64>,
}

impl State {
    /// The newest generation.
    pub fn latest(&self) -> Option<(u64, Digest)> {
        self.generations.last_key_value().map(|(number, digest)| (*number, *digest))
    }
}

impl Entry {
    /// The tag of the entry with a number.
    pub(crate) fn tag(sequence: u64) -> String {
        format!("{TAG}{sequence}")
    }

    /// The number of the newest entry among tags.
    pub(crate) fn newest(tags: &[String]) -> Option<u64> {
        tags.iter().filter_map(|tag| tag.strip_prefix(TAG)?.parse().ok()).max()
    }

    /// The manifest that holds it.
    pub(crate) fn to_manifest(&self) -> Result<Vec<u8>, oci::EncodeError> {
        let empty = Descriptor::of(media_type::EMPTY, EMPTY);
        let mut manifest = Manifest::new(empty.clone(), vec![empty]);
        manifest.artifact_type = Some(ARTIFACT_TYPE.to_owned());
        let text = oci::encode(self)?;
        manifest.annotations.insert(ANNOTATION.to_owned(), String::from_utf8_lossy(&text).into_owned());
        manifest.to_bytes()
    }

    /// Reads it from its manifest; the text says what is wrong.
    pub(crate) fn of_manifest(bytes: &[u8]) -> Result<Self, String> {
        let manifest = Manifest::parse(bytes).map_err(|error| error.to_string())?;
        let text = manifest.annotations.get(ANNOTATION).ok_or("it has no entry")?;
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
}
