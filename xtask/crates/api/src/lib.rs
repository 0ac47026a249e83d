//! A client of the Kubernetes API: what a run on a cluster needs, and no more.
//!
//! [`Client`] comes from a [`Kubeconfig`] and speaks JSON over HTTP/1.1 with a client certificate. Objects are plain
//! `serde_json` values; an object's kind is looked up in what the server itself says that it has ([`Client::resource`]),
//! so that custom resources need nothing more than their definition.
//!
//! Invariants:
//!
//! * Calls block and end: every one has a deadline, and none is repeated here; who waits for a cluster asks again.
//! * Only the authority in the kubeconfig is trusted, and no proxy is asked.
//! * A missing object is no error for [`Client::get`] and [`Client::delete`]; a missing kind is one, of its own sort,
//!   because it may appear when its definition is applied.
//!
//! Source: <https://kubernetes.io/docs/reference/using-api/api-concepts/>. Own code rather than the `kube` crate, since
//! that brings an asynchronous runtime and typed objects for a dozen calls.

mod client;
mod discovery;
mod error;
mod kubeconfig;
pub mod probe;
mod reference;
mod watch;

pub use client::Client;
pub use discovery::Resource;
pub use error::ApiError;
pub use kubeconfig::Kubeconfig;
pub use reference::Reference;
pub use watch::{Change, Watch};
