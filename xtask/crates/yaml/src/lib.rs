//! YAML as the Go programs of Kubernetes read it.
//!
//! kubectl, Helm, Flux and Argo CD read manifests through `sigs.k8s.io/yaml`: go-yaml v2's YAML 1.1 scalar rules followed
//! by a conversion to JSON. No other reader agrees with them on `0755`, `on` or `1_000`, so this crate follows them and
//! nothing else: what a check sees here is what the cluster will see.
//!
//! ```text
//! text ── parse_stream ──> Document { root: Node { value, span } } ── emit ──> text any reader reads alike
//!                               │  layers, merge_patch
//!                               └─ to_json, canonical_json
//! ```
//!
//! Invariants:
//! - no I/O, no panic on any text; nesting, alias expansion and size are limited;
//! - every node knows the bytes it was read from, so that a check made much later can still show the line;
//! - keys of a [`Map`] are unique text, as in JSON;
//! - `parse(emit(node))` is `node` again, for YAML 1.1 and 1.2 readers alike.

mod anchors;
mod emit;
mod json;
mod limits;
mod map;
mod mapping;
mod node;
mod patch;
mod scalar;
mod stream;
mod tree;

pub mod layers;

pub use emit::{emit, emit_ordered};
pub use json::canonical_json;
pub use limits::{ALIAS_LIMIT, DEPTH_LIMIT};
pub use node::{Entry, Map, Node, Value};
pub use patch::merge_patch;
pub use stream::{Document, Duplicates, parse_one, parse_stream};
