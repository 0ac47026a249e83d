//! The table.

use crate::version::Version;

/// What holds for one release.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Quirks {
    version: Version,
}

impl Quirks {
    /// The quirks of a release.
    pub const fn new(version: Version) -> Self {
        Self { version }
    }

    /// The release.
    pub const fn version(self) -> Version {
        self.version
    }

    fn from(self, major: u64, minor: u64, patch: u64) -> bool {
        self.version >= Version::new(major, minor, patch)
    }

    /// Unified kernel images can be booted.
    pub fn has_uki(self) -> bool {
        self.from(1, 5, 0)
    }

    /// META values in the environment may be in gzip.
    pub fn has_compressed_meta(self) -> bool {
        self.from(1, 6, 3)
    }

    /// Support for single-board computers comes as overlays, and the schematic's text in its virtual extension.
    pub fn has_overlays(self) -> bool {
        self.from(1, 7, 0)
    }

    /// The initramfs and its layers are in Zstandard; before, in xz.
    pub fn uses_zstd(self) -> bool {
        self.from(1, 8, 0)
    }

    /// An ISO stops where Talos is installed already.
    pub fn halts_if_installed(self) -> bool {
        self.from(1, 8, 0)
    }

    /// On metal the serial port is a console.
    pub fn has_serial_console(self) -> bool {
        !self.from(1, 8, 0)
    }

    /// systemd-boot starts the system on UEFI.
    pub fn uses_systemd_boot(self) -> bool {
        self.from(1, 10, 0)
    }

    /// Unified kernel images hold several profiles.
    pub fn has_uki_profiles(self) -> bool {
        self.from(1, 10, 0)
    }

    /// The installer image holds a unified kernel image.
    pub fn has_unified_installer(self) -> bool {
        self.from(1, 10, 0)
    }

    /// `SELinux` is on.
    pub fn has_selinux(self) -> bool {
        self.from(1, 10, 0)
    }

    /// The integrity measurement architecture of the kernel is set up.
    pub fn has_ima(self) -> bool {
        self.version <= Version::new(1, 10, 99)
    }

    /// Where modules of the kernel lie, relative to the root.
    pub fn modules_path(self) -> &'static str {
        if self.from(1, 10, 0) { "usr/lib/modules" } else { "lib/modules" }
    }

    /// Where firmware lies, relative to the root.
    pub fn firmware_path(self) -> &'static str {
        if self.from(1, 10, 0) { "usr/lib/firmware" } else { "lib/firmware" }
    }

    /// The size of the boot partition in MiB.
    pub fn boot_size(self) -> u64 {
        if self.from(1, 11, 0) { 2000 } else { 1000 }
    }

    /// An image may carry a machine configuration.
    pub fn has_embedded_config(self) -> bool {
        self.from(1, 12, 0)
    }

    /// The kernel refuses modules without a signature by an argument.
    pub fn enforces_module_signatures(self) -> bool {
        self.from(1, 12, 0)
    }

    /// Which boot loader an ISO has can be chosen.
    pub fn has_iso_boot_loaders(self) -> bool {
        self.from(1, 12, 0)
    }

    /// Nobody may write into the memory of other processes by `/proc`.
    pub fn protects_process_memory(self) -> bool {
        self.from(1, 13, 0)
    }

    /// Memory is cleared when it is allocated by an argument; later, by the kernel's own configuration.
    pub fn clears_memory_by_argument(self) -> bool {
        !self.from(1, 14, 0)
    }

    /// Requests to `NVMe` disks never time out, by an argument on every platform.
    pub fn waits_for_nvme(self) -> bool {
        !self.from(1, 14, 0)
    }

    /// The kernel is locked down by an argument when Secure Boot is asked for.
    pub fn locks_down_by_argument(self) -> bool {
        !self.from(1, 14, 0)
    }
}

#[cfg(test)]
mod tests;
