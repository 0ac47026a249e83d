//! What a fetch tells about itself while it runs.

use crate::{Pin, Source};

/// Something that happened during a fetch. Events come from several threads at once.
#[derive(Debug, Clone, Copy)]
pub enum FetchEvent<'a> {
    /// A source is about to be tried.
    Trying {
        /// The pin.
        pin: &'a Pin,
        /// The source.
        source: &'a Source,
    },
    /// Bytes of a download that several pins may share.
    Progress {
        /// What is downloaded.
        download: &'a str,
        /// Bytes there are.
        done: u64,
        /// Bytes there will be, if the server says so.
        total: Option<u64>,
    },
    /// A source or mirror did not serve the pin.
    Failed {
        /// The pin.
        pin: &'a Pin,
        /// The source or mirror.
        from: &'a str,
        /// Why.
        reason: &'a str,
    },
    /// The pin is in the store now.
    Fetched {
        /// The pin.
        pin: &'a Pin,
        /// The source or mirror it is from.
        from: &'a str,
    },
}
