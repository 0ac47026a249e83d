//! Names that Image Factory has given: from its own tests, Talos' documentation and the tests of talhelper.

use serde_json::json;

use crate::{Arch, Asset, DiskFormat, Factory, Packing, Problem, Schematic, virtual_extension};

fn schematic(value: serde_json::Value) -> Schematic {
    serde_json::from_value(value).unwrap()
}

fn custom(arguments: &[&str], extensions: &[&str]) -> Schematic {
    let extensions: Vec<String> = extensions.iter().map(|name| format!("siderolabs/{name}")).collect();
    schematic(json!({"customization": {
        "extraKernelArgs": arguments, "systemExtensions": {"officialExtensions": extensions}
    }}))
}

fn overlay(image: &str, name: &str) -> Schematic {
    schematic(json!({"overlay": {"image": format!("siderolabs/{image}"), "name": name}}))
}

#[test]
fn known_names() {
    let of = |customization: serde_json::Value| schematic(json!({ "customization": customization }));
    let cases = [
        (Schematic::default(), "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"),
        (
            custom(&["noapic", "nolapic"], &[]),
            "9cba8e32753f91a16c1837ab8abf356af021706ef284aef07380780177d9a06c",
        ),
        (
            of(json!({"meta": [{"key": 10, "value": "foo"}]})),
            "d308a2a5ee2277bed5fbaa104fcbc8d59122abfa737df987a95b4ca763459a7f",
        ),
        (
            of(json!({"secureboot": {"includeWellKnownCertificates": true}})),
            "fa8e05f142a851d3ee568eb0a8e5841eaf6b0ebc8df9a63df16ac5ed2c04f3e6",
        ),
        (
            of(json!({"diskImage": {"sectorSize": 4096}})),
            "92833e9ddd9bb9e11b2464fa5525429f01866306d52ebd882ee08d7918f6d1ea",
        ),
        (
            overlay("sbc-raspberrypi", "rpi_generic"),
            "ee21ef4a5ef808a9b7484cc0dda0f25075021691c8c09a276591eedb638ea1f9",
        ),
        (
            custom(&["net.ifnames=0"], &["intel-ucode"]),
            "9e8cc193609699825d61c039c7738d81cf29c7b20f2a91d8f5c540511b9ea0b4",
        ),
        (custom(&[], &["drbd", "zfs"]), "98442b5bb4e8d050f30978ce3e6ec22e7bf534d57cafcd51313235128057e612"),
        (custom(&["hihi", "hehe"], &[]), "ff5083b14ccb03821ea738d712ac08a82b44d2693013622059edaae286665239"),
        (
            custom(&["net.ifnames=0"], &["tailscale"]),
            "104c23dfe7c5bfeff6a4cc7e166d8b3bba0f371760592c7677c90c822bb1d109",
        ),
        (
            custom(&["hello", "hihi"], &["amd-ucode", "nvidia-fabricmanager"]),
            "647a0a54bff662aa12051bc0312097f29d3562107d8e6a8e87ab85b643e25bc0",
        ),
        (
            custom(&["net.ifnames=0"], &["gvisor", "intel-ucode"]),
            "b8e8fbbe1b520989e6c52c8dc8303070cb42095997e76e812fa8892393e1d176",
        ),
        (custom(&[], &["gvisor"]), "d9ff89777e246792e7642abd3220a616afb4e49822382e4213a2e528ab826fe5"),
        (
            custom(&[], &["qemu-guest-agent"]),
            "ce4c980550dd2ab1b17bbf2b08801c7eb59418eafe8f279833297925d67c7515",
        ),
        (
            custom(&[], &["vmtoolsd-guest-agent"]),
            "903b2da78f99adef03cbbd4df6714563823f63218508800751560d3bc3557e40",
        ),
        (
            custom(&[], &["xen-guest-agent"]),
            "53b20d86399013eadfd44ee49804c1fef069bfdee3b43f3f3f5a2f57c03338ac",
        ),
        (
            overlay("sbc-rockchip", "rock64"),
            "0e162298269125049a51ec0a03c2ef85405a55e1d2ac36a7ef7292358cf3ce5a",
        ),
        (
            overlay("sbc-rockchip", "nanopi-r4s"),
            "5f74a09891d5830f0b36158d3d9ea3b1c9cc019848ace08ff63ba255e38c8da4",
        ),
        (
            overlay("sbc-jetson", "jetson_nano"),
            "c7d6f36c6bdfb45fd63178b202a67cff0dd270262269c64886b43f76880ecf1e",
        ),
        (
            overlay("sbc-allwinner", "bananapi_m64"),
            "8e11dcb3c2803fbe893ab201fcadf1ef295568410e7ced95c6c8b122a5070ce4",
        ),
        (
            overlay("sbc-allwinner", "libretech_all_h3_cc_h5"),
            "5689d7795f91ac5bf6ccc85093fad8f8b27f6ea9d96a9ac5a059997bffd8ad5c",
        ),
        (
            overlay("sbc-allwinner", "pine64"),
            "185431e0f0bf34c983c6f47f4c6d3703aa2f02cd202ca013216fd71ffc34e175",
        ),
        (
            of(json!({"bootloader": "grub"})),
            "39d496b2cbdb6265d3b714514c5334bf010f1b4d31b23b9e38c80fb2f3ad7ecb",
        ),
        (
            of(json!({"bootloader": "sd-boot"})),
            "9ed5fecdacb36b5c5427b87d409f1065cfb2df69b0f71c58b868d9d466d8dab3",
        ),
        (
            of(json!({"meta": [{"key": 10, "value": "{\"externalIPs\":[\"1.2.3.4\"]}"}]})),
            "fe866116408a5a13dab7d5003eb57a00954ea81ebeec3fbbcd1a6d4462a00036",
        ),
        (
            custom(&[], &["i915", "intel-ucode", "mei"]),
            "039535a70c3bd1667c355eca78571267704e55c8a24785033d183b8f26e39d82",
        ),
        (custom(&["vga=791"], &[]), "eea1f9534c46d95c4715a2f13d17eacb927c13a42ef087c79b22c3bd0c49d073"),
    ];
    for (schematic, expected) in cases {
        assert_eq!(schematic.id(), expected, "{}", schematic.to_yaml());
    }
}

#[test]
fn order_is_part_of_the_name() {
    assert_ne!(custom(&["a", "b"], &[]).id(), custom(&["b", "a"], &[]).id());
    assert_ne!(custom(&["a", "a"], &[]).id(), custom(&["a"], &[]).id());
}

#[test]
fn addresses() {
    let factory = Factory::new("factory.talos.dev");
    let id = Schematic::default().id();
    let target = ("metal", Arch::Amd64, false);
    assert_eq!(
        factory.asset(&id, "v1.11.3", Asset::Disk(DiskFormat::Raw, Packing::Zstd), target),
        format!("https://factory.talos.dev/image/{id}/v1.11.3/metal-amd64.raw.zst")
    );
    assert_eq!(
        factory.installer(&id, "v1.11.3", "metal", true),
        format!("factory.talos.dev/metal-installer-secureboot/{id}:v1.11.3")
    );
    assert_eq!(
        factory.old_installer(&id, "v1.9.0", false),
        format!("factory.talos.dev/installer/{id}:v1.9.0")
    );
    assert_eq!(
        factory.pxe(&id, "v1.11.3", "metal", Arch::Arm64, true),
        format!("https://factory.talos.dev/pxe/{id}/v1.11.3/metal-arm64-secureboot")
    );
    let names = [
        (Asset::Kernel, "kernel-amd64"),
        (Asset::CommandLine, "cmdline-metal-amd64"),
        (Asset::Initramfs, "initramfs-amd64.xz"),
        (Asset::Iso, "metal-amd64.iso"),
        (Asset::Uki, "metal-amd64-uki.efi"),
        (Asset::Installer, "installer-amd64.tar"),
        (Asset::Disk(DiskFormat::Qcow2, Packing::Bare), "metal-amd64.qcow2"),
    ];
    for (asset, name) in names {
        assert_eq!(asset.file_name("metal", Arch::Amd64, false), name);
    }
    assert_eq!(
        Asset::Installer.file_name("nocloud", Arch::Amd64, true),
        "nocloud-installer-amd64-secureboot.tar"
    );
}

#[test]
fn the_virtual_extension() {
    let schematic = custom(&[], &["i915"]);
    let extension = virtual_extension(&schematic, "Image Factory (https://factory.talos.dev/)", true);
    let id = schematic.id();
    assert_eq!(extension.path, format!("usr/local/share/schematic/{id}"));
    assert_eq!(
        extension.manifest,
        format!(
            "version: v1alpha1\nmetadata:\n    name: schematic\n    version: {id}\n    \
             author: Image Factory (https://factory.talos.dev/)\n    \
             description: Virtual extension which specifies the schematic of the image built with schematic.\n    \
             compatibility:\n        talos:\n            version: '>= 1.0.0'\n    extraInfo: |\n        \
             customization:\n            systemExtensions:\n                officialExtensions:\n                    \
             - siderolabs/i915\n"
        )
    );
    assert!(!virtual_extension(&schematic, "a", false).manifest.contains("extraInfo"));
}

#[test]
fn problems() {
    let told = |schematic: Schematic| schematic.problems();
    assert_eq!(told(custom(&["on"], &[])), [Problem::Drifts("on".into())]);
    assert_eq!(told(custom(&["a b"], &[])), [Problem::Spaces("a b".into())]);
    assert_eq!(told(custom(&[""], &[])), [Problem::Empty]);
    assert_eq!(told(custom(&[], &["i915", "i915"])), [Problem::Twice("siderolabs/i915".into())]);
    assert_eq!(told(custom(&[], &["i915:v1"])), [Problem::Version("siderolabs/i915:v1".into())]);
    let renamed = Problem::Renamed { old: "siderolabs/gasket".into(), new: "siderolabs/gasket-driver" };
    assert!(renamed.is_warning());
    assert_eq!(told(custom(&[], &["gasket"])), [renamed]);
    let bare = json!({"customization": {"systemExtensions": {"officialExtensions": ["i915"]}}});
    assert_eq!(told(schematic(bare)), [Problem::Organisation("i915".into())]);
    assert_eq!(told(schematic(json!({"owner": "me"}))), [Problem::Owner("me".into())]);
    let sectors = json!({"customization": {"diskImage": {"sectorSize": 1000}}});
    assert_eq!(told(schematic(sectors)), [Problem::SectorSize(1000)]);
    assert!(told(overlay("sbc-raspberrypi", "rpi_generic")).is_empty());
}
