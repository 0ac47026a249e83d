//! From a description to files.

use catalogue::{Image, Workspace, load_image};

use super::*;

/// An image that a file describes.
fn image(text: &str) -> Image {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("images")).unwrap();
    std::fs::write(directory.path().join("images/test.yaml"), text).unwrap();
    load_image(&Workspace::at(directory.path()), "images/test").unwrap()
}

const TALOS: &str = "kind: machine\ndescription: A test\nbase:\n  talos: v1.11.3\n";

fn parts() -> Parts {
    let mut stub = vec![0; 0x400];
    let mut put = |at: usize, bytes: &[u8]| stub[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, b"MZ");
    put(0x3c, &[0x80]);
    put(0x80, b"PE\0\0\x64\x86\x01");
    put(0x94, &[240]);
    put(0x98, &0x20b_u16.to_le_bytes());
    put(0xb8, &4096_u32.to_le_bytes());
    put(0xbc, &512_u32.to_le_bytes());
    put(0x188, b".sbat\0\0\0\x09\0\0\0\0\x10\0\0\0\x02\0\0\0\x02");
    let mut kernel = vec![0; 0x1000];
    kernel[..2].copy_from_slice(b"MZ");
    kernel[0x3c] = 0x40;
    kernel[0x40..0x46].copy_from_slice(b"PE\0\0\x64\x86");
    let mut base = Tree::new();
    base.insert("init", Node::file(0o755, b"init".to_vec())).unwrap();
    let initramfs = initramfs::write_archive(&base).unwrap();
    Parts { stub, symbols: false, kernel, initramfs, splash: None, extensions: Vec::new() }
}

fn extension(name: &str, path: &str) -> Extension {
    let manifest = format!("version: v1alpha1\nmetadata: {{name: {name}, version: v1}}\n");
    let mut tree = Tree::new();
    tree.insert("manifest.yaml", Node::file(0o644, manifest.into_bytes())).unwrap();
    tree.insert(&format!("rootfs/{path}"), Node::file(0o644, b"x".to_vec())).unwrap();
    Extension::read(&tree, name).unwrap()
}

fn content<'a>(outputs: &'a [Output], name: &str) -> &'a [u8] {
    &outputs.iter().find(|output| output.name == name).unwrap().content
}

#[test]
fn the_files_of_an_image() {
    let recipe =
        Recipe::new(&image(&format!("{TALOS}extensions: [siderolabs/i915]\nkernelArguments: [a=b]\n")))
            .unwrap();
    let parts = Parts { extensions: vec![extension("i915", "usr/local/x")], ..parts() };
    let outputs = build(&recipe, &parts).unwrap();
    assert_eq!(outputs, build(&recipe, &parts).unwrap());
    let schematic = String::from_utf8(content(&outputs, "schematic.yaml").to_vec()).unwrap();
    assert!(
        schematic.contains("        - a=b\n") && schematic.contains("            - siderolabs/i915\n"),
        "{schematic}"
    );
    assert!(content(&outputs, "cmdline").ends_with(b" selinux=1 a=b"));
    let found = initramfs::parts(content(&outputs, "initramfs")).unwrap();
    let yaml = found[1].tree.get("extensions.yaml").unwrap().bytes().unwrap();
    let yaml = String::from_utf8(yaml.to_vec()).unwrap();
    // The schematic comes last, as at the factory.
    assert!(
        yaml.contains(&format!("name: schematic\n        version: {}\n", recipe.schematic.id())),
        "{yaml}"
    );
    let sections = uki::sections(content(&outputs, "uki.efi")).unwrap();
    let names: Vec<&str> = sections.iter().map(|section| section.name.as_str()).collect();
    assert_eq!(
        names,
        [".sbat", ".osrel", ".cmdline", ".linux", ".initrd", ".profile", ".profile", ".cmdline"]
    );
    assert_eq!(sections[4].content, content(&outputs, "initramfs"));
    assert_eq!(texts(&recipe).unwrap(), outputs[..2]);
}

#[test]
fn mistakes_in_descriptions() {
    let told = |text: &str| -> Vec<String> {
        let mistakes = Recipe::new(&image(text)).unwrap_err();
        mistakes.into_iter().map(|(field, message)| format!("{}: {message}", field.join("."))).collect()
    };
    let all = told(
        &(TALOS.replace("v1.11.3", "latest")
            + "platform: metall\nextensions: [i915]\nkernelArguments: [a b, '']\n"),
    );
    assert!(all[0].starts_with("base.talos: `latest` is no version"), "{all:?}");
    assert!(all[1].starts_with("platform: there is no platform `metall`; there are akamai, aws"), "{all:?}");
    assert!(
        all.iter().any(|mistake| mistake.starts_with("kernelArguments: kernel argument `a b`")),
        "{all:?}"
    );
    assert!(all.iter().any(|mistake| mistake.contains("write `siderolabs/i915`")), "{all:?}");
}

#[test]
fn mistakes_in_extensions() {
    let recipe = Recipe::new(&image(TALOS)).unwrap();
    let bad =
        vec![extension("a", "usr/local/x"), extension("a", "bin/y"), extension("schematic", "usr/local/z")];
    let told = build(&recipe, &Parts { extensions: bad, ..parts() }).unwrap_err().to_string();
    assert!(told.contains("two extensions are called `a`"), "{told}");
    assert!(told.contains("two extensions are called `schematic`"), "{told}");
    assert!(told.contains("`/bin/y`"), "{told}");
    let modules = vec![extension("mei", "usr/lib/modules/6.12.0-talos/mei.ko")];
    let told = build(&recipe, &Parts { extensions: modules, ..parts() }).unwrap_err().to_string();
    assert!(told.contains("`mei` has modules for the kernel 6.12.0-talos"), "{told}");
    let told = crate::lab_parts(b"no package", b"", b"").unwrap_err().to_string();
    assert!(told.starts_with("package `kernel`"), "{told}");
}
