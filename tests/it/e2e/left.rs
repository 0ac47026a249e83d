//! What a run could leave behind, as the kernel knows it.

use std::fs;
use std::path::Path;

use end_to_end::listing;

/// What stays in the state directory: the daemon's own files and settings, so that images are loaded once.
const KEPT: [&str; 7] = ["docker", "docker.json", "docker.log", "exec", "lock", "narrow", "scratch"];
/// The bridge that every Docker daemon makes and leaves.
const BRIDGE: &str = "docker0";

/// Whether a daemon is still there.
pub(crate) fn is_left(state: &Path) -> bool {
    !processes(state).is_empty()
}

/// Command lines of processes that name a directory.
pub(crate) fn processes(directory: &Path) -> Vec<String> {
    let directory = directory.display().to_string();
    let all = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap());
    let numbers = all.filter(|entry| entry.file_name().to_string_lossy().parse::<u32>().is_ok());
    // A process may end between the two calls.
    let lines = numbers.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    lines.filter(|line| line.contains(&directory)).collect()
}

/// Mounts below the state directory.
pub(crate) fn mounts(state: &Path) -> Vec<String> {
    let table = fs::read_to_string("/proc/self/mountinfo").unwrap();
    let below = format!(" {}/", state.display());
    table.lines().filter(|line| line.contains(&below)).map(str::to_owned).collect()
}

/// Files of a run in the state directory.
pub(crate) fn files(state: &Path) -> Vec<String> {
    let entries = fs::read_dir(state).into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut found: Vec<String> = names.filter(|name| !KEPT.contains(&name.as_str())).collect();
    let scratch = listing(&state.join("scratch"));
    found.extend(scratch.into_keys().map(|path| path.display().to_string()));
    found.sort();
    found
}

/// Network interfaces of this machine.
pub(crate) fn interfaces() -> Vec<String> {
    let entries = fs::read_dir("/sys/class/net").unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name != BRIDGE).collect()
}
