//! What is wrong between the files of a cluster.

mod addresses;
mod addressing;
mod control_planes;
mod disks;
mod distributions;
mod endpoint;
mod extensions;
mod interfaces;
mod labels;
mod networks;
mod patches;
mod plain_secrets;
mod secrets;
mod size;
mod versions;

use diag::{Diagnostic, Severity, Span};

use crate::fleet::Fleet;
use addressing::Addressing;

/// Everything that is wrong with a fleet: errors, and warnings about what is allowed but rarely meant.
pub fn check(fleet: &Fleet) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    plain_secrets::check(fleet, &mut found);
    if !found.is_empty() {
        // Excerpts of other messages could show them.
        return found;
    }
    let addressing = Addressing::of(fleet, &mut found);
    distributions::check(fleet, &mut found);
    versions::check(fleet, &mut found);
    networks::check(fleet, &addressing, &mut found);
    endpoint::check(fleet, &addressing, &mut found);
    control_planes::check(fleet, &mut found);
    addresses::check(fleet, &addressing, &mut found);
    interfaces::check(fleet, &addressing, &mut found);
    disks::check(fleet, &mut found);
    labels::check(fleet, &mut found);
    patches::check(fleet, &mut found);
    extensions::check(fleet, &mut found);
    secrets::check(fleet, &mut found);
    found.sort_by_key(order);
    found
}

/// Errors before warnings, each by file and place; what has no place comes first.
fn order(diagnostic: &Diagnostic) -> (Severity, Option<(String, Span)>) {
    let label = diagnostic.labels.iter().find(|label| label.primary);
    (diagnostic.severity, label.map(|label| (label.source.name.clone(), label.span)))
}
