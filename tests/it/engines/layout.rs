//! Writing OCI layouts with artifacts in any form.

use std::fs;
use std::path::{Path, PathBuf};

use hashing::Digest;
use serde_json::{Value, json};

/// A layer as our bundles have it.
pub(crate) const GZIPPED: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
/// The same without compression.
pub(crate) const TAR: &str = "application/vnd.oci.image.layer.v1.tar";
const CONFIG: &str = "application/vnd.cncf.flux.config.v1+json";
const IMAGE: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// Files of a layer and the layer's media type.
pub(crate) type Layer = (&'static str, Vec<(String, String)>);

/// A layout that is written.
pub(crate) struct Layout {
    directory: PathBuf,
    entries: Vec<Value>,
}

impl Layout {
    /// An empty one.
    pub(crate) fn new(directory: &Path) -> Self {
        fs::create_dir_all(directory.join("blobs/sha256")).unwrap();
        Self { directory: directory.to_owned(), entries: Vec::new() }
    }

    fn blob(&self, media_type: &str, content: &[u8]) -> Value {
        let digest = Digest::of(content);
        fs::write(self.directory.join("blobs/sha256").join(digest.hex()), content).unwrap();
        json!({"mediaType": media_type, "digest": digest.to_string(), "size": content.len()})
    }

    /// An image with layers; gives its descriptor.
    pub(crate) fn image(&mut self, layers: &[Layer]) -> Value {
        let digests: Vec<String> =
            layers.iter().map(|(_, files)| Digest::of(&tar(files)).to_string()).collect();
        self.image_with_config(layers, &json!({"rootfs": {"type": "layers", "diff_ids": digests}}))
    }

    /// The same with a config of its own.
    pub(crate) fn image_with_config(&mut self, layers: &[Layer], config: &Value) -> Value {
        let layers: Vec<Value> = layers
            .iter()
            .map(|(media_type, files)| {
                let tar = tar(files);
                let content = if *media_type == TAR { tar } else { archive::gzip(&tar) };
                self.blob(media_type, &content)
            })
            .collect();
        let config = self.blob(CONFIG, config.to_string().as_bytes());
        let manifest = json!({"schemaVersion": 2, "mediaType": IMAGE, "config": config, "layers": layers});
        self.blob(IMAGE, manifest.to_string().as_bytes())
    }

    /// An index over images; gives its descriptor.
    pub(crate) fn index(&mut self, images: &[Value]) -> Value {
        let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": images});
        self.blob(INDEX, index.to_string().as_bytes())
    }

    /// Puts an image or index into the index of the layout.
    pub(crate) fn add(&mut self, name: &str, mut descriptor: Value) {
        let name = format!("{name}:1.0.0");
        descriptor["annotations"] = json!({"org.opencontainers.image.ref.name": name});
        self.entries.push(descriptor);
    }

    /// Writes the layout's own documents.
    pub(crate) fn finish(&self) {
        let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": self.entries});
        fs::write(self.directory.join("index.json"), index.to_string()).unwrap();
        fs::write(self.directory.join("oci-layout"), r#"{"imageLayoutVersion": "1.0.0"}"#).unwrap();
    }
}

fn tar(files: &[(String, String)]) -> Vec<u8> {
    let files: Vec<_> = files.iter().map(|(name, text)| (name.clone(), text.clone().into_bytes())).collect();
    archive::write_tar(&files).unwrap()
}
