//! Images on the shelf of a registry that has not started yet.
//!
//! Pushing them costs more than a gigabyte of reading, hashing and writing on either side. The registry keeps blobs in
//! files by digest as the store does, so a hard link is enough. It never writes into a blob that it has.
//!
//! Source: <https://github.com/distribution/distribution/blob/main/registry/storage/paths.go>.

use std::fs;
use std::io;
use std::path::Path;

use container::Image;
use hashing::Digest;
use store::Store;

use crate::error::CliError;

/// Lays an image down under each of its names, below `mirror/<host>`.
pub(super) fn put(store: &Store, shelf: &Path, image: &Image) -> Result<(), CliError> {
    lay(store, shelf, image).map_err(|error| CliError::environment(&error, &shelf.display().to_string()))
}

fn lay(store: &Store, shelf: &Path, image: &Image) -> io::Result<()> {
    let root = shelf.join("docker/registry/v2");
    for digest in [image.manifest, image.config, image.layer] {
        let hex = digest.hex();
        let directory = root.join("blobs/sha256").join(hex.get(..2).unwrap_or_default()).join(&hex);
        share(&store.object_path(&digest), &directory.join("data"))?;
    }
    for reference in &image.provides {
        let Some((name, tag)) = reference.rsplit_once(':') else { continue };
        let repository = root.join("repositories/mirror").join(name);
        for digest in [image.config, image.layer] {
            link(&repository.join("_layers/sha256").join(digest.hex()), &digest)?;
        }
        let (manifests, manifest) = (repository.join("_manifests"), image.manifest);
        link(&manifests.join("revisions/sha256").join(manifest.hex()), &manifest)?;
        link(&manifests.join("tags").join(tag).join("current"), &manifest)?;
        link(&manifests.join("tags").join(tag).join("index/sha256").join(manifest.hex()), &manifest)?;
    }
    Ok(())
}

/// What the registry calls a link: a file that names a digest.
fn link(directory: &Path, digest: &Digest) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    fs::write(directory.join("link"), digest.to_string())
}

/// The same file at another place; a copy where file systems do not share.
fn share(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(directory) = to.parent() {
        fs::create_dir_all(directory)?;
    }
    match fs::hard_link(from, to) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(_) => fs::copy(from, to).map(drop),
        Ok(()) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
