//! Argo CD: the repo server fetches, unpacks and reads the directory.
//!
//! Sources: `util/oci/client.go`, `util/io/files/tar.go`, `reposerver/repository/repository.go`.

use oci::{Manifest, media_type};

use super::{UNPACKED_LIMIT, below, objects};
use crate::entries::{Entry, Kind, entries};
use crate::rules::{MODE_SWITCHES, SIZE_LIMIT, SKIP_MARKER};

/// Default of `reposerver.oci.layer.media.types`.
const ALLOWED: [&str; 3] = [media_type::LAYER_TAR, media_type::LAYER_TAR_GZIP, media_type::HELM_CHART];

pub(super) fn check(manifest: &Manifest, layer: &[u8], path: &str, reasons: &mut Vec<String>) {
    if let Some(subject) = &manifest.subject {
        reasons.push(format!("copies the subject {} too and fails when it is absent", subject.digest));
    }
    if manifest.config.media_type == media_type::HELM_CONFIG {
        reasons.push("takes the artifact for a Helm chart".to_owned());
    }
    // The rule of 3.1; from 3.2 on, layers of other types may stand beside the content layer.
    let [content] = manifest.layers.as_slice() else {
        let count = manifest.layers.len();
        return reasons.push(format!("expected only a single oci content layer, got {count}"));
    };
    if !ALLOWED.contains(&content.media_type.as_str()) {
        let kind = &content.media_type;
        return reasons.push(format!("`{kind}` is not in the list of allowed media types"));
    }
    let tar = if content.media_type.ends_with("tar+gzip") {
        match archive::gunzip(layer, UNPACKED_LIMIT) {
            Ok(tar) => tar,
            Err(error) => return reasons.push(format!("could not decompress layer: {error}")),
        }
    } else {
        layer.to_vec()
    };
    match entries(&tar) {
        Ok(entries) => check_entries(&entries, path, reasons),
        Err(error) => reasons.push(error),
    }
}

fn check_entries(entries: &[Entry<'_>], path: &str, reasons: &mut Vec<String>) {
    let mut files = Vec::new();
    for Entry { name, kind, content } in entries {
        if name.starts_with('/') || name.split('/').any(|part| part == "..") {
            reasons.push(format!("illegal filepath in archive: `{name}`"));
            continue;
        }
        match kind {
            Kind::Directory | Kind::GlobalHeader => {}
            Kind::File => files.extend(below(name, path).map(|name| (name, *content))),
            Kind::SymbolicLink => {
                reasons.push(format!("refuses the symbolic link `{name}`, or reads its target twice"));
            }
            Kind::HardLink | Kind::Other => {
                reasons.push(format!("ignores `{name}`, which is no regular file"));
            }
        }
    }
    check_files(&files, reasons);
}

fn check_files(files: &[(&str, &[u8])], reasons: &mut Vec<String>) {
    let mut yaml = Vec::new();
    let mut size = 0;
    for (name, content) in files {
        let extension = name.rsplit_once('.').map_or("", |(_, end)| end);
        if name.contains('/') {
            reasons.push(format!("does not read the sub-directory of `{name}`"));
        } else if MODE_SWITCHES.contains(name) {
            reasons.push(format!("renders the directory because of `{name}`"));
        } else if extension == "json" || extension == "jsonnet" {
            reasons.push(format!("reads `{name}` as a manifest"));
        } else if extension != "yaml" && extension != "yml" {
            reasons.push(format!("ignores `{name}`"));
        } else if content.windows(SKIP_MARKER.len()).any(|text| text == SKIP_MARKER.as_bytes()) {
            reasons.push(format!("leaves out `{name}` because of `{SKIP_MARKER}` in it"));
        } else {
            size += content.len() as u64;
            yaml.push((*name, *content));
        }
    }
    if size > SIZE_LIMIT {
        reasons.push(format!("{size} bytes of manifests exceed its limit of {SIZE_LIMIT}"));
    }
    objects::check(&yaml, reasons);
}
