use super::needs_reboot;

#[test]
fn what_a_running_machine_can_take_needs_no_reboot() {
    let table = [
        ("", "machine.sysctls.vm\\.nr_hugepages", false),
        ("", "machine.sysfs.devices", false),
        ("", "machine.network.hostname", false),
        ("", "machine.kubelet.extraConfig.serializeImagePulls", false),
        ("", "machine.install.disk", false),
        ("", "cluster.proxy.disabled", false),
        ("", "machine.features.kubePrism.port", false),
        ("", "machine.features.rbac", true),
        ("", "machine.files.0.content", true),
        ("", "machine.type", true),
        ("", "machine.udev.rules.0", true),
        ("", "machine.networks", true),
        ("UserVolumeConfig", "machine.files", false),
    ];
    for (document, field, expected) in table {
        assert_eq!(needs_reboot(document, field), expected, "{document} {field}");
    }
}
