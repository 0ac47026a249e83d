//! Extensions that have been renamed.

/// Old names, which schematics keep (they are part of a schematic's name), and what the catalogues of releases call them
/// now; the list is the factory's.
const RENAMED: [(&str, &str); 11] = [
    ("siderolabs/amdgpu-firmware", "siderolabs/amdgpu"),
    ("siderolabs/gasket", "siderolabs/gasket-driver"),
    ("siderolabs/i915-ucode", "siderolabs/i915"),
    ("siderolabs/nonfree-kmod-nvidia", "siderolabs/nonfree-kmod-nvidia-lts"),
    ("siderolabs/nvidia-container-toolkit", "siderolabs/nvidia-container-toolkit-lts"),
    ("siderolabs/nvidia-fabricmanager", "siderolabs/nvidia-fabric-manager-lts"),
    ("siderolabs/nvidia-open-gpu-kernel-modules", "siderolabs/nvidia-open-gpu-kernel-modules-lts"),
    ("siderolabs/talos-vmtoolsd", "siderolabs/vmtoolsd-guest-agent"),
    ("siderolabs/usb-modem", "siderolabs/usb-modem-drivers"),
    ("siderolabs/v4l-uvc", "siderolabs/v4l-uvc-drivers"),
    ("siderolabs/xe-guest-utilities", "siderolabs/xen-guest-agent"),
];

/// What catalogues call an extension now, when it has been renamed.
pub fn current_name(extension: &str) -> Option<&'static str> {
    RENAMED.iter().find(|(old, _)| *old == extension).map(|(_, new)| *new)
}
