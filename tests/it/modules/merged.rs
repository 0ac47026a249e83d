//! Extensions with modules: the layer with the indexes, as Talos' imager makes it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use end_to_end::skip;
use filetree::{Node, Tree};
use initramfs::{Extension, Part, modules, modules_layer_name, parts, root_image};
use quirks::{Quirks, Version};
use serde_json::json;

use crate::depmod::{Modules, VERSION, installed};
use crate::generated;
use crate::imager::{Imager, archive};

/// An extension with some modules, as a tree and as the archive that the imager reads.
fn extension(name: &str, files: &BTreeMap<String, Vec<u8>>) -> (Extension, Vec<u8>) {
    let manifest = format!("version: v1alpha1\nmetadata:\n  name: {name}\n  version: v1\n");
    let mut tree = Tree::new();
    tree.insert("manifest.yaml", Node::file(0o644, manifest.into_bytes())).unwrap();
    for (path, content) in files {
        tree.insert(&format!("rootfs/{path}"), Node::file(0o644, content.clone())).unwrap();
    }
    (Extension::read(&tree, name).unwrap(), archive(&tree))
}

/// A release with modules, and three extensions, two of which add modules and replace some.
fn parted(all: &Modules, directory: &str) -> (Vec<u8>, Vec<(Extension, Vec<u8>)>) {
    let within = |path: &str| format!("{directory}/{VERSION}/{path}");
    let mut root = Tree::new();
    let lists = [
        ("modules.order", &all.order),
        ("modules.builtin", &all.builtin),
        ("modules.builtin.modinfo", &all.builtin_info),
    ];
    root.insert("usr/bin/x", Node::file(0o755, b"x".to_vec())).unwrap();
    root.insert(&within("modules.dep"), Node::file(0o644, b"old\n".to_vec())).unwrap();
    for (name, list) in lists {
        root.insert(&within(name), Node::file(0o644, list.clone().unwrap_or_default())).unwrap();
    }
    let mut added = [BTreeMap::new(), BTreeMap::new()];
    for (number, (path, bytes)) in all.files.iter().enumerate() {
        if number % 4 < 2 {
            added[number % 2].insert(within(path), bytes.clone());
        }
        // Of some the release has another version, which says nothing.
        if number % 4 > 1 {
            root.insert(&within(path), Node::file(0o644, bytes.clone())).unwrap();
        } else if number % 4 == 0 {
            let other = generated::circle().files.into_values().next().unwrap();
            let other = if path.ends_with(".ko") { other } else { bytes.clone() };
            root.insert(&within(path), Node::file(0o644, other)).unwrap();
        }
    }
    let plain = BTreeMap::from([("usr/local/x".to_owned(), b"x".to_vec())]);
    let [first, second] = added;
    let extensions =
        vec![extension("first", &first), extension("plain", &plain), extension("second", &second)];
    let mut base = Tree::new();
    base.insert("init", Node::file(0o755, b"init".to_vec())).unwrap();
    base.insert("rootfs.sqsh", Node::file(0o644, squash::write(&root).unwrap())).unwrap();
    (initramfs::write_archive(&base).unwrap(), extensions)
}

/// What a layer of an initramfs holds, and how the list names it.
fn layer(all: &[Part]) -> (Tree, String) {
    let added = &all.last().unwrap().tree;
    let image = added.get(&modules_layer_name()).unwrap().bytes().unwrap();
    let list = added.get("extensions.yaml").unwrap().bytes().unwrap();
    (squash::read(image).unwrap(), String::from_utf8(list.to_vec()).unwrap())
}

#[test]
fn the_imager_makes_the_same_indexes() {
    const TEST: &str = "the_imager_makes_the_same_indexes";
    if !installed(TEST) {
        return;
    }
    for program in ["mksquashfs", "unsquashfs", "cpio", "zstd"] {
        if process::find(program).is_none() {
            return skip(TEST, &format!("there is no `{program}`"));
        }
    }
    let Some(imager) = Imager::new(TEST) else { return };
    for (version, directory, seed) in
        [("v1.11.3", "usr/lib/modules", 7), ("v1.12.0", "usr/lib/modules", 8), ("v1.9.0", "lib/modules", 9)]
    {
        let quirks = Quirks::new(Version::parse(version).unwrap());
        let all = generated::modules(seed);
        let (base, extensions) = parted(&all, directory);
        imager.write("initrd", &zstd::encode_all(base.as_slice(), 3).unwrap());
        let paths: Vec<PathBuf> = extensions
            .iter()
            .enumerate()
            .map(|(number, (_, archive))| imager.write(&format!("{number}.tar"), archive))
            .collect();
        let mut profile = imager.profile(version, "initramfs", &[]);
        profile["input"]["systemExtensions"] =
            paths.iter().map(|path| json!({ "tarballPath": path })).collect();
        let (theirs, named) = layer(&parts(&imager.run(&profile)).unwrap());

        let release = squash::read_below(&root_image(&base).unwrap(), directory).unwrap();
        let given: Vec<&Extension> = extensions.iter().map(|(extension, _)| extension).collect();
        let ours = modules(&release, &given, quirks).unwrap().unwrap();
        let mut files = ours.root.clone();
        if !theirs.iter().any(|(path, _)| path.ends_with("/modules.weakdep")) {
            files.take(&format!("{directory}/{VERSION}/modules.weakdep"));
        }
        let contents = |tree: &Tree| -> Vec<(String, String)> {
            let line = |node: &Node| format!("{node:?} {:?}", node.bytes().map(String::from_utf8_lossy));
            tree.iter().map(|(path, node)| (path.to_owned(), line(node))).collect()
        };
        assert_eq!(contents(&files), contents(&theirs), "{version}");
        let last = named.rsplit("- image: ").next().unwrap();
        for wanted in ["modules.dep.sqsh\n", "name: modules.dep\n", &ours.manifest.description, VERSION] {
            assert!(last.contains(wanted), "{version}: {named}");
        }
    }
}

#[test]
fn modules_that_fit_nothing_are_told() {
    let quirks = Quirks::new(Version::parse("v1.11.3").unwrap());
    let file = |path: &str, content: &[u8]| BTreeMap::from([(path.to_owned(), content.to_vec())]);
    let (none, _) = extension("none", &file("usr/local/x", b""));
    let (other, _) = extension("other", &file("usr/lib/modules/6.0.0/x.ko", b""));
    let (bad, _) = extension("bad", &file("usr/lib/modules/6.1.0-test/x.ko", b"text"));
    let mut release = Tree::new();
    assert_eq!(modules(&release, &[&none], quirks), Ok(None));
    let told = |release: &Tree, extension: &Extension| {
        modules(release, &[&none, extension], quirks).unwrap_err().to_string()
    };
    assert!(told(&release, &bad).contains("extension `bad` has modules, but the image has none below"));
    release.insert("usr/lib/modules/6.1.0-test/modules.order", Node::file(0o644, vec![])).unwrap();
    assert!(told(&release, &other).contains("extension `other` has modules for the kernel 6.0.0"));
    assert!(told(&release, &bad).contains("module `x.ko` is no ELF object"));
    release.insert("usr/lib/modules/6.2.0", Node::directory(0o755)).unwrap();
    assert!(told(&release, &bad).contains("for the kernels 6.1.0-test and 6.2.0"));
}
