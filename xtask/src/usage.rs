//! What this process has used so far, as the kernel counts it. Nothing is known on systems without `/proc`.

use std::fs;
use std::time::Instant;

use serde::{Deserialize, Serialize};

/// Before the numbers, on a line of stderr.
pub(crate) const MARK: &str = "usage: ";

/// Ticks of the kernel's clock in a second, as `proc(5)` counts processor time; 100 on every Linux.
const TICKS: f64 = 100.0;

/// Time, memory and children of a process.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Usage {
    /// From start to end, in seconds.
    pub(crate) wall: f64,
    /// Processor time of the process itself, in seconds.
    pub(crate) own: f64,
    /// Processor time of its children, in seconds.
    pub(crate) children: f64,
    /// The most memory that the process itself had at once, in bytes.
    pub(crate) memory: u64,
    /// How many children it started.
    pub(crate) started: u64,
}

impl Usage {
    /// Since the start of this process.
    pub(crate) fn now(start: Instant) -> Self {
        let [own, children] = processor_time().unwrap_or_default();
        Self {
            wall: start.elapsed().as_secs_f64(),
            own,
            children,
            memory: memory().unwrap_or_default(),
            started: process::started(),
        }
    }

    /// Reads what another run of this program printed.
    pub(crate) fn of_line(line: &str) -> Option<Self> {
        serde_json::from_str(line.strip_prefix(MARK)?).ok()
    }

    /// The line that it prints.
    pub(crate) fn line(&self) -> String {
        format!("{MARK}{}", serde_json::to_string(self).unwrap_or_default())
    }
}

/// Processor time of this process and of the children that it has waited for, in seconds.
pub(crate) fn processor_time() -> Option<[f64; 2]> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program may have spaces and parentheses; fields 14 to 17 are the times.
    let fields: Vec<f64> = text
        .rsplit_once(')')?
        .1
        .split_whitespace()
        .skip(11)
        .take(4)
        .filter_map(|field| field.parse().ok())
        .collect();
    match fields[..] {
        [user, system, children_user, children_system] => {
            Some([(user + system) / TICKS, (children_user + children_system) / TICKS])
        }
        _ => None,
    }
}

fn memory() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? * 1024)
}
