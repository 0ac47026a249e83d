//! `images/<name>.yaml`: what a machine boots from.

use diag::{Diagnostic, SourceRef, nearest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use yaml::Document;

use crate::Architecture;
use crate::decode::decode;
use crate::workspace::Workspace;

/// An image with the file that describes it.
#[derive(Clone, Debug)]
pub struct Image {
    /// Its file below the workspace, without `.yaml`, which is its name: `images/lab`.
    pub name: String,
    /// What the file says.
    pub spec: ImageSpec,
    /// The file.
    pub source: SourceRef,
    /// The parsed file, for places.
    pub document: Document,
}

/// An image of a machine's operating system.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImageSpec {
    /// What kind of image it is.
    pub kind: ImageKind,
    /// What it is for, in a sentence.
    pub description: String,
    /// What it is made of.
    pub base: Base,
    /// Where the machine runs, as Talos names it.
    #[serde(default = "metal")]
    pub platform: String,
    /// Its architecture.
    #[serde(default)]
    pub architecture: Architecture,
    /// Support for a single-board computer.
    #[serde(default)]
    pub overlay: Option<ImageOverlay>,
    /// System extensions, by name without version: `siderolabs/i915`.
    #[serde(default)]
    pub extensions: Vec<String>,
    /// Arguments of the kernel, after those of the release; `-name` removes one.
    #[serde(default)]
    pub kernel_arguments: Vec<String>,
    /// First values of the META partition, by key (0 to 255).
    #[serde(default)]
    pub meta: Vec<MetaEntry>,
    /// The boot loader, where it is not the default of the release.
    #[serde(default)]
    pub boot_loader: Option<Loader>,
    /// Whether the firmware checks signatures before it starts the machine.
    #[serde(default)]
    pub secure_boot: bool,
    /// When systemd-boot writes the keys that a medium brings into firmware that has none; `if-safe` unless given.
    #[serde(default)]
    pub enroll_keys: Option<Enroll>,
    /// The Image Factory whose names it takes.
    #[serde(default = "factory")]
    pub factory: String,
    /// What is made besides schematic, command line and initramfs.
    #[serde(default = "media")]
    pub outputs: Vec<Medium>,
    /// The disk, where it is not as the release has it.
    #[serde(default)]
    pub disk: DiskLayout,
}

/// What a machine starts from, or is upgraded by.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Medium {
    /// A unified kernel image: `uki.efi`.
    Uki,
    /// A disk: `disk.raw`.
    Raw,
    /// The same in Zstandard: `disk.raw.zst`.
    #[serde(rename = "raw.zst")]
    RawZst,
    /// The same as QEMU keeps it: `disk.qcow2`.
    Qcow2,
    /// For CD and USB: `cd.iso`.
    Iso,
    /// An OCI image for upgrades: `installer.tar`.
    Installer,
}

impl Medium {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Uki, Self::Raw, Self::RawZst, Self::Qcow2, Self::Iso, Self::Installer];

    /// The file that it is.
    pub fn file(self) -> &'static str {
        match self {
            Self::Uki => "uki.efi",
            Self::Raw => "disk.raw",
            Self::RawZst => "disk.raw.zst",
            Self::Qcow2 => "disk.qcow2",
            Self::Iso => "cd.iso",
            Self::Installer => "installer.tar",
        }
    }
}

/// A disk, in MiB.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DiskLayout {
    /// Its size; as large as its partitions unless given.
    #[serde(default)]
    pub size: Option<u64>,
    /// The size of the EFI system partition; that of the release unless given.
    #[serde(default)]
    pub esp: Option<u64>,
    /// The size of a sector in bytes, 512 or 4096.
    #[serde(default)]
    pub sector: Option<u32>,
}

/// The kinds of images.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ImageKind {
    /// The operating system of a machine.
    Machine,
}

/// What an image is made of: one of the two.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Base {
    /// A release of Talos, by its tag: `v1.11.3`.
    #[serde(default)]
    pub talos: Option<String>,
    /// Debian packages.
    #[serde(default)]
    pub lab: Option<LabBase>,
}

/// A base of Debian packages, by the names of their pins in `inputs.lock`, in the layout of a release of Talos.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LabBase {
    /// The release whose layout it has.
    pub layout: String,
    /// The package with the kernel and its modules.
    pub kernel: String,
    /// The package with systemd's EFI files.
    pub boot: String,
    /// The package with a static `busybox`.
    pub shell: String,
}

/// Support for a single-board computer.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ImageOverlay {
    /// Its image, without registry: `siderolabs/sbc-raspberrypi`.
    pub image: String,
    /// Which of its installers.
    pub name: String,
    /// What the installer takes.
    #[serde(default)]
    pub options: Map<String, Value>,
}

/// A value of the META partition.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MetaEntry {
    /// Its key.
    pub key: u8,
    /// Its value.
    pub value: String,
}

/// A boot loader.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loader {
    /// GRUB for BIOS and systemd-boot for UEFI.
    DualBoot,
    /// systemd-boot alone.
    SdBoot,
    /// GRUB alone.
    Grub,
}

/// When keys are written into firmware.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Enroll {
    /// Never.
    Off,
    /// When a person chooses it in the menu.
    Manual,
    /// By itself in virtual machines, where no hardware can be lost by it.
    IfSafe,
    /// By itself everywhere.
    Force,
}

fn metal() -> String {
    "metal".to_owned()
}

fn factory() -> String {
    "factory.talos.dev".to_owned()
}

fn media() -> Vec<Medium> {
    vec![Medium::Uki, Medium::RawZst, Medium::Iso, Medium::Installer]
}

/// The names of all images: `images/<name>`.
pub fn images(workspace: &Workspace) -> Vec<String> {
    let names = workspace.names("images").unwrap_or_default();
    names.iter().filter_map(|name| name.strip_suffix(".yaml")).map(|name| format!("images/{name}")).collect()
}

/// Reads `images/<name>.yaml`, given as `images/<name>`.
pub fn load_image(workspace: &Workspace, name: &str) -> Result<Image, Vec<Diagnostic>> {
    let path = format!("{name}.yaml");
    let known = images(workspace);
    if !known.iter().any(|known| known == name) {
        let message = format!("there is no image `{name}`: `{path}` does not exist");
        let hint = match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "an image is a file `images/<name>.yaml`".to_owned(),
            None => format!("the images of this workspace: {}", known.join(", ")),
        };
        return Err(vec![Diagnostic::error(message).hint(hint)]);
    }
    let source = workspace.text(&path).map_err(|error| vec![Diagnostic::from(&error)])?;
    let (spec, document) = decode::<ImageSpec>(&source)?;
    let image = Image { name: name.to_owned(), spec, source, document };
    let (talos, lab) = (&image.spec.base.talos, &image.spec.base.lab);
    if talos.is_some() == lab.is_some() {
        let message = "`base` must be either `talos` or `lab`";
        return Err(vec![
            image.mistake(&["base"], message).hint("write `talos: v1.11.3`, or `lab` with its packages"),
        ]);
    }
    Ok(image)
}

impl Image {
    /// A mistake at a field of the file.
    pub fn mistake(&self, path: &[&str], message: impl Into<String>) -> Diagnostic {
        let span = self.document.root.at(path).map_or(self.document.root.span, |node| node.span);
        Diagnostic::error(message).at(&self.source, span, "here")
    }

    /// The release that it is, or whose layout it has.
    pub fn release(&self) -> &str {
        let lab = self.spec.base.lab.as_ref().map(|lab| lab.layout.as_str());
        self.spec.base.talos.as_deref().or(lab).unwrap_or_default()
    }
}
