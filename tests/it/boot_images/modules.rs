//! An extension with modules of the kernel: the guest has the indexes over all of them, and loads one with what it needs.

use std::fs;
use std::path::Path;

use end_to_end::image_stage::extension;
use end_to_end::skip;
use hashing::Digest;

use crate::{UP, boot, pinned, program};

/// Where a bridge, which needs the two others, lies below the modules of a kernel.
const MODULES: [&str; 3] = ["kernel/net/bridge/bridge.ko", "kernel/net/802/stp.ko", "kernel/net/llc/llc.ko"];
const IMAGE: &str = "kind: machine
description: A machine with modules that its base does not have
base:
  lab: {layout: v1.11.3, kernel: linux-image-cloud-amd64, boot: systemd-boot-efi, shell: busybox-static}
extensions: [example/bridge]
kernelArguments: [console=ttyS0, lab.load=bridge, lab.poweroff]
outputs: [uki]
";

#[test]
fn modules_of_an_extension_load() {
    const TEST: &str = "modules_of_an_extension_load";
    let temporary = tempfile::tempdir().unwrap();
    let Some(program) = program(TEST, temporary.path()) else { return };
    let (kernel, modules) = modules(&program.directory);
    if modules.len() != MODULES.len() {
        return skip(TEST, "the kernel has no module for bridges");
    }
    let files: Vec<(String, Vec<u8>)> = modules
        .into_iter()
        .map(|(path, content)| (format!("usr/lib/modules/{kernel}/{path}"), content))
        .collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, file)| (path.as_str(), file.as_slice())).collect();
    let archive = extension("bridge", "", &files);
    fs::write(temporary.path().join("bridge.tar"), &archive).unwrap();
    let lock = program.directory.join("inputs.lock");
    let pin = format!(
        "\n[[pin]]\nkind = \"package\"\nname = \"example/bridge\"\nversion = \"v1\"\ndigest = \"{}\"\nsources = [\n  {{ mirror = \"bridge.tar\" }},\n]\n",
        Digest::of(&archive)
    );
    fs::write(&lock, fs::read_to_string(&lock).unwrap() + &pin).unwrap();
    fs::write(program.directory.join("images/modular.yaml"), IMAGE).unwrap();
    let program = program.env("XTASK_MIRROR", &temporary.path().display().to_string());

    let report = program.run(&["build", "images/modular", "--format", "json"]).json();
    let outputs = report[0]["outputs"].as_array().unwrap();
    let initramfs = outputs.iter().find(|output| output["name"] == "initramfs").unwrap();
    let initramfs = fs::read(initramfs["path"].as_str().unwrap()).unwrap();
    let parts = initramfs::parts(&initramfs).unwrap();
    let layer = parts.last().unwrap().tree.get("modules.dep.sqsh").unwrap().bytes().unwrap();
    let layer = squash::read(layer).unwrap();
    let index = layer.get(&format!("usr/lib/modules/{kernel}/modules.dep")).unwrap().bytes().unwrap();
    let text = String::from_utf8(index.to_vec()).unwrap();
    assert!(text.contains(&format!("{}: {} {}\n", MODULES[0], MODULES[1], MODULES[2])), "{text}");
    assert!(text.contains("kernel/drivers/block/loop.ko:\n"), "{text}");

    let run = boot(&program, &["images/modular", "--snapshot", "--until", UP], "512");
    assert_eq!(run.code, 0, "{}", run.text());
    let merged = format!("lab: modules {}", Digest::of(index).hex());
    assert!(run.stdout.contains(&merged), "{merged} is not in\n{}", run.stdout);
    // Those that init loads, and the three of the extension.
    assert!(run.stdout.contains("lab: loaded bridge, 6 modules"), "{}", run.stdout);
}

/// The version of the kernel that the lock pins, and those of the modules that its package has.
fn modules(workspace: &Path) -> (String, Vec<(String, Vec<u8>)>) {
    let package = fs::read(pinned(workspace, "linux-image-cloud-amd64")).unwrap();
    let needed = |path: &str| MODULES.iter().any(|module| path.ends_with(module));
    let files = archive::unpack::only(&package, &needed, archive::unpack::Limits::default()).unwrap();
    let mut kernel = String::new();
    let mut found = Vec::new();
    for (path, file) in files.iter() {
        let (release, module) = path.strip_prefix("lib/modules/").unwrap().split_once('/').unwrap();
        release.clone_into(&mut kernel);
        found.push((module.to_owned(), file.content.clone()));
    }
    (kernel, found)
}
