use std::os::unix::fs::MetadataExt as _;

use super::*;

#[test]
fn blobs_are_the_files_of_the_store_and_every_name_leads_to_them() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&directory.path().join("store")).unwrap();
    let put = |text: &str| store.put(text.as_bytes()).unwrap();
    let image = Image {
        name: "one".to_owned(),
        manifest: put("manifest"),
        config: put("config"),
        layer: put("layer"),
        root: store::Root::default(),
        provides: vec!["example.org/a/one:1.0".to_owned(), "example.org/two:2.0".to_owned()],
    };
    let shelf = directory.path().join("shelf");
    // Layers are shared between images, so the same file may come twice.
    for _ in 0..2 {
        super::put(&store, &shelf, &image).unwrap();
    }
    let root = shelf.join("docker/registry/v2");
    for digest in [image.manifest, image.config, image.layer] {
        let hex = digest.hex();
        let blob = root.join("blobs/sha256").join(&hex[..2]).join(&hex).join("data");
        let inode = |path: &Path| fs::metadata(path).unwrap().ino();
        assert_eq!(inode(&blob), inode(&store.object_path(&digest)));
    }
    let read = |path: String| fs::read_to_string(root.join("repositories/mirror").join(path)).unwrap();
    for (name, tag) in [("example.org/a/one", "1.0"), ("example.org/two", "2.0")] {
        let manifest = image.manifest.hex();
        let tags = format!("{name}/_manifests/tags/{tag}");
        for link in [
            format!("{tags}/current/link"),
            format!("{tags}/index/sha256/{manifest}/link"),
            format!("{name}/_manifests/revisions/sha256/{manifest}/link"),
        ] {
            assert_eq!(read(link), image.manifest.to_string());
        }
        for digest in [image.config, image.layer] {
            assert_eq!(read(format!("{name}/_layers/sha256/{}/link", digest.hex())), digest.to_string());
        }
    }
}
