//! Bundles and releases: the OCI artifacts that Flux and Argo CD consume unchanged.
//!
//! [`pack`] makes the bundle of one unit out of rendered files, [`release`] the artifact of a cluster that pins
//! its bundles by digest and carries the delivery objects of the engines. [`accepts`] says what the
//! engines would make of an artifact, by rules read from their source, independent of how it was packed.
//!
//! ```text
//! manifest   application/vnd.oci.image.manifest.v1+json, annotations title and version
//! ├─ config  application/vnd.cncf.flux.config.v1+json: the diff id; for a release its ReleaseDocument
//! └─ layer   application/vnd.oci.image.layer.v1.tar+gzip, exactly one
//!    ├─ bundle:  <file>.yaml …                   flat, one Kubernetes object each
//!    └─ release: flux/<file>.yaml argocd/<file>.yaml    an engine is pointed at its directory
//! ```
//!
//! Invariants:
//! - The same files give the same bytes, on every machine, whatever their order.
//! - The diff id (digest of the uncompressed tar) is the identity: the version ends in it, and nothing that it
//!   does not cover is in the artifact, so that a version never names two digests (as long as
//!   [`archive::GZIP_IDENTITY`] stays the same).
//! - No clock, no commit, no tool version in the artifact: an unchanged bundle keeps its digest, and no
//!   engine wakes for it.
//!
//! The crate does no I/O.

mod accept;
pub mod api_version;
mod engine;
mod entries;
mod layout;
mod pack;
mod read;
mod release;
mod rules;
mod version;

pub use accept::{Refusal, accepts, accepts_at};
pub use engine::{Engine, UnknownEngine};
pub use layout::{LayoutDocuments, LayoutEntry, layout};
pub use pack::{BundleSpec, Packed, Sizes, pack};
pub use read::{ReadError, read};
pub use release::{
    Follow, HealthCheck, News, Notice, PinnedBundle, Place, ReleaseBundle, ReleaseDocument, ReleaseError,
    ReleaseSpec, Told, object_name, objects_of, release, root_name, root_objects, tell,
};
pub use rules::{PackError, SIZE_LIMIT};
pub use version::{bundle_version, normalise_version};
