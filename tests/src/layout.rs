//! Reading an OCI layout with as little of the program's own code as possible.

use std::fs;
use std::path::Path;

use archive::unpack;
use serde_json::Value;

/// One artifact of a layout.
pub struct Artifact {
    /// Its name and version, from the index.
    pub annotations: Value,
    /// Its manifest.
    pub manifest: Value,
    /// Its files.
    pub files: Vec<(String, String)>,
}

impl Artifact {
    /// The name that the index gives it, without its version.
    pub fn name(&self) -> &str {
        let name = self.annotations["org.opencontainers.image.ref.name"].as_str().unwrap_or_default();
        name.rsplit_once(':').map_or(name, |(name, _)| name)
    }

    /// Whether it is the release of the cluster.
    pub fn is_release(&self) -> bool {
        self.name().starts_with("release")
    }
}

/// The artifacts of the layout in a directory, in the order of its index.
pub fn artifacts(directory: &Path) -> Vec<Artifact> {
    let json = |path: &Path| -> Value {
        let text = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        serde_json::from_slice(&text).expect("the layout holds JSON")
    };
    let blob = |descriptor: &Value| {
        let digest = descriptor["digest"].as_str().expect("a descriptor has a digest");
        directory.join("blobs").join(digest.replace(':', "/"))
    };
    let index = json(&directory.join("index.json"));
    let manifests = index["manifests"].as_array().expect("an index has manifests");
    manifests
        .iter()
        .map(|entry| {
            let manifest = json(&blob(entry));
            let layer = fs::read(blob(&manifest["layers"][0])).expect("a layer is read");
            let tree = unpack::any(&layer, unpack::Limits::default()).expect("a layer is a tar.gz");
            let text = |content: &[u8]| String::from_utf8(content.to_vec()).expect("files are UTF-8");
            let files = tree.iter().map(|(path, file)| (path.to_owned(), text(&file.content))).collect();
            Artifact { annotations: entry["annotations"].clone(), manifest, files }
        })
        .collect()
}
