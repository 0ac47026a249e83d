//! What no text may hold.

use crate::files::{File, files};
use crate::violation::{Violation, none, places};

/// Servers of package registries, in parts, since this file is checked too.
const SERVERS: [&[&str]; 8] = [
    &["proxy.golang", "org"],
    &["sum.golang", "org"],
    &["registry.npmjs", "org"],
    &["pypi", "org"],
    &["deb.debian", "org"],
    &["security.debian", "org"],
    &["index.crates", "io"],
    &["static.crates", "io"],
];

/// Directories of one machine, in parts for the same reason.
const DIRECTORIES: [&[&str]; 4] = [&["/work", ""], &["/root", ""], &["/home", ""], &["/tmp", ""]];

/// In these, paths are those of containers and machines of a cluster.
const OF_CLUSTERS: [&str; 4] = ["apps/", "hosts/", "images/", "platform/"];

fn white_space(files: &[File]) -> Vec<Violation> {
    let hint = "remove it; the settings in .editorconfig make editors do so";
    let mut found = Vec::new();
    for file in files {
        for (number, line) in file.lines().filter(|(_, line)| line.ends_with([' ', '\t', '\r'])) {
            found.push(Violation::new(
                &file.path,
                number,
                format!("white space ends `{}`", line.trim()),
                hint,
            ));
        }
    }
    found
}

fn places_of_this_machine(files: &[File]) -> Vec<Violation> {
    let servers: Vec<String> = SERVERS.iter().map(|parts| parts.join(".")).collect();
    let directories: Vec<String> = DIRECTORIES.iter().map(|parts| parts.join("/")).collect();
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !file.is_generated()) {
        let is_of_cluster = OF_CLUSTERS.iter().any(|prefix| file.path.starts_with(prefix));
        for (number, line) in file.lines() {
            if let Some(server) = servers.iter().find(|server| line.contains(server.as_str())) {
                let hint = "name the client's setting: GOPROXY, npm_config_registry, the configuration of apt or cargo";
                found.push(Violation::new(&file.path, number, format!("names the server `{server}`"), hint));
            }
            let directory = directories.iter().find(|directory| holds_path(line, directory));
            if let Some(directory) = directory.filter(|_| !is_of_cluster) {
                let hint = "take the path from where the program or test runs, or from a variable";
                let what = format!("names the directory `{directory}` of some machine");
                found.push(Violation::new(&file.path, number, what, hint));
            }
        }
    }
    found
}

/// Whether a line holds an absolute path below a directory, and not the tail of another path.
fn holds_path(line: &str, directory: &str) -> bool {
    let is_tail = |at: usize| {
        line[..at]
            .ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '}' | '*' | '>'))
    };
    line.match_indices(directory).any(|(at, _)| !is_tail(at))
}

#[test]
fn no_white_space_ends_a_line() {
    let bad = [File::example("a", "x\nx \n\t\nx\r\n"), File::example("b", "x\n")];
    assert_eq!(places(&white_space(&bad)), ["a:2", "a:3", "a:4"]);
    let Some(files) = files("no_white_space_ends_a_line") else { return };
    none(&white_space(&files));
}

#[test]
fn no_server_of_a_registry_and_no_path_of_a_machine_is_named() {
    let server = SERVERS[0].join(".");
    let [work, root, ..] = DIRECTORIES.map(|parts| parts.join("/"));
    let text = format!("at {server}\n{work}x\n.github{work}\n'{root}x'\nworkflows/\n");
    let bad = [File::example("a", &text), File::example("apps/a", &text), File::example("Cargo.lock", &text)];
    assert_eq!(places(&places_of_this_machine(&bad)), ["a:1", "a:2", "a:4", "apps/a:1"]);
    let Some(files) = files("no_server_of_a_registry_and_no_path_of_a_machine_is_named") else { return };
    none(&places_of_this_machine(&files));
}
