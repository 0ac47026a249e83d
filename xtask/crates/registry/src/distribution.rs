//! Container registries: both halves of the
//! [OCI distribution specification](https://github.com/opencontainers/distribution-spec/blob/main/spec.md).
//!
//! [`Reference`] reads image references by Docker's rules, [`Credentials`] finds logins where Docker and
//! Podman keep them, [`Registries`] resolves tags to digests and fetches manifests, blobs and Helm charts; a
//! [`Remote`] is one place that is written to as well.

mod base64;
mod challenge;
mod credentials;
mod login;
mod page;
mod pull;
mod reference;
mod remote;
mod scope;
mod token;

pub use credentials::{Credentials, read_helper_answer};
pub use login::Registries;
pub use pull::ARCHIVE_TYPES;
pub use reference::Reference;
pub use remote::{Deleted, Manifest, Pushed, Referrer, Remote, RemoteOptions};
