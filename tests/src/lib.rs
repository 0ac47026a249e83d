//! The stage of the end-to-end tests: small workspaces of their own, and the program run on them as a user does.
//!
//! ```text
//! <directory>/workspace   a copy of fixtures/workspace with an inputs.lock that is written here
//!             mirror      charts and programs that its pins are served from
//!             store       prefilled with the pinned programs, so that no test needs the network
//!             home        HOME of the program
//! ```
//!
//! # Invariants
//!
//! - No test touches the store, home or checkout of the user, but for reading pinned inputs from the store.
//! - A test that cannot run here says so in a line that starts with `SKIPPED` ([`skip`]), which `cargo xtask test` counts.
//! - No test measures time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "all of this crate is for tests, which end at the first thing that is not as it should be"
)]

mod canned;
pub mod debian;
mod dice;
mod files;
pub mod go;
pub mod image_stage;
mod layout;
mod program;
mod real;
mod registry;
mod report;
mod sandbox;

pub use canned::canned;
pub use dice::Dice;
pub use files::{copy, hard_link_all, listing};
pub use image_stage::ImageStage;
pub use layout::{Artifact, artifacts};
pub use program::{Program, Run};
pub use real::{Tools, charts_directory, checkout, lock, take, tools, user_store};
pub use registry::Registry;
pub use report::{built, digests};
pub use sandbox::{Sandbox, Served};

/// Tells that a test cannot run here and why, in the form that `cargo xtask test` counts.
pub fn skip(test: &str, reason: &str) {
    use std::io::Write as _;
    // Written past the test harness, which shows what passing tests print to nobody.
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: {reason}");
}
