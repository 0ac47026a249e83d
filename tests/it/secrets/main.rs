//! No secret of a bundle shows: not in what is built or told, not in a temporary file, not in what a process list has.
//!
//! Every field of a bundle is planted; then each command runs, right and wrong. `strace`, when it is there, tells each
//! byte that the program or a child writes, and the arguments and environment of each child; all that, and every file
//! afterwards, is searched for any form of the fields.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test, in functions of its own too")]

mod elsewhere;
mod failing;
mod needles;
mod planted;
mod stage;
mod trace;
mod working;
