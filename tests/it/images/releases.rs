//! What releases do differently, and their command lines, as Talos' own tables and its imager say.

use cmdline::{Arch, Output, Platform, Request};
use quirks::{Constraint, Quirks, Version};
use serde_json::{Value, json};

use crate::imager::Imager;
use crate::oracle::{ask, go_program};

fn request<'a>(version: &str, platform: Platform, output: Output, extra: &'a [String]) -> Request<'a> {
    Request {
        quirks: Quirks::new(Version::parse(version).unwrap()),
        platform,
        arch: Arch::Amd64,
        output,
        secure_boot: false,
        overlay: &[],
        meta: &[],
        extra,
    }
}

#[test]
fn the_table_of_releases_is_talos_own() {
    let Some(program) = go_program("the_table_of_releases_is_talos_own", "schematic") else { return };
    let mut versions = Vec::new();
    for minor in 4..=14 {
        versions.extend([0, 2, 3, 9, 99].map(|patch| format!("v1.{minor}.{patch}")));
        versions.push(format!("v1.{minor}.0-alpha.1"));
    }
    let answer = ask(&program, &json!({ "versions": versions }));
    for (version, told) in versions.iter().zip(answer["versions"].as_array().unwrap()) {
        let quirks = Quirks::new(Version::parse(version).unwrap());
        let holds = [
            quirks.has_uki(),
            quirks.has_compressed_meta(),
            quirks.has_overlays(),
            quirks.uses_zstd(),
            quirks.halts_if_installed(),
            quirks.has_serial_console(),
            quirks.uses_systemd_boot(),
            quirks.has_uki_profiles(),
            quirks.has_unified_installer(),
            quirks.has_selinux(),
            quirks.has_ima(),
            quirks.has_embedded_config(),
            quirks.enforces_module_signatures(),
            quirks.has_iso_boot_loaders(),
            quirks.protects_process_memory(),
            quirks.clears_memory_by_argument(),
            quirks.waits_for_nvme(),
        ];
        assert_eq!(json!(holds), told["holds"], "{version}");
        assert_eq!(format!("/{}", quirks.modules_path()), told["modules"], "{version}");
        assert_eq!(format!("/{}", quirks.firmware_path()), told["firmware"], "{version}");
        assert_eq!(quirks.boot_size(), told["boot"], "{version}");
        let container = Platform::parse("container").unwrap();
        let line = cmdline::talos(&request(version, container, Output::Uki, &[])).unwrap().to_string();
        let defaults: Vec<&str> =
            told["defaults"].as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect();
        let expected =
            format!("talos.platform=container {}", defaults.join(" ")).replace("merge= ", "merge ");
        assert_eq!(line, expected, "{version}");
    }
}

#[test]
fn constraints_hold_as_for_talos() {
    let Some(program) = go_program("constraints_hold_as_for_talos", "schematic") else { return };
    let constraints = [
        "",
        ">= v1.5.0",
        ">=1.5.0 <1.9.0",
        ">= 1.5.0 < 1.9.0 || 1.11.x",
        "v1.11.3",
        "= v1.11.3",
        "!=1.11.3",
        "!1.11.3",
        ">1.11.x",
        "<=1.x",
        "<= 1.11.3",
        "> v1.11.3",
        "1.x.x",
        "<1.11.x",
        ">= 1.5",
        "~1.5.0",
        "=> 1.5.0",
        "latest",
        ">=",
        "1.5.0 ||",
        ">=1.5.0-alpha.0",
        ">= v1.11.3 || <= v1.5.0 >= 1.4.0",
        "==1.11.3",
        "1.11.3 1.11.3",
    ];
    let versions = [
        "1.4.9",
        "1.5.0",
        "1.8.9",
        "1.9.0",
        "1.11.2",
        "1.11.3",
        "v1.11.3-alpha.1",
        "1.11.4",
        "1.12.0",
        "2.0.0",
    ];
    let pairs: Vec<[&str; 2]> =
        constraints.iter().flat_map(|constraint| versions.map(|version| [*constraint, version])).collect();
    let answer = ask(&program, &json!({ "constraints": pairs }));
    for ([constraint, version], told) in pairs.iter().zip(answer["constraints"].as_array().unwrap()) {
        let ours = Constraint::parse(constraint);
        let told = told.as_str().unwrap();
        match ours {
            Ok(read) => {
                let holds = read.matches(Version::parse(version).unwrap());
                assert_eq!(holds, told.is_empty(), "{constraint}, {version}: {told}");
            }
            Err(_) => assert!(told.contains("parsing"), "{constraint}, {version}: {told}"),
        }
    }
}

#[test]
fn the_imager_gives_the_same_command_lines() {
    let Some(imager) = Imager::new("the_imager_gives_the_same_command_lines") else { return };
    let extra = ["console=ttyS9", "-pti", "a=1", "b", "a=2", "-printk.devkmsg=on", "talos.platform=x", "-"];
    let extra_owned = extra.map(str::to_owned);
    let compare =
        |version: &str, platform: &str, output: (&str, Output), ours: &[String], theirs: &[&str]| {
            let mut profile = imager.profile(version, "cmdline", theirs);
            profile["platform"] = json!(platform);
            let told = String::from_utf8(imager.run(&profile)).unwrap();
            let request = request(version, Platform::parse(platform).unwrap(), output.1, ours);
            assert_eq!(cmdline::talos(&request).unwrap().to_string(), told, "{version} {platform}");
        };
    let uki = ("cmdline", Output::Uki);
    for platform in Platform::names() {
        compare("v1.11.3", platform, uki, &[], &[]);
    }
    for version in ["v1.7.0", "v1.9.0", "v1.10.5", "v1.11.3", "v1.12.0"] {
        compare(version, "metal", uki, &extra_owned, &extra);
    }
    let mut profile: Value = imager.profile("v1.12.0", "cmdline", &[]);
    profile["arch"] = json!("arm64");
    profile["customization"]["metaContents"] =
        json!([{"key": 10, "value": "foo"}, {"key": 255, "value": "bar"}]);
    let told = String::from_utf8(imager.run(&profile)).unwrap();
    let meta =
        [(10, "foo"), (255, "bar")].map(|(key, value)| cmdline::MetaValue { key, value: value.to_owned() });
    let request = request("v1.12.0", Platform::METAL, Output::Uki, &[]);
    let request = Request { arch: Arch::Arm64, meta: &meta, ..request };
    assert_eq!(cmdline::talos(&request).unwrap().to_string(), told);
}
