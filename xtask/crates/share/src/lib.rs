//! A registry as a shared part of the store: what one machine made, others take.
//!
//! Everything is an artifact of one repository, found by a tag that says what it is:
//!
//! ```text
//! record-<key of a recipe>   Manifest ─┬─ config  Label: which item this is, and the store's record
//!                                      └─ layers  the objects as they are, the trees as tar and gzip
//! file-<digest>              … one layer, an object
//! tree-<digest>              … one layer, a tree
//! ```
//!
//! Invariants:
//!
//! * What is there is never pushed again, and never replaced.
//! * Objects and trees are checked against their digests. That a recipe made them is the word of whoever pushed the
//!   record; a [`Seal`] makes that word one of a key.
//! * An item is in the store whole or not at all.

mod artifact;
mod item;
mod shared;

pub use item::Item;
pub use shared::{Seal, ShareError, Shared};
