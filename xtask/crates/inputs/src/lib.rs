//! Inputs: what comes from outside of the repository, locked by digest.
//!
//! [`Lock`] is `inputs.lock`: for each [`Pin`] a name, a version, a digest, and [`Source`]s that may have it.
//! [`Fetcher`] brings pins into the store. Which source served one changes nothing, because the digest
//! decides; so a person behind a wall takes a mirror, and nobody has to trust a server.
//!
//! How a pin is fetched:
//!
//! ```text
//! store has the digest ──────────────────────────────────────────────▶ done, nothing is asked
//! mirrors: a file or directory of the right name, then any of the right digest
//! sources, in the lock's order:
//!   download (once for all pins that share it) ─▶ member or selection ─▶ digest right? ─▶ store
//! none of them ─▶ one error that says what each of them said
//! ```
//!
//! Invariants:
//!
//! * Nothing gets into the store under a pin's digest but bytes of that digest.
//! * With the network denied no socket is opened and no program is started; mirrors and Go proxies in
//!   directories still serve.
//! * No package registry's address is known here. The Go proxy and the npm registry are what the user's
//!   settings say; where no variable says it, the registry's own client (`go`, `npm`, `apt-get`) is asked to
//!   download, with the user's settings and logins.

mod client;
mod deb;
mod download;
mod error;
mod event;
mod extract;
mod fetcher;
mod git;
mod go;
mod kind;
mod lock;
mod mirror;
mod npm;
mod pin;
mod pinning;
mod settings;
mod source;
mod versions;

pub use error::{Attempt, FetchError, SourceError};
pub use event::FetchEvent;
pub use fetcher::{Fetched, Fetcher};
pub use kind::Kind;
pub use lock::{AmbiguousPin, Lock};
pub use pin::{Pin, PinDigest};
pub use settings::Settings;
pub use source::Source;
