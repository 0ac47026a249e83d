//! Releases in a registry: generations, channels, and the journal that keeps both.
//!
//! ```text
//! <base>/<bundle>                    manifests by digest and by version; a version never moves
//! <base>/releases/<cluster>
//!   0.0.0-x<12 hex>                  the release by its version
//!   <N>.0.0                          generation N: the same manifest, a tag that engines' ranges understand
//!   <channel>                        the generation that the channel is on: what engines follow
//!   journal-<K>                      entry K of the journal: who did what when, and the state after it
//!   claim-<K>-<id>                   somebody is about to write entry K
//! ```
//!
//! # Invariants
//!
//! - **The journal decides.** Generations and channels are what its newest entry says. The tags that engines follow
//!   are made from it afterwards; a command that was killed in between is completed by the next one.
//! - A manifest is pushed after everything that it names, and an entry after everything that it speaks of: whatever
//!   moment a command is killed at, every tag leads to something whole.
//! - A registry cannot compare and swap. Who wants to write entry K first puts a claim for it and then looks for
//!   other claims: of two at once at least one sees the other, and only who is alone writes ([`claim`]).
//! - A channel moves only to releases that name the address that it is followed by, unless the caller says that engines
//!   follow it by another one from now on ([`address`]): engines find bundles where the release says.
//! - No clock and no user here: time and author of an entry come from the caller.
//! - Everything is written against [`Registry`], so that tests can stop it between any two requests.

mod address;
mod changes;
mod channels;
mod claim;
mod collect;
mod error;
mod history;
mod journal;
mod parallel;
mod publication;
mod publish;
mod registry_trait;
mod remote;
mod repair;
mod state;
mod verify;

pub use changes::{ChangeKind, ObjectChange, changes, changes_between, document};
pub use channels::{Move, check_name as check_channel, promote, rollback};
pub use collect::{Collected, collect};
pub use error::PublishError;
pub use history::{Generation, history};
pub use journal::{Entry, Event, State};
pub use publication::{Artifact, Blobs, Publication, SignedArtifact, Signer};
pub use publish::{Published, Request, attach, publish};
pub use registry_trait::Registry;
pub use state::{Cluster, Who};
pub use verify::{Problem, Verified, verify};
