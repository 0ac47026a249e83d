//! Machine images against the programs that others make them with.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test, in functions of its own too")]
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

mod oracle;
mod schematics;
