//! From a unit's sources to checked Kubernetes objects.
//!
//! A [`Job`] says everything that the result depends on. [`render`] runs it: every source gives objects, objects
//! are shaped (hooks decided, some dropped or patched, namespaces set) and checked, and what remains is one text
//! per object with [`ObjectFacts`] beside it, so that later steps need not parse what they do not change.
//! [`finish`] is that later step: it knows the whole cluster, pins images and checks custom resources.
//!
//! # Invariants
//!
//! - The result is a function of the job: charts are rendered without network and cluster, and one whose output
//!   depends on the clock, on random numbers or on map order is found and refused ([`purity`]).
//! - Objects come out sorted by file name; a unit never holds one object twice.
//! - No `Secret` with data, no hook, no `List`, no `generateName`, no `status`, no `:latest` leaves this crate.
//! - A refusal names unit, object, field and the place: file and line, or template and rendered line.

mod chart;
mod chart_source;
mod check;
mod error;
mod facts;
mod file_name;
mod finish;
mod helm;
mod hooks;
mod images;
mod job;
mod kustomize;
mod manifests;
mod object;
mod patch;
mod pipeline;
mod purity;
mod repeat;
mod secrets;
mod shape;
mod stream;

pub use chart::{PreparedChart, prepare_chart};
pub use error::RenderError;
pub use facts::{CrdFacts, ImageUse, ObjectFacts, OriginFacts, UnitFacts};
pub use finish::{Finished, Scopes, Surroundings, finish};
pub use helm::{ChartEngine, ChartFailure, ChartRequest, HelmProcess};
pub use images::is_digest_reference;
pub use job::{Job, JobLayer, JobSource};
pub use kustomize::{KustomizeEngine, KustomizeFailure, KustomizeProcess};
pub use pipeline::{Engines, Rendered, render};
pub use purity::{Impurity, scan};

/// Changes whenever this crate would give other bytes for the same job; part of every recipe.
pub const VERSION: u32 = 1;
