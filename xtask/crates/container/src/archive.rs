//! An image as a file that `docker load` and `podman load` take.
//!
//! Source: <https://github.com/moby/docker-image-spec/blob/main/spec.md>, "Combined Image JSON + Filesystem Changeset
//! Format", with `manifest.json`.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use serde_json::json;
use store::Store;
use tar::{Builder, Header};

use crate::{ContainerError, Image};

/// Writes an image under a name, `repository:tag`, to a new file.
pub fn docker_archive(store: &Store, image: &Image, name: &str, to: &Path) -> Result<(), ContainerError> {
    let failed = |source| ContainerError::Io { action: "write", path: to.to_owned(), source };
    let config = format!("{}.json", image.config.hex());
    let layer = format!("{}.tar", image.layer.hex());
    let index = json!([{"Config": config, "RepoTags": [name], "Layers": [layer]}]).to_string().into_bytes();
    let mut tar = Builder::new(BufWriter::new(File::create(to).map_err(failed)?));
    let parts = [
        (config.as_str(), store.get(&image.config)?),
        (layer.as_str(), store.get(&image.layer)?),
        ("manifest.json", index),
    ];
    for (path, content) in parts {
        let mut header = Header::new_ustar();
        header.set_mode(0o644);
        header.set_size(content.len() as u64);
        tar.append_data(&mut header, path, &content[..]).map_err(failed)?;
    }
    tar.into_inner().map_err(failed)?.into_inner().map_err(|error| failed(error.into_error()))?;
    Ok(())
}
