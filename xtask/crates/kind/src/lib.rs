//! Where a run happens: machines that are made for it and gone after it. The first driver makes them of containers, by
//! the program [kind](https://kind.sigs.k8s.io).
//!
//! ```text
//! Driver ── Kind ── Docker (the machine's own daemon, or one that is started here)
//!                     network ─┬─ registry     under the name that the cluster's releases give it
//!                              └─ node …       kind's containers; images come by way of the registry
//! ```
//!
//! Invariants:
//!
//! * Everything that is made carries one label or name, and [`Kind::sweep`] removes it whoever made it: a run that was
//!   killed leaves nothing behind for longer than until the next one starts.
//! * One run at a time: a lock in the state directory, which the kernel gives up with the process.
//! * Nothing is pulled from anywhere: images are loaded, and nodes are told to look in the registry first.
//! * A machine that withholds `CAP_SYS_RESOURCE` from root gets a runtime that does without ([`narrow`]).

mod docker;
mod driver;
mod error;
mod kind;
mod mirrors;
pub mod narrow;
mod state;

pub use docker::Docker;
pub use driver::{Driver, Fault, Plan, Running, VOLUMES};
pub use error::KindError;
pub use kind::Kind;
pub use mirrors::hosts_toml;
pub use state::State;
