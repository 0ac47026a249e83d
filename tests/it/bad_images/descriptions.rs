//! Mistakes in the file.

use end_to_end::image_stage::ImageStage;

use crate::{Case, GOOD, all_are_told, check};

#[test]
fn mistakes_in_descriptions() {
    let stage = ImageStage::new();
    let long = format!("kernelArguments: [a={}]\n", "x".repeat(2_100));
    let large = format!("meta: [{{key: 10, value: {}}}]\n", "x".repeat(300_000));
    // What stands in place of a line of the good one, or behind it; the place; what is told.
    let table: &[(&'static str, &str, &str, &'static str, &[&'static str])] = &[
        ("no base", "  talos: v1.11.3\n", "  {}\n", "4:3", &["`base` must be either `talos` or `lab`"]),
        ("unknown field", "", "extension: []\n", "7:1", &["extension"]),
        ("kind", "kind: machine", "kind: disk", "1:7", &["`kind`"]),
        ("release", "v1.11.3", "latest", "4:10", &["`latest` is no version"]),
        ("platform", "", "platform: metall\n", "7:11", &["there is no platform `metall`", "metal"]),
        ("architecture", "", "architecture: i386\n", "7:15", &["amd64"]),
        ("two arguments in one", "", "kernelArguments: [a b]\n", "7:18", &["list each argument by itself"]),
        ("empty argument", "", "kernelArguments: ['']\n", "7:18", &["empty"]),
        ("argument without name", "", "kernelArguments: [=x]\n", "7:18", &["has no name before its `=`"]),
        ("argument in another alphabet", "", "kernelArguments: [ä=1]\n", "7:18", &["not ASCII"]),
        ("line too long", "", &long, "7:18", &["Linux reads 2047"]),
        ("META key too large", "", "meta: [{key: 256, value: a}]\n", "7:", &["256"]),
        ("META key 0", "", "meta: [{key: 0, value: a}]\n", "7:7", &["keys are 1 to 255"]),
        (
            "META key twice",
            "",
            "meta: [{key: 9, value: a}, {key: 9, value: b}]\n",
            "7:7",
            &["key 9 of META has two"],
        ),
        ("META value too large", "", &large, "7:", &["bytes"]),
        ("extension without owner", "", "extensions: [i915]\n", "7:13", &["write `siderolabs/i915`"]),
        (
            "extension twice",
            "",
            "extensions: [siderolabs/first, siderolabs/first]\n",
            "7:13",
            &["is listed twice"],
        ),
        ("unknown output", "raw", "vhd", "5:", &["vhd"]),
        ("output twice", "uki", "raw", "5:10", &["`disk.raw` is listed twice"]),
        ("GRUB", "", "bootLoader: grub\n", "7:13", &["write `bootLoader: sd-boot`"]),
        (
            "both boot loaders",
            "",
            "bootLoader: dual-boot\n",
            "7:13",
            &["take images with GRUB from the factory"],
        ),
        ("release of GRUB", "v1.11.3", "v1.9.5", "5:10", &["before 1.10.0 starts by GRUB", "outputs: [uki]"]),
        ("no system partition", "{esp: 64}", "{esp: 0}", "6:13", &["1 MiB to"]),
        ("sector", "{esp: 64}", "{sector: 1024}", "6:16", &["512 or 4096"]),
        ("disk too small", "{esp: 64}", "{esp: 64, size: 66}", "6:", &["has no room for", "67 MiB has"]),
        ("disk too large", "{esp: 64}", "{size: 99999999}", "6:14", &["16 TiB"]),
        ("system partition too small", "{esp: 64}", "{esp: 2}", "6:13", &["raise `disk.esp`"]),
        ("no keys", "", "secureBoot: true\n", "7:13", &["no keys that sign it", "--secure-boot-keys DIR"]),
        ("keys to enroll of none", "", "enrollKeys: force\n", "7:13", &["only with `secureBoot: true`"]),
        (
            "no pin of an extension",
            "",
            "extensions: [siderolabs/i915]\n",
            "7:14",
            &["no package `siderolabs/i915`", "lock add package siderolabs/i915"],
        ),
    ];
    let mut wrong = Vec::new();
    for (name, from, to, place, told) in table {
        let description = if from.is_empty() { format!("{GOOD}{to}") } else { GOOD.replacen(from, to, 1) };
        wrong.push(check(&stage, &Case { name, description, flags: Vec::new(), place, told }));
    }
    all_are_told(wrong);
}
