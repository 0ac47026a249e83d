//! Mistakes in what an image is made of.

use std::fs;

use end_to_end::image_stage::{ImageStage, installer_base, kernel, stub};

use crate::{Case, GOOD, all_are_told, check};

/// Changes one part.
type Change = fn(&mut Vec<u8>);

#[test]
fn mistakes_in_parts() {
    let table: &[(&'static str, &str, Change, &'static str, &[&'static str])] = &[
        ("truncated stub", "talos-stub", |part| part.truncate(0x180), "4:3", &["the stub"]),
        ("half a stub", "talos-stub", |part| part.truncate(0x210), "4:3", &["the stub"]),
        ("stub with symbols", "talos-stub", |part| part[0x8c] = 1, "4:3", &["symbol"]),
        (
            "stub of something else",
            "talos-stub",
            |part| part[0x18a] = b'x',
            "4:3",
            &["has no section `.sbat`"],
        ),
        ("stub that is no program", "talos-stub", |part| part[0x80] = 0, "4:3", &["the stub"]),
        (
            "stub of another processor",
            "talos-stub",
            |part| part[0x84..0x86].copy_from_slice(&[0x64, 0xaa]),
            "4:3",
            &["the stub is for", "the kernel for"],
        ),
        ("stub with bad alignment", "talos-stub", |part| part[0xbc] = 3, "4:3", &["alignment"]),
        ("kernel without EFI", "talos-kernel", |part| part[0x40..0x44].fill(0), "4:3", &["CONFIG_EFI_STUB"]),
        (
            "kernel that is a text",
            "talos-kernel",
            |part| *part = b"kernel\n".to_vec(),
            "4:3",
            &["no program that UEFI starts"],
        ),
        (
            "kernel of another processor",
            "talos-kernel",
            |part| *part = kernel(0xaa64, 0x2000),
            "4:3",
            &["the kernel is for arm64, the image for amd64"],
        ),
        ("empty initramfs", "talos-initramfs", Vec::clear, "4:3", &["initramfs"]),
        (
            "base of an installer that is a text",
            "talos-installer-base",
            |part| *part = b"x".to_vec(),
            "4:3",
            &["the base of the installer cannot be used"],
        ),
        (
            "base of another processor",
            "talos-installer-base",
            |part| *part = installer_base("arm64"),
            "4:3",
            &["it is not for amd64"],
        ),
        (
            "large kernel",
            "talos-kernel",
            |part| *part = kernel(0x8664, 80 << 20),
            "6:13",
            &["raise `disk.esp`"],
        ),
    ];
    let mut stage = ImageStage::new();
    let mut wrong = Vec::new();
    for (name, part, change, place, told) in table {
        let good = stage.parts[*part].clone();
        change(stage.parts.get_mut(*part).unwrap());
        wrong.push(check(
            &stage,
            &Case { name, description: GOOD.to_owned(), flags: Vec::new(), place, told },
        ));
        stage.parts.insert((*part).to_owned(), good);
    }
    assert_eq!(stage.parts["talos-stub"], stub());
    stage.parts.remove("talos-stub");
    let told: &[&str] =
        &["no package `talos-stub` in version v1.11.3", "lock add package talos-stub v1.11.3"];
    let description = GOOD.to_owned();
    wrong.push(check(&stage, &Case { name: "no pin", description, flags: Vec::new(), place: "4:10", told }));
    all_are_told(wrong);
}

#[test]
fn packages_that_are_something_else() {
    let mut stage = ImageStage::new();
    for name in ["kernel-package", "boot-package", "shell-package"] {
        stage.parts.insert(name.to_owned(), b"no package".to_vec());
    }
    let lab = "  lab:\n    layout: v1.11.3\n    kernel: kernel-package\n    boot: boot-package\n    shell: shell-package\n";
    let description = GOOD.replace("  talos: v1.11.3\n", lab);
    let mut wrong = Vec::new();
    wrong.push(check(
        &stage,
        &Case {
            name: "no package",
            description,
            flags: Vec::new(),
            place: "4:3",
            told: &["package `kernel`"],
        },
    ));
    let missing = GOOD.replace("  talos: v1.11.3\n", &lab.replace("boot-package", "boot-pakage"));
    let told: &[&str] = &["no package `boot-pakage`; did you mean `boot-package`?"];
    wrong.push(check(
        &stage,
        &Case { name: "no pin", description: missing, flags: Vec::new(), place: "7:11", told },
    ));
    all_are_told(wrong);
}

#[test]
fn inputs_that_cannot_be_had() {
    let stage = ImageStage::new();
    stage.describe("bad", GOOD);
    let program = stage.program();
    fs::write(stage.path("mirror/talos-stub"), "something else").unwrap();
    let run = program.run(&["build", "images/bad"]);
    assert!(
        run.code == 3 && run.stderr.contains("`talos-stub`") && run.stderr.contains("instead of"),
        "{}",
        run.stderr
    );
    fs::remove_file(stage.path("mirror/talos-stub")).unwrap();
    let run = program.run(&["build", "images/bad"]);
    assert!(run.code == 3 && run.stderr.contains("package `talos-stub` v1.11.3"), "{}", run.stderr);
}
