//! What a build tells while it runs.

use inputs::FetchEvent;

/// Something happened. Events come from several threads at once.
#[derive(Clone, Debug)]
pub enum Event {
    /// A source of a pin is asked.
    Trying {
        /// The pin.
        pin: String,
        /// The source.
        source: String,
    },
    /// Bytes of a download.
    Download {
        /// What is downloaded.
        name: String,
        /// Bytes there are.
        done: u64,
        /// Bytes there will be, if the server says so.
        total: Option<u64>,
    },
    /// A source did not serve a pin.
    Failed {
        /// The pin.
        pin: String,
        /// The source.
        from: String,
        /// Why.
        reason: String,
    },
    /// A pin is in the store.
    Fetched {
        /// The pin.
        pin: String,
        /// The source.
        from: String,
    },
    /// So many units are to be looked at.
    Units(usize),
    /// A unit is being rendered.
    Rendering(String),
    /// A unit is rendered.
    Rendered(String),
    /// A unit is packed.
    Packed(String),
}

impl From<FetchEvent<'_>> for Event {
    fn from(event: FetchEvent<'_>) -> Self {
        match event {
            FetchEvent::Trying { pin, source } => {
                Self::Trying { pin: pin.to_string(), source: source.to_string() }
            }
            FetchEvent::Progress { download, done, total } => {
                Self::Download { name: download.to_owned(), done, total }
            }
            FetchEvent::Failed { pin, from, reason } => {
                Self::Failed { pin: pin.to_string(), from: from.to_owned(), reason: reason.to_owned() }
            }
            FetchEvent::Fetched { pin, from } => {
                Self::Fetched { pin: pin.to_string(), from: from.to_owned() }
            }
        }
    }
}
