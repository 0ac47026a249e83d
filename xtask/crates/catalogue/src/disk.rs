//! Disks of machines.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a system is installed on: a disk by its path, or the first one that a selector takes.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Install {
    /// The path, `/dev/nvme0n1`.
    #[serde(default)]
    pub disk: Option<String>,
    /// What the disk is like. All that is given must hold.
    #[serde(default)]
    pub selector: Option<DiskSelector>,
    /// Whether what is on the disk is wiped before.
    #[serde(default)]
    pub wipe: bool,
}

/// What a disk is like: the fields of `machine.install.diskSelector` of Talos. Texts may have `*` and `?`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DiskSelector {
    /// Its size: `500GB`, `>= 100GB`, `< 1TB`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// Its name, as `/sys/block/<disk>/device/name` has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Its serial number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// Its modalias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modalias: Option<String>,
    /// Its UUID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uuid: Option<String>,
    /// Its WWID, as `/sys/block/<disk>/wwid` has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wwid: Option<String>,
    /// Its kind.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<DiskKind>,
    /// The place that it is plugged into, `/pci0000:00/0000:00:17.0/*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus_path: Option<String>,
}

/// The kind of a disk.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DiskKind {
    /// Solid state, `NVMe`.
    Nvme,
    /// Solid state, on another bus.
    Ssd,
    /// Spinning.
    Hdd,
    /// A memory card.
    Sd,
}

/// A disk that a machine has.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Disk {
    /// The path, `/dev/nvme0n1`.
    pub path: String,
    /// Its size: `500GB`, `512GiB`.
    #[serde(default)]
    pub size: Option<String>,
    /// Its model.
    #[serde(default)]
    pub model: Option<String>,
    /// Its serial number.
    #[serde(default)]
    pub serial: Option<String>,
    /// Its WWID.
    #[serde(default)]
    pub wwid: Option<String>,
    /// Its kind.
    #[serde(default, rename = "type")]
    pub kind: Option<DiskKind>,
    /// The place that it is plugged into.
    #[serde(default)]
    pub bus_path: Option<String>,
    /// What it is for, in a few words.
    #[serde(default)]
    pub purpose: Option<String>,
}
