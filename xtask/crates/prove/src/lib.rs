//! Proof that a release converges: waits for an engine, looks at what the cluster then does, and tells it.
//!
//! ```text
//! release document ─▶ Expected ─┐
//! API server ─▶ delivery objects ┴─▶ converge ─▶ Timeline ─┬─▶ order, causes
//!                                    assertions ───────────┴─▶ Report ─▶ text · JSON · HTML · JUnit
//! ```
//!
//! Invariants:
//!
//! * A component is applied when its delivery object names the digest of *this* release, and healthy when it says so of
//!   that digest. A status from before never counts.
//! * Times are whole milliseconds since the release was published; they are the only thing in a report that differs
//!   between two runs which did the same.
//! * What never got healthy is told with its cause: the engine's own message, and what pods, events and jobs of its
//!   namespace complain about.

mod assertion;
mod cause;
mod change;
mod converge;
mod drift;
mod ended;
mod engines;
mod failing;
mod html;
mod junit;
mod report;
mod requests;
mod resources;
mod simulated;
mod timeline;

pub use assertion::{Assertion, Assertions, Balanced, Expectation, Inside, Object, Outcome, check, prepare};
pub use cause::causes;
pub use change::{Broken, Change, Edit, Trouble};
pub use converge::{Clock, Waiting, converge};
pub use drift::{drift, is_spent};
pub use engines::{Observed, observe};
pub use failing::{Failing, failing};
pub use html::html;
pub use junit::junit;
pub use report::{Report, Section, text};
pub use requests::notify;
pub use resources::{PodUse, Resources, resources};
pub use simulated::{
    LABEL, Simulated, SimulatedMachine, Simulation, Status, machine, marked, policies, stages, volumes,
};
pub use timeline::{Component, Expected, Timeline, disorder, repeats};
