//! The checkout keeps its own rules.
//!
//! Every rule is a function from files to [`Violation`]s, and every test shows both: that a broken example is found,
//! and that the checkout has nothing of the kind. Files are those that git has or would take.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test, in functions of its own too")]

mod commands;
mod crates;
mod dependencies;
mod files;
mod links;
mod rust;
mod text;
mod tree;
mod violation;
