//! Documents of the [OCI image specification](https://github.com/opencontainers/image-spec), version 1.1: what
//! a registry and an image layout directory hold besides plain blobs.
//!
//! Documents are read leniently (unknown fields are ignored, as the specification asks) and written one
//! way only, as [`canonical`] JSON, so that equal documents have equal digests.
//!
//! ```text
//! <layout>/
//!   oci-layout                  Layout
//!   index.json                  Index ── Descriptor (annotation `org.opencontainers.image.ref.name`)
//!   blobs/sha256/<hex>             └─ Manifest ─┬─ config: Descriptor
//!                                              └─ layers: Descriptor …
//! ```
//!
//! Only SHA-256 digests are known: nothing else is in use on registries.
//!
//! The crate does no I/O.

pub mod annotation;
mod canonical;
mod config;
mod descriptor;
mod index;
mod layout;
mod manifest;
pub mod media_type;

pub use canonical::{EncodeError, canonical, encode};
pub use config::{ImageConfig, RootFs};
pub use descriptor::Descriptor;
pub use index::{Index, IndexEntry, Platform};
pub use layout::{INDEX_FILE, LAYOUT_FILE, Layout, blob_path};
pub use manifest::{DocumentError, Manifest};
