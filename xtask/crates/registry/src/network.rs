//! Whether sockets may be opened, and how patiently.

use std::time::Duration;

/// Whether this run may use the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// Sockets may be opened.
    Allowed,
    /// Every call fails without opening one.
    Denied,
}

/// How long a call waits and how often it tries.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Time to make a connection.
    pub connect: Duration,
    /// Time without a single byte after which a server counts as dead.
    pub stall: Duration,
    /// Tries in a row without progress before a call fails; at least one is made.
    pub tries: u32,
    /// Pause after the first failed try; each further one is twice as long.
    pub pause: Duration,
    /// No pause is longer, not even one that the server asks for with `Retry-After`.
    pub longest_pause: Duration,
    /// Asked between tries and between pieces of a body; `true` ends the call.
    pub cancelled: fn() -> bool,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            stall: Duration::from_mins(1),
            tries: 5,
            pause: Duration::from_millis(500),
            longest_pause: Duration::from_mins(1),
            cancelled: || false,
        }
    }
}

impl Patience {
    /// The pause after `failed` failed tries (counted from one).
    pub(crate) fn pause_after(&self, failed: u32, asked: Option<Duration>) -> Duration {
        let factor = 1_u32.checked_shl(failed.saturating_sub(1)).unwrap_or(u32::MAX);
        asked.unwrap_or_else(|| self.pause.saturating_mul(factor)).min(self.longest_pause)
    }
}
