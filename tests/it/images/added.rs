//! Extensions in an initramfs: what the imager adds we add, and its readers read ours.

use std::path::PathBuf;

use end_to_end::{Dice, skip};
use filetree::{Node, Tree};
use hashing::Digest;
use initramfs::{
    Extension, Layer, Microcode, Part, assemble, layer_name, layer_order, layers_yaml, parts, prepare,
};
use quirks::{Quirks, Version};
use serde_json::{Value, json};

use crate::imager::{Imager, archive};
use crate::trees::installed;

/// An extension as it comes out of its image, and as a tar archive.
fn extension(name: &str, files: &[(&str, Vec<u8>)]) -> (Tree, Vec<u8>) {
    let manifest = format!(
        "version: v1alpha1\nmetadata:\n  name: {name}\n  version: 20250101-v1.11.3\n  author: \"Somebody: else\"\n  \
         description: |\n    Two lines:\n    - of text\n  compatibility:\n    talos:\n      version: \">= v1.5.0\"\n"
    );
    let mut tree = Tree::new();
    tree.insert("manifest.yaml", Node::file(0o644, manifest.into_bytes())).unwrap();
    tree.insert("rootfs", Node::directory(0o755)).unwrap();
    for (path, content) in files {
        tree.insert(&format!("rootfs/{path}"), Node::file(0o644, content.clone())).unwrap();
    }
    let archive = archive(&tree);
    (tree, archive)
}

fn examples(count: usize, firmware: &str) -> Vec<(Tree, Vec<u8>)> {
    let mut dice = Dice::new(9);
    let mut all: Vec<_> = (0..count)
        .map(|number| {
            let path = format!("usr/local/share/{number}/data");
            extension(&format!("plain-{number}"), &[(path.as_str(), dice.bytes(3000))])
        })
        .collect();
    let intel = [2, 1].map(|number| (format!("{firmware}/intel-ucode/06-0{number}"), dice.bytes(100)));
    let mut files: Vec<(&str, Vec<u8>)> =
        intel.iter().map(|(path, bytes)| (path.as_str(), bytes.clone())).collect();
    let gpu = format!("{firmware}/i915/gpu.bin");
    files.push((&gpu, dice.bytes(5000)));
    all.push(extension("intel", &files));
    let amd = format!("{firmware}/amd-ucode/microcode_amd_fam17h.bin");
    let text = format!("{firmware}/amd-ucode/README");
    all.push(extension("amd", &[(&amd, dice.bytes(200)), (&text, b"text".to_vec())]));
    all
}

fn ours(base: &[u8], version: &str, extensions: &[(Tree, Vec<u8>)]) -> Vec<u8> {
    let quirks = Quirks::new(Version::parse(version).unwrap());
    let (mut layers, mut firmware, mut microcode) = (Vec::new(), Tree::new(), Microcode::default());
    for index in layer_order(extensions.len()) {
        let extension = Extension::read(&filetree::from_tar(&extensions[index].1).unwrap(), "it").unwrap();
        let prepared = prepare(&extension, quirks).unwrap();
        firmware.merge(prepared.firmware).unwrap();
        microcode.intel.extend(prepared.microcode.intel);
        microcode.amd.extend(prepared.microcode.amd);
        let image = squash::write(&prepared.layer).unwrap();
        layers.push(Layer { file: layer_name(index), manifest: extension.manifest, image });
    }
    assemble(base, &layers, firmware, &microcode).unwrap().to_vec()
}

fn base() -> Vec<u8> {
    let mut tree = Tree::new();
    tree.insert("init", Node::file(0o755, b"init".to_vec())).unwrap();
    let root = squash::write(&crate::trees::tree(3)).unwrap();
    tree.insert("rootfs.sqsh", Node::file(0o644, root)).unwrap();
    initramfs::write_archive(&tree).unwrap()
}

/// Everything in an initramfs, with layers taken apart.
fn contents(parts: &[Part]) -> Vec<(bool, Vec<(String, String)>)> {
    let of = |part: &Part| {
        let mut all = Vec::new();
        for (path, node) in part.tree.iter() {
            match node.bytes() {
                Some(image) if path.ends_with(".sqsh") => {
                    let within = squash::read(image).unwrap();
                    all.push((path.to_owned(), "layer".to_owned()));
                    all.extend(within.iter().map(|(inner, node)| {
                        (format!("{path}:{inner}"), format!("{node:?} {:?}", node.bytes().map(Digest::of)))
                    }));
                }
                bytes => all.push((path.to_owned(), format!("{:o} {:?}", node.mode, bytes.map(Digest::of)))),
            }
        }
        (part.packed, all)
    };
    parts.iter().map(of).collect()
}

#[test]
fn the_imager_adds_the_same() {
    const TEST: &str = "the_imager_adds_the_same";
    for program in ["mksquashfs", "cpio", "zstd"] {
        if !installed(program) {
            return skip(TEST, &format!("there is no `{program}`"));
        }
    }
    let Some(imager) = Imager::new(TEST) else { return };
    let base = zstd::encode_all(base().as_slice(), 3).unwrap();
    imager.write("initrd", &base);
    for (version, count, firmware) in [
        ("v1.11.3", 1, "usr/lib/firmware"),
        ("v1.12.0", 12, "usr/lib/firmware"),
        ("v1.9.0", 2, "lib/firmware"),
    ] {
        let extensions = examples(count, firmware);
        let paths: Vec<PathBuf> = extensions
            .iter()
            .enumerate()
            .map(|(n, (_, tar))| imager.write(&format!("{n}.tar"), tar))
            .collect();
        let mut profile = imager.profile(version, "initramfs", &[]);
        profile["input"]["systemExtensions"] =
            paths.iter().map(|path| json!({ "tarballPath": path })).collect();
        let theirs = imager.run(&profile);
        let ours = ours(&base, version, &extensions);
        let (our_parts, their_parts) = (parts(&ours).unwrap(), parts(&theirs).unwrap());
        assert_eq!(contents(&our_parts), contents(&their_parts), "{version}");
        // Nothing of ours is of a time, which theirs is.
        let path = imager.write("ours", &ours);
        let told = imager.ask("read", &path);
        let archives = told.as_array().unwrap();
        assert_eq!(archives.len(), 3, "{version}");
        for (archive, part) in archives.iter().zip(&our_parts) {
            let records: Vec<(&str, Value)> = archive
                .as_array()
                .unwrap()
                .iter()
                .map(|file| (file["name"].as_str().unwrap(), file["time"].clone()))
                .collect();
            let expected: Vec<(&str, Value)> = part.tree.iter().map(|(path, _)| (path, json!(0))).collect();
            assert_eq!(records, expected, "{version}");
        }
        let yaml = our_parts[2].tree.get("extensions.yaml").unwrap().bytes().unwrap().to_vec();
        let layers = imager.ask("layers", &imager.write("extensions.yaml", &yaml));
        assert_eq!(layers.as_array().unwrap().len(), extensions.len(), "{version}");
    }
}

#[test]
fn the_imager_refuses_what_we_refuse() {
    const TEST: &str = "the_imager_refuses_what_we_refuse";
    let Some(imager) = Imager::new(TEST) else { return };
    imager.write("initrd", &base());
    let (good, _) = extension("good", &[("usr/local/x", b"x".to_vec())]);
    let quirks = Quirks::new(Version::parse("v1.4.0").unwrap());
    let mut extra = good.clone();
    extra.insert("bin/x", Node::file(0o644, vec![])).unwrap();
    let mut bare = good.clone();
    bare.take("rootfs");
    let mut nameless = good.clone();
    nameless.take("manifest.yaml");
    let mut other = good.clone();
    other.insert("manifest.yaml", Node::file(0o644, b"version: v2\nmetadata: {name: a}\n".to_vec())).unwrap();
    for (what, tree) in
        [("extra", extra), ("bare", bare), ("nameless", nameless), ("format", other), ("release", good)]
    {
        let ours = Extension::read(&tree, what).map(|extension| extension.problems(quirks));
        assert!(ours.is_err() || ours.is_ok_and(|problems| !problems.is_empty()), "{what}");
        let mut builder = tar::Builder::new(Vec::new());
        for (path, node) in tree.iter().filter(|(_, node)| !node.is_directory()) {
            let mut header = tar::Header::new_gnu();
            header.set_mode(0o644);
            header.set_size(node.bytes().unwrap().len() as u64);
            builder.append_data(&mut header, path, node.bytes().unwrap()).unwrap();
        }
        let path = imager.write("bad.tar", &builder.into_inner().unwrap());
        let mut profile = imager.profile("v1.4.0", "initramfs", &[]);
        profile["input"]["systemExtensions"] = json!([{ "tarballPath": path }]);
        let said = imager.try_run(&profile).unwrap_err();
        assert!(
            said.contains("extension") || said.contains("manifest") || said.contains("no such file"),
            "{what}: {said}"
        );
    }
}

#[test]
fn an_initramfs_never_changes() {
    let extensions = examples(2, "usr/lib/firmware");
    let made = ours(&base(), "v1.11.3", &extensions);
    assert_eq!(made, ours(&base(), "v1.11.3", &extensions));
    assert_eq!(Digest::of(&made).hex(), "c759feb7b598a5f5f5e85745a977d6c64da746f07806d6d55b0bdfb43e4d3da7");
    let layers =
        [Layer { file: "0.sqsh".into(), manifest: initramfs::Manifest::default(), image: Vec::new() }];
    assert!(
        layers_yaml(&layers)
            .starts_with("layers:\n    - image: 0.sqsh\n      metadata:\n        name: \"\"\n")
    );
}
