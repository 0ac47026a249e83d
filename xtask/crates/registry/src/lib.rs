//! Sockets: the only crate that opens any.
//!
//! [`Client`] fetches documents and files over HTTP; [`distribution`] speaks to container registries on top
//! of it. Nothing here knows what a pin is or whether bytes are the right ones: the callers hold digests.
//!
//! Invariants:
//!
//! * With [`Network::Denied`] every call fails with [`RegistryError::Offline`] before a socket is opened or
//!   a name is looked up.
//! * A failure that may pass (connection, 408, 429, 5xx, a cut or stalled body) is tried again after a
//!   growing pause; a refusal (any other status) is final at once.
//! * A file appears under its name only when it is complete; what was received so far stays beside it and
//!   is continued by the next call, also one of another process:
//!
//!   ```text
//!   <file>            complete
//!   <file>.part       received so far
//!   <file>.part.tag   the entity tag (RFC 9110 §8.8.3) of what is being received
//!   ```
//! * What is pushed to a registry arrives whole or not at all: blobs and manifests are checked against the digests
//!   that the registry names, an upload goes on only where the registry says it is, a tag is read back.
//! * A login goes to the registry that it is for and to its token server, over TLS; not to addresses elsewhere to which
//!   a registry sends us. It is in no message.
//! * TLS is rustls with ring; the trusted roots are the system's (`SSL_CERT_FILE` and `SSL_CERT_DIR` name
//!   others), proxies are those of `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`. This machine is
//!   reached without a proxy, and its registries without TLS.
//! * Nothing here starts programs: credential helpers are asked through a callback.

mod ask;
mod client;
pub mod distribution;
mod download;
mod error;
mod network;
mod range;

pub use client::Client;
pub use error::RegistryError;
pub use network::{Network, Patience};
