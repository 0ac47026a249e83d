//! Messages that say what is wrong, on which line, and what to do about it.
//!
//! Every mistake a person can make in a file becomes a [`Diagnostic`]: one sentence, the places it is about, notes and
//! hints. Checks collect them in a `Vec`, so that all mistakes of a file are told at once, and the program renders them
//! at its very edge:
//!
//! ```text
//! error: unknown field `namespce`
//!   --> platform/core/cert-manager/component.yaml:3:1
//!    |
//!  3 | namespce: cert-manager
//!    | ^^^^^^^^ not a field of a component
//! hint: did you mean `namespace`?
//! ```
//!
//! Invariants: no I/O and no panic on any span, even one that lies outside its text or inside a character; the same
//! diagnostic always renders to the same bytes.

mod diagnostic;
mod nearest;
mod place;
mod render;

pub use diagnostic::{Diagnostic, Label, Severity};
pub use nearest::nearest;
pub use place::{Source, SourceRef, Span, line_column};
pub use render::{Paint, render};
