//! What needs a reboot is what Talos' own source says.

use std::fs;

use end_to_end::{go, skip};

/// Where Talos tells what it applies to a running machine, in lines `// * .machine.ca`.
const FILE: &str = "internal/app/machined/pkg/runtime/v1alpha1/v1alpha1_runtime.go";

/// Fields of machines that are in no such line.
const OTHERS: [&str; 11] = [
    "machine.type",
    "machine.token",
    "machine.disks",
    "machine.files",
    "machine.env",
    "machine.systemDiskEncryption",
    "machine.udev",
    "machine.baseRuntimeSpecOverrides",
    "machine.features.rbac",
    "machine.features.stableHostname",
    "machine.features.apidCheckExtKeyUsage",
];

#[test]
fn a_reboot_is_told_when_talos_needs_one() {
    for version in ["v1.12.1", "v1.14.0-alpha.1"] {
        let source = match go::module("github.com/siderolabs/talos", version) {
            Ok(directory) => fs::read_to_string(directory.join(FILE)).unwrap(),
            Err(reason) => {
                skip("a_reboot_is_told_when_talos_needs_one", &reason);
                continue;
            }
        };
        let (_, function) = source.split_once("CanApplyImmediate(").unwrap();
        let listed = function.lines().filter_map(|line| line.trim().strip_prefix("// * ."));
        let listed: Vec<String> = listed.map(|line| named(line.split(' ').next().unwrap())).collect();
        assert!(listed.len() > 20, "{listed:?}");
        for field in &listed {
            assert!(!fleet::needs_reboot("", field), "Talos {version}: {field}");
            assert!(!fleet::needs_reboot("", &format!("{field}.below")), "Talos {version}: {field}");
        }
        for field in OTHERS {
            assert!(!listed.iter().any(|listed| listed == field), "Talos {version}: {field}");
            assert!(fleet::needs_reboot("", field), "Talos {version}: {field}");
        }
    }
    assert!(!fleet::needs_reboot("HostnameConfig", "hostname"));
}

/// Two of the comments write a name in another way than the field.
fn named(field: &str) -> String {
    field.replace("certCANs", "certSANs").replace("controlplane", "controlPlane")
}
