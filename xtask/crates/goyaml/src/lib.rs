//! YAML byte for byte as `go.yaml.in/yaml/v4` writes it.
//!
//! Some bytes are not read but hashed: the name of a Talos schematic is the digest of its YAML text, and the descriptions
//! of extensions are compared with those of the official tools. The crate `yaml` writes what every reader takes alike;
//! this one writes what one library writes, with its quotation marks.
//!
//! ```text
//! Value ── write ──> text of `yaml.Marshal` (release 4.0.0-rc.6: four spaces, lists below their key indented)
//!            │ resolve: would a reader take the bare text for something else?
//!            └ allowed: which styles can hold the text?
//! ```
//!
//! Invariants:
//! - no I/O, no panic on any value; the same value always gives the same text;
//! - keys of a [`Value::Map`] stand in the order given: the library follows the fields of a Go structure. Maps without
//!   a structure are sorted by [`natural_order`] before.

mod allowed;
mod emitter;
mod order;
mod quoted;
mod resolve;
mod style;
mod value;

pub use emitter::write;
pub use order::natural_order;
pub use resolve::is_timestamp;
pub use style::quoting_drifts;
pub use value::Value;
