use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use archive::Tree;
use diag::Source;
use registry::Network;

use super::*;

const DESCRIPTION: &str = "kind: container\ndescription: files of a tree\ntrees:\n  - pin: files\n";

#[test]
fn what_its_root_keeps_is_enough_to_have_it_and_to_make_it_again() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::open(&directory.path().join("store")).unwrap();
    let mut tree = Tree::new();
    tree.insert("etc/motd", false, b"hello".to_vec()).unwrap();
    let digest = store.put_tree(&tree).unwrap();
    let lock = format!(
        "version = 1\n\n[[pin]]\nkind = \"package\"\nname = \"files\"\nversion = \"1\"\ndigest = \"tree:{digest}\"\nsources = [\n  \
         {{ go = \"example.org/files@v1.0.0\" }},\n]\n"
    );
    let source = Arc::new(Source { name: "inputs.lock".to_owned(), text: lock });
    let lock = Lock::parse(&source).unwrap();
    let description = crate::parse("images/one.yaml", DESCRIPTION.to_owned()).unwrap();
    let packed = AtomicUsize::new(0);
    let build = |store: &Store, description: &Description| {
        let fetcher = Fetcher::new(store, Network::Denied, Vec::new(), &|_| {});
        let tell = |_: &str| {
            packed.fetch_add(1, Ordering::Relaxed);
        };
        let images = directory.path().join("images");
        Builder { store, fetcher: &fetcher, lock: &lock, images, tell: &tell }.build("one", description)
    };
    let image = build(&store, &description).unwrap();
    store.set_root("one", &image.root).unwrap();
    store.gc().unwrap();
    assert_eq!(build(&store, &description).unwrap(), image);
    assert_eq!(packed.load(Ordering::Relaxed), 1, "it is still there");

    let edited = Description { links: [("etc/issue".to_owned(), "motd".to_owned())].into(), ..description };
    assert_ne!(build(&store, &edited).unwrap().layer, image.layer);
}
