//! The build graph: from a cluster to bundles and a release, doing only what is not done yet.
//!
//! ```text
//! chart pin ──unpack──▶ chart ─┐
//! values, manifests, tools ────┴─render──▶ objects ──┐
//! image pins, CRDs of the whole cluster ─────────────┴─bundle──▶ OCI bundles ──▶ release
//! ```
//!
//! Every arrow is a [`Recipe`]: a description of everything that the step reads. Its key names the result in
//! the store; a step whose key is known does not run. When nothing below `hosts/`, `platform/`, `apps/` and in
//! `inputs.lock` was touched since the last build, not even recipes are computed ([`snapshot`]).
//!
//! # Invariants
//!
//! - A recipe holds no time, path of the machine, user, locale or job count, and names the builder by its content.
//! - Steps run on as many threads as asked for; neither their number nor their order shows in a result.
//! - The outputs of the last build of a checkout and the inputs of its next one are roots of the store.
//! - All mistakes of all units are reported, in the order of the units.

mod build;
mod bundle_step;
mod chart_source;
mod charts;
mod closure;
mod error;
mod event;
mod evidence;
mod image_place;
mod images;
mod inspect;
mod job;
mod kept;
mod kubernetes;
mod machine_step;
mod pattern;
mod pins;
mod recipe;
mod release_step;
mod render_step;
mod report;
mod resolve;
mod seen;
mod snapshot;
mod surroundings;
mod target;
pub mod threads;
mod tools;
mod why;

pub use build::{Destination, Options, Session, Strictness, build, load_lock};
pub use closure::{Closure, Step, bundle_steps, closure, missing_inputs, render_steps};
pub use error::PlanError;
pub use event::Event;
pub use evidence::{Evidence, Steps, evidence};
pub use inspect::{
    UnitView, description, image_references, last_objects, objects_by_digest, origins, packed_objects,
    values_of,
};
pub use kept::{forget_gone, keep_for};
pub use machine_step::{ImageOptions, ImageOutput, ImageReport, build_image};
pub use recipe::Recipe;
pub use report::{BundleLine, Report, Status, UnitLine};
pub use seen::Seen;
pub use tools::kubectl;
pub use why::{Change, explain, why};
