//! From a description to files.

use catalogue::{Image, Medium, Workspace, load_image};
use disk::Content;
use filetree::{Node, Tree};

use super::*;

/// An image that a file describes.
fn image(text: &str) -> Image {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("images")).unwrap();
    std::fs::write(directory.path().join("images/test.yaml"), text).unwrap();
    load_image(&Workspace::at(directory.path()), "images/test").unwrap()
}

const TALOS: &str = "kind: machine\ndescription: A test\nbase:\n  talos: v1.11.3\n";

/// A stub, a kernel and an initramfs.
fn parts() -> [Vec<u8>; 3] {
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
    [stub, kernel, initramfs]
}

/// The flattened root of an extension.
fn extension(name: &str, path: &str) -> Vec<u8> {
    extension_with(name, path, b"x")
}

fn extension_with(name: &str, path: &str, content: &[u8]) -> Vec<u8> {
    let manifest = format!("version: v1alpha1\nmetadata: {{name: {name}, version: v1}}\n");
    let path = format!("rootfs/{path}");
    archive::write_tar(&[("manifest.yaml".to_owned(), manifest.into_bytes()), (path, content.to_vec())])
        .unwrap()
}

fn recipe(more: &str) -> Recipe {
    Recipe::new(&image(&format!("{TALOS}{more}"))).unwrap()
}

fn kernel_image(recipe: &Recipe, medium: Medium, initramfs: &[u8]) -> Vec<u8> {
    let [stub, kernel, _] = &parts();
    let boot = Boot { stub, symbols: false, kernel, initramfs, splash: None, pcr_key: None };
    let mut image = Vec::new();
    write_kernel_image(recipe, &lines(recipe, medium).unwrap(), &boot, &mut image).unwrap();
    image
}

#[test]
fn an_initramfs_and_its_kernel_image() {
    let recipe = recipe("extensions: [siderolabs/i915]\nkernelArguments: [a=b]\n");
    let [_, _, base] = parts();
    let added = [
        add_extension(&extension("i915", "usr/local/x"), "siderolabs/i915", &recipe).unwrap(),
        add_schematic(&recipe).unwrap(),
    ];
    let system = system(&base, &added, &recipe).unwrap().to_vec();
    let found = initramfs::parts(&system).unwrap();
    let yaml = found[1].tree.get("extensions.yaml").unwrap().bytes().unwrap();
    let yaml = String::from_utf8(yaml.to_vec()).unwrap();
    // The schematic comes last, as at the factory.
    assert!(
        yaml.contains(&format!("name: schematic\n        version: {}\n", recipe.schematic.id())),
        "{yaml}"
    );
    let image = kernel_image(&recipe, Medium::Raw, &system);
    let sections = uki::sections(&image).unwrap();
    let names: Vec<&str> = sections.iter().map(|section| section.name.as_str()).collect();
    assert_eq!(
        names,
        [".sbat", ".osrel", ".cmdline", ".linux", ".initrd", ".profile", ".profile", ".cmdline"]
    );
    assert_eq!(sections[4].content, system);
}

/// An initramfs whose root has one file.
fn base(path: &str) -> Vec<u8> {
    let mut root = Tree::new();
    root.insert(path, Node::file(0o644, Vec::new())).unwrap();
    let mut base = Tree::new();
    base.insert("rootfs.sqsh", Node::file(0o644, squash::write(&root).unwrap())).unwrap();
    initramfs::write_archive(&base).unwrap()
}

#[test]
fn modules_get_a_layer_with_their_indexes() {
    let recipe = recipe("");
    // An object file that says nothing.
    let mut object = b"\x7fELF\x02\x01\x01".to_vec();
    object.resize(64, 0);
    let module = "usr/lib/modules/6.12.0-talos/extra/mei.ko";
    let archive = extension_with("mei", module, &object);
    let added = [
        add_extension(&archive, "siderolabs/mei", &recipe).unwrap(),
        add_extension(&extension("i915", "usr/local/x"), "siderolabs/i915", &recipe).unwrap(),
    ];
    let base = base("usr/lib/modules/6.12.0-talos/modules.builtin");
    let system = system(&base, &added, &recipe).unwrap().to_vec();
    let found = initramfs::parts(&system).unwrap();
    let file = |path: &str| found[1].tree.get(path).unwrap().bytes().unwrap();
    let list = String::from_utf8(file("extensions.yaml").to_vec()).unwrap();
    let images: Vec<&str> =
        list.lines().filter_map(|line| line.split_once("image: ")).map(|(_, name)| name).collect();
    assert_eq!(images, ["0.sqsh", "1.sqsh", "modules.dep.sqsh"]);
    let layer = squash::read(file("modules.dep.sqsh")).unwrap();
    let index = layer.get("usr/lib/modules/6.12.0-talos/modules.dep").unwrap();
    assert_eq!(index.bytes().unwrap(), b"extra/mei.ko:\n");
}

#[test]
fn lines_differ_by_medium() {
    let recipe = recipe("meta: [{key: 10, value: a}]\n");
    let of = |medium| lines(&recipe, medium).unwrap();
    assert!(of(Medium::Uki).main.contains("INSTALLER_META_BASE64=") && of(Medium::Uki).reset.is_none());
    assert!(of(Medium::Iso).main.contains("talos.halt_if_installed=1"));
    assert!(of(Medium::Iso).reset.unwrap().2.ends_with(" talos.experimental.wipe=system"));
    // A disk has its values in a partition.
    assert!(!of(Medium::Raw).main.contains("INSTALLER_META_BASE64="));
    assert_eq!(of(Medium::Raw), of(Medium::Qcow2));
    let reset = of(Medium::Raw).reset.unwrap();
    assert_eq!(reset.1, "Reset to maintenance mode");
    assert!(reset.2.ends_with(" talos.experimental.wipe=system:EPHEMERAL,STATE"));
}

#[test]
fn a_disk_is_as_the_imager_lays_it_out() {
    let recipe = recipe("meta: [{key: 10, value: a}, {key: 6, value: b}]\n");
    let programs =
        Programs { loader: Content::bytes(*b"loader"), kernel: Content::bytes(*b"kernel"), trusted: None };
    let image = disk_image(&recipe, &programs).unwrap();
    assert_eq!(image.size(), 2246 << 20);
    let table = disk::gpt::read(&image).unwrap();
    let found: Vec<(String, u64, u64)> =
        table.entries.iter().map(|entry| (entry.name.clone(), entry.first, entry.last)).collect();
    assert_eq!(found, [("EFI".to_owned(), 2048, 4_304_895), ("META".to_owned(), 4_304_896, 4_306_943)]);
    assert_eq!(table.guid.to_string(), "d92d45b3-cde9-8760-be9f-a2a71fac8d11");
    // What it costs is what is in it: two allocation tables, two META blocks, and a few sectors.
    assert!(image.allocated() < 8 << 20, "{}", image.allocated());
    let small = self::recipe("disk: {esp: 40, sector: 4096}\n");
    let large = Programs { kernel: Content::zeros(60 << 20), ..programs };
    let told = disk_image(&small, &large).unwrap_err().to_string();
    assert!(
        told.contains("the EFI system partition has 40 MiB") && told.contains("raise `disk.esp`"),
        "{told}"
    );
}

#[test]
fn media_for_secure_boot_bring_keys() {
    let content = |name: &str| Content::bytes(name.as_bytes().to_vec());
    let trusted = Trusted {
        certificate: content("c"),
        platform: content("p"),
        exchange: content("k"),
        signers: content("d"),
    };
    let programs = Programs { loader: content("l"), kernel: content("u"), trusted: Some(trusted) };
    let settings = |more: &str| {
        let tree = crate::loader::files(&recipe(more), &programs).unwrap();
        let mut left = vec![(String::new(), &tree)];
        let mut found = Vec::new();
        while let Some((path, directory)) = left.pop() {
            for (name, node) in directory.entries() {
                match node {
                    disk::Node::Directory(below) => left.push((format!("{path}{name}/"), below)),
                    disk::Node::File(content) => {
                        let mut bytes = vec![0; usize::try_from(content.len()).unwrap()];
                        disk::Source::read_at(content, 0, &mut bytes).unwrap();
                        found.push((format!("{path}{name}"), String::from_utf8(bytes).unwrap()));
                    }
                }
            }
        }
        found.sort();
        found
    };
    let found = settings("secureBoot: true\n");
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "EFI/BOOT/BOOTX64.EFI",
        "EFI/Linux/Talos-v1.11.3.efi",
        "EFI/keys/uki-signing-cert.der",
        "loader/keys/auto/KEK.auth",
        "loader/keys/auto/PK.auth",
        "loader/keys/auto/db.auth",
        "loader/loader.conf",
    ];
    assert_eq!(names, expected);
    assert_eq!(found[6].1, "# systemd-boot configuration\n\ntimeout 10\n\nsecure-boot-enroll if-safe\n");
    let forced = settings("secureBoot: true\nenrollKeys: force\n");
    assert!(forced[6].1.ends_with("secure-boot-enroll force\n"), "{forced:?}");
    // The schematic has what was said, and nothing else.
    let yaml = |more: &str| recipe(more).schematic.to_yaml();
    assert_eq!(yaml("secureBoot: true\n"), "customization: {}\n");
    let enrolls = "customization:\n    secureboot:\n        enrollKeys: manual\n";
    assert_eq!(yaml("secureBoot: true\nenrollKeys: manual\n"), enrolls);
}

#[test]
fn an_installer_has_its_files_where_talos_looks() {
    let programs =
        Programs { loader: Content::bytes(*b"loader"), kernel: Content::bytes(*b"kernel"), trusted: None };
    let paths = installer_files(&recipe(""), &programs).map(|(path, _)| path);
    assert_eq!(paths, ["usr/install/amd64/systemd-boot.efi", "usr/install/amd64/vmlinuz.efi"]);
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
    let recipe = recipe("");
    let refused = |bytes: &[u8]| add_extension(bytes, "siderolabs/a", &recipe).unwrap_err().to_string();
    assert!(refused(&extension("a", "bin/y")).contains("`/bin/y`"));
    let modules = extension("mei", "usr/lib/modules/6.12.0-talos/mei.ko");
    let modules = add_extension(&modules, "siderolabs/mei", &recipe).unwrap();
    let told = |base: &[u8]| system(base, std::slice::from_ref(&modules), &recipe).unwrap_err().to_string();
    let missing = told(&base("usr/bin/x"));
    assert!(
        missing.contains("`mei` has modules, but the image has none below `/usr/lib/modules`"),
        "{missing}"
    );
    let other = told(&base("usr/lib/modules/6.1.0/modules.order"));
    assert!(other.contains("extension `mei` has modules for the kernel 6.12.0-talos"), "{other}");
    let damaged = told(&base("usr/lib/modules/6.12.0-talos/modules.order"));
    assert!(damaged.contains("module `mei.ko` is no ELF object"), "{damaged}");
    let one = |name: &str| add_extension(&extension(name, "usr/local/x"), name, &recipe).unwrap();
    let two = [one("a"), one("schematic"), one("a"), add_schematic(&recipe).unwrap()];
    let told = system(b"x", &two, &recipe).unwrap_err().to_string();
    assert!(told.contains("two extensions are called `a`"), "{told}");
    assert!(told.contains("two extensions are called `schematic`"), "{told}");
    let told = crate::lab_parts(b"no package", b"", b"").unwrap_err().to_string();
    assert!(told.starts_with("package `kernel`"), "{told}");
}
