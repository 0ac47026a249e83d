//! The OCI image layout of a cluster below `target/xtask/`, linked out of the store.
//!
//! Format: <https://github.com/opencontainers/image-spec/blob/main/image-layout.md>.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use diag::Diagnostic;
use hashing::Digest;

use crate::build::{Options, Session};
use crate::bundle_step::Bundle;
use crate::error::PlanError;

/// The layout of a cluster, relative to the workspace.
pub(crate) fn place(cluster: &str, options: &Options) -> String {
    format!("target/xtask/{cluster}{}", options.suffix())
}

/// Writes the layout: blobs that are missing are linked or copied, blobs of nothing are removed.
pub(crate) fn write(session: &Session<'_>, bundles: &[&Bundle]) -> Result<(), PlanError> {
    let cluster = &session.catalogue.cluster.spec.name;
    let directory = session.workspace.path(&place(cluster, session.options));
    let blobs = directory.join("blobs/sha256");
    fs::create_dir_all(&blobs).map_err(io("create", &blobs))?;
    let wanted: BTreeSet<Digest> =
        bundles.iter().flat_map(|bundle| [bundle.manifest, bundle.config, bundle.layer]).collect();
    for digest in &wanted {
        link(session, digest, &blobs.join(digest.hex()))?;
    }
    remove_others(&blobs, &wanted)?;
    let entries: Vec<deliver::LayoutEntry> = bundles.iter().map(|bundle| entry(session, bundle)).collect();
    let documents = deliver::layout(&entries).map_err(|error| Diagnostic::error(error.to_string()))?;
    for (name, bytes) in documents.files() {
        write_if_other(&directory.join(name), bytes)?;
    }
    Ok(())
}

fn entry(session: &Session<'_>, bundle: &Bundle) -> deliver::LayoutEntry {
    let unit = bundle.name.strip_suffix("/crds").unwrap_or(&bundle.name);
    let described = session.catalogue.units.get(unit).map(|unit| unit.spec.description.clone());
    deliver::LayoutEntry {
        name: bundle.name.clone(),
        version: bundle.version.clone(),
        description: described.unwrap_or_default(),
        digest: bundle.manifest,
        size: bundle.manifest_size,
    }
}

/// Whether the layout still holds every blob, by name.
pub(crate) fn is_complete(root: &Path, place: &str, digests: &[Digest]) -> bool {
    let directory = root.join(place);
    let blobs = directory.join("blobs/sha256");
    directory.join("index.json").is_file()
        && directory.join("oci-layout").is_file()
        && digests.iter().all(|digest| blobs.join(digest.hex()).is_file())
}

fn link(session: &Session<'_>, digest: &Digest, target: &Path) -> Result<(), PlanError> {
    if target.is_file() {
        return Ok(());
    }
    let source = session.store.object_path(digest);
    match fs::hard_link(&source, target) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        // Another file system, or one without links.
        Err(_) => {
            let temporary = target.with_extension("new");
            fs::write(&temporary, session.store.get(digest)?).map_err(io("write", &temporary))?;
            fs::rename(&temporary, target).map_err(io("rename", &temporary))
        }
    }
}

fn remove_others(blobs: &Path, wanted: &BTreeSet<Digest>) -> Result<(), PlanError> {
    let names: BTreeSet<String> = wanted.iter().map(Digest::hex).collect();
    let entries = fs::read_dir(blobs).map_err(io("list", blobs))?;
    let mut stale: Vec<PathBuf> = Vec::new();
    for entry in entries {
        let path = entry.map_err(io("list", blobs))?.path();
        let is_wanted =
            path.file_name().and_then(|name| name.to_str()).is_some_and(|name| names.contains(name));
        if !is_wanted {
            stale.push(path);
        }
    }
    for path in stale {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(io("remove", &path)(error)),
            _ => {}
        }
    }
    Ok(())
}

fn write_if_other(path: &Path, bytes: &[u8]) -> Result<(), PlanError> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let temporary = path.with_extension(format!("{}.new", std::process::id()));
    fs::write(&temporary, bytes).map_err(io("write", &temporary))?;
    fs::rename(&temporary, path).map_err(io("rename", &temporary))
}

fn io(action: &'static str, path: &Path) -> impl Fn(std::io::Error) -> PlanError {
    let path = path.display().to_string();
    move |source| PlanError::Io { action, path: path.clone(), source }
}
