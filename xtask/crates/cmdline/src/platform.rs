//! What platforms add.

use quirks::Quirks;

/// The architecture of a machine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Arch {
    /// x86-64.
    Amd64,
    /// 64-bit ARM.
    Arm64,
}

/// Where a machine runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Platform(&'static str);

/// Names of all platforms that images are made for.
const NAMES: [&str; 19] = [
    "akamai",
    "aws",
    "azure",
    "cloudstack",
    "digital-ocean",
    "equinixMetal",
    "exoscale",
    "gcp",
    "hcloud",
    "metal",
    "nocloud",
    "opennebula",
    "openstack",
    "oracle",
    "scaleway",
    "upcloud",
    "vmware",
    "vultr",
    "container",
];

impl Platform {
    /// Hardware, without any service that would tell a machine what it is.
    pub const METAL: Self = Self("metal");

    /// The platform of a name.
    pub fn parse(name: &str) -> Option<Self> {
        NAMES.iter().find(|known| **known == name).map(|known| Self(known))
    }

    /// The names of all platforms.
    pub fn names() -> &'static [&'static str] {
        &NAMES
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.0
    }

    /// Its arguments.
    pub fn arguments(self, arch: Arch, quirks: Quirks) -> &'static [&'static str] {
        const NO_NAMES: &str = "net.ifnames=0";
        const NO_DASHBOARD: &str = "talos.dashboard.disabled=1";
        const NO_KEXEC: &str = "sysctl.kernel.kexec_load_disabled=1";
        match (self.0, arch) {
            ("akamai" | "digital-ocean", _) => &["console=ttyS0", "console=tty0", "console=tty1", NO_NAMES],
            ("aws" | "cloudstack" | "exoscale" | "hcloud" | "nocloud" | "opennebula" | "openstack", _) => {
                &["console=tty1", "console=ttyS0", NO_NAMES]
            }
            ("azure", _) => &[
                "console=ttyS0,115200n8",
                "earlyprintk=ttyS0,115200",
                "rootdelay=300",
                NO_NAMES,
                NO_DASHBOARD,
                NO_KEXEC,
            ],
            ("equinixMetal", Arch::Amd64) => &["console=ttyS1,115200n8"],
            ("equinixMetal", Arch::Arm64) => &["console=ttyAMA0,115200"],
            ("gcp", _) => &["console=ttyS0", NO_NAMES, NO_DASHBOARD, NO_KEXEC],
            ("metal", Arch::Amd64) if quirks.has_serial_console() => &["console=ttyS0", "console=tty0"],
            ("metal", Arch::Amd64) => &["console=tty0"],
            ("metal", Arch::Arm64) => &["console=ttyAMA0", "console=tty0"],
            ("oracle" | "scaleway", _) => &["console=tty1", "console=ttyS0", NO_NAMES, NO_DASHBOARD],
            ("upcloud" | "vultr", _) => &[NO_NAMES],
            ("vmware", Arch::Amd64) => &[
                "talos.config=guestinfo",
                "console=tty0",
                "console=ttyS0",
                "earlyprintk=ttyS0,115200",
                NO_NAMES,
            ],
            ("vmware", Arch::Arm64) => {
                &["talos.config=guestinfo", "console=tty0", "console=ttyAMA0", NO_NAMES]
            }
            _ => &[],
        }
    }
}
