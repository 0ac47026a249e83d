//! The fields, in the order in which they are written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What an image is asked to be.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Schematic {
    /// Whose it is; only the commercial factory knows owners.
    #[serde(default)]
    pub owner: String,
    /// Support for a single-board computer.
    #[serde(default)]
    pub overlay: Option<Overlay>,
    /// Everything else.
    #[serde(default)]
    pub customization: Customization,
}

/// Support for a single-board computer.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Overlay {
    /// Its image, without registry: `siderolabs/sbc-raspberrypi`.
    #[serde(default)]
    pub image: String,
    /// Which of its installers, `rpi_generic`.
    #[serde(default)]
    pub name: String,
    /// What the installer takes.
    #[serde(default)]
    pub options: Map<String, Value>,
}

/// What is added to the plain image.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Customization {
    /// Documents of a machine configuration that the image carries; Talos 1.12 and later.
    #[serde(default)]
    pub embedded_machine_configuration: String,
    /// Arguments of the kernel, after the defaults.
    #[serde(default)]
    pub extra_kernel_args: Vec<String>,
    /// First values of the META partition.
    #[serde(default)]
    pub meta: Vec<Meta>,
    /// System extensions.
    #[serde(default)]
    pub system_extensions: SystemExtensions,
    /// The boot loader, where it is not the default of the version.
    #[serde(default)]
    pub bootloader: Option<BootLoader>,
    /// Secure Boot.
    #[serde(default)]
    pub secureboot: SecureBoot,
    /// Disk images.
    #[serde(default)]
    pub disk_image: DiskImage,
}

/// A value of the META partition.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Meta {
    /// Its key.
    pub key: u8,
    /// Its value.
    pub value: String,
}

/// System extensions.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SystemExtensions {
    /// Names without versions: `siderolabs/i915`.
    #[serde(default)]
    pub official_extensions: Vec<String>,
}

/// Which boot loader an image has.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BootLoader {
    /// GRUB for BIOS and systemd-boot for UEFI.
    DualBoot,
    /// systemd-boot alone: UEFI only.
    SdBoot,
    /// GRUB alone.
    Grub,
}

impl BootLoader {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DualBoot => "dual-boot",
            Self::SdBoot => "sd-boot",
            Self::Grub => "grub",
        }
    }
}

/// Secure Boot of an image.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecureBoot {
    /// When systemd-boot writes the keys into the firmware.
    #[serde(default)]
    pub enroll_keys: Option<EnrollKeys>,
    /// Whether the usual keys of manufacturers are enrolled too.
    #[serde(default)]
    pub include_well_known_certificates: bool,
}

/// When systemd-boot writes keys into a firmware that is in setup mode (`secure-boot-enroll` of `loader.conf`).
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EnrollKeys {
    /// Never.
    Off,
    /// When a person chooses it in the menu.
    Manual,
    /// By itself in virtual machines only.
    IfSafe,
    /// By itself everywhere.
    Force,
}

impl EnrollKeys {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Manual => "manual",
            Self::IfSafe => "if-safe",
            Self::Force => "force",
        }
    }
}

/// Disk images of a schematic.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DiskImage {
    /// The size of a sector in bytes; 512 when it is 0.
    #[serde(default)]
    pub sector_size: u32,
}
