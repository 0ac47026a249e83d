//! Flux: source-controller fetches and unpacks, kustomize-controller reads the tree.
//!
//! Sources: source-controller `internal/controller/ocirepository_controller.go`, fluxcd/pkg `tar/untar.go`,
//! `sourceignore/sourceignore.go`, `kustomize/kustomize_generator.go`.

use oci::Manifest;

use super::{UNPACKED_LIMIT, below, objects};
use crate::entries::{Entry, Kind, entries};
use crate::rules::MODE_SWITCHES;

/// Names that are left out wherever they lie, as long as no ignore file says otherwise.
const IGNORED: [&str; 3] = [".sops.yaml", ".flux.yaml", ".goreleaser.yml"];

pub(super) fn check(manifest: &Manifest, layer: &[u8], path: &str, reasons: &mut Vec<String>) {
    match manifest.layers.len() {
        0 => return reasons.push("no layers found in artifact".to_owned()),
        1 => {}
        count => reasons.push(format!("reads the first of {count} layers and ignores the others")),
    }
    // The media type of the layer does not matter: the first layer is read as gzip.
    let tar = match archive::gunzip(layer, UNPACKED_LIMIT) {
        Ok(tar) => tar,
        Err(error) => return reasons.push(format!("requires gzip-compressed body: {error}")),
    };
    match entries(&tar) {
        Ok(entries) => check_entries(&entries, path, reasons),
        Err(error) => reasons.push(error),
    }
}

fn check_entries(entries: &[Entry<'_>], path: &str, reasons: &mut Vec<String>) {
    let mut files = Vec::new();
    for Entry { name, kind, content } in entries {
        if name.is_empty() || name.contains('\\') || name.starts_with('/') || name.contains("../") {
            reasons.push(format!("tar contained invalid name error `{name}`"));
            continue;
        }
        match kind {
            Kind::Directory => {}
            Kind::File => files.extend(below(name, path).map(|name| (name, *content))),
            Kind::SymbolicLink => reasons.push(format!("skips the symbolic link `{name}`")),
            Kind::HardLink => reasons.push(format!("unpacks the hard link `{name}` as an empty file")),
            Kind::GlobalHeader => reasons.push(format!("unpacks the global header as a stray file `{name}`")),
            Kind::Other => reasons.push(format!("tar file entry `{name}` contained unsupported file type")),
        }
    }
    let mut yaml = Vec::new();
    for (name, content) in files {
        let base = name.rsplit('/').next().unwrap_or(name);
        if base == ".sourceignore" {
            reasons.push(format!("leaves out what `{name}` names"));
        } else if IGNORED.contains(&base) || name.starts_with(".git") {
            reasons.push(format!("ignores `{name}` by default"));
        } else if MODE_SWITCHES.contains(&base) && base != "Chart.yaml" {
            reasons.push(format!("builds the overlay `{name}` instead of applying the files beside it"));
        } else if name.rsplit_once('.').is_some_and(|(_, end)| end == "yaml" || end == "yml") {
            yaml.push((name, content));
        } else {
            reasons.push(format!("ignores `{name}`"));
        }
    }
    objects::check(&yaml, reasons);
}
