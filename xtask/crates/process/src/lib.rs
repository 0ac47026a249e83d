//! Children: the only crate that starts other programs.
//!
//! A build step is a pure function of its inputs, so a child must not see the machine it runs on. Every
//! child therefore gets:
//!
//! * an environment that is made here from nothing: a minimal `PATH`, `TZ=UTC`, `LC_ALL=C`, the variables
//!   the caller names, and no others. Proxy settings and credentials of the user do not leak in;
//! * a home of its own below [`Command::scratch`]:
//!
//!   ```text
//!   <scratch>/home   HOME
//!   <scratch>/tmp    TMPDIR
//!   <scratch>/xdg/{cache,config,data,state,run}   made by programs that want them
//!   <scratch>/helm/{cache,config,data,plugins}
//!   ```
//! * a process group, which ends with it. What a program leaves running behind is killed, so nothing
//!   writes to a directory that a later step reads;
//! * a deadline: TERM to the group, then KILL;
//! * captured output on both pipes, read while it runs, so that a talkative child never blocks.
//!
//! Most children are run to their end ([`run`]); a machine runs beside us ([`serve`]) and ends when we do.
//!
//! [`interruptible`] makes Ctrl-C and TERM end all children before the program itself ends.

mod clean_up;
mod command;
mod environment;
mod error;
mod group;
mod interrupt;
mod run;
mod running;
mod search;
mod stream;

pub use clean_up::clean_up;
pub use command::{Command, Finished};
pub use error::ProcessError;
pub use interrupt::{interrupted, interruptible};
pub use run::{run, started};
pub use running::{Running, serve};
pub use search::find;
pub use stream::stream;
