//! Ctrl-C and TERM: children end first.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::{ProcessError, group};

/// Set by the first signal and never cleared.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Takes over INT and TERM for the rest of this process's life.
///
/// The first signal kills all running process groups; their [`run`](crate::run), and every later one,
/// returns [`ProcessError::Interrupted`], so that the program can clean up and end. A second signal kills
/// again and exits at once with 128 and the signal's number. Calling this twice changes nothing.
pub fn interruptible() -> Result<(), ProcessError> {
    static INSTALLED: Mutex<bool> = Mutex::new(false);
    let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    if !*installed {
        let signals = Signals::new([SIGINT, SIGTERM]).map_err(|source| ProcessError::Signals { source })?;
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || listen(signals))
            .map_err(|source| ProcessError::Signals { source })?;
        *installed = true;
    }
    Ok(())
}

/// Whether the user has asked for an end. Long work that runs no children asks this now and then.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

fn listen(mut signals: Signals) {
    for signal in signals.forever() {
        let again = INTERRUPTED.swap(true, Ordering::SeqCst);
        group::kill_all();
        if again {
            signal_hook::low_level::exit(128 + signal);
        }
    }
}
