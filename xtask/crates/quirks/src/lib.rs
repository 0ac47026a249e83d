//! What releases of Talos do differently, as far as the making of images goes.
//!
//! One table ([`Quirks`]) says from which version on something holds; nobody else compares versions. [`Constraint`] is
//! what an extension says about the releases that it is for.
//!
//! Invariants: no I/O; pre-releases count as the release that they precede, as everywhere in Talos' own tools.
//!
//! Source: `pkg/machinery/imager/quirks` of `siderolabs/talos`, at v1.12.1 and v1.14.0-alpha.1.

mod constraint;
mod table;
mod version;

pub use constraint::{Constraint, ConstraintError};
pub use table::Quirks;
pub use version::{Version, VersionError};
