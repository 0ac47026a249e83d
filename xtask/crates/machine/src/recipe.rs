//! What a description means.

use catalogue::{Architecture, DiskLayout, Enroll, Image, Loader, Medium};
use cmdline::{Arch, CommandLine, MetaValue, Output, Platform, Request};
use disk::Sector;
use quirks::{Quirks, Version};
use schematic::{
    BootLoader, Customization, DiskImage, EnrollKeys, Factory, Meta, Overlay, Schematic, SecureBoot,
    SystemExtensions,
};
use uki::KernelArch;

use crate::error::MachineError;

/// Everything about an image that needs no input: release, schematic, command lines, names.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// The tag of the release: `v1.11.3`.
    pub tag: String,
    /// What the release does differently.
    pub quirks: Quirks,
    /// What Image Factory would be asked for.
    pub schematic: Schematic,
    /// The factory.
    pub factory: Factory,
    platform: Platform,
    arch: Arch,
    secure_boot: bool,
    /// Whether its unified kernel images have profiles. The stub of a base of packages may know nothing of them, and would
    /// take the command line of the last one.
    pub(crate) has_profiles: bool,
    layout: DiskLayout,
    pub(crate) sector: Sector,
}

const MIB: u64 = 1 << 20;
/// What lies around the EFI system partition: the tables, and META.
const AROUND: u64 = 3;
/// The largest disk that is made, in MiB: 16 TiB.
const LARGEST: u64 = 16 << 20;

/// A mistake: the field, and what is wrong with it.
type Mistake = (Vec<&'static str>, String);

impl Recipe {
    /// Reads a description; the errors say which field is wrong, and how.
    pub fn new(image: &Image) -> Result<Self, Vec<Mistake>> {
        let spec = &image.spec;
        let mut mistakes: Vec<Mistake> = Vec::new();
        let base =
            if spec.base.talos.is_some() { vec!["base", "talos"] } else { vec!["base", "lab", "layout"] };
        let version = Version::parse(image.release()).unwrap_or_else(|error| {
            mistakes.push((base, error.to_string()));
            Version::new(0, 0, 0)
        });
        let platform = Platform::parse(&spec.platform).unwrap_or_else(|| {
            let known = Platform::names().join(", ");
            mistakes.push((
                vec!["platform"],
                format!("there is no platform `{}`; there are {known}", spec.platform),
            ));
            Platform::METAL
        });
        let schematic = schematic_of(image);
        for problem in schematic.problems().into_iter().filter(|problem| !problem.is_warning()) {
            mistakes.push((field(&problem), problem.to_string()));
        }
        if spec.base.talos.is_some() && spec.secure_boot && !Quirks::new(version).has_uki() {
            mistakes.push((vec!["secureBoot"], "Secure Boot needs Talos 1.5.0 or later".to_owned()));
        }
        if spec.enroll_keys.is_some() && !spec.secure_boot {
            let message = "there are keys to enroll only with `secureBoot: true`".to_owned();
            mistakes.push((vec!["enrollKeys"], message));
        }
        if mistakes.is_empty() {
            mistakes.extend(media_mistakes(image, Quirks::new(version)));
        }
        let sector = if spec.disk.sector == Some(4096) { Sector::B4096 } else { Sector::B512 };
        let well = mistakes.is_empty();
        let recipe = Self {
            tag: image.release().to_owned(),
            quirks: Quirks::new(version),
            schematic,
            factory: Factory::new(&spec.factory),
            platform,
            arch: match spec.architecture {
                Architecture::Amd64 => Arch::Amd64,
                Architecture::Arm64 => Arch::Arm64,
            },
            secure_boot: spec.secure_boot,
            has_profiles: spec.base.talos.is_some() && Quirks::new(version).has_uki_profiles(),
            layout: spec.disk,
            sector,
        };
        if well && let Err(error) = recipe.command_line(Output::Uki) {
            mistakes.push((vec!["kernelArguments"], error.to_string()));
        }
        if mistakes.is_empty() { Ok(recipe) } else { Err(mistakes) }
    }

    /// What holds although it may surprise.
    pub fn warnings(&self) -> Vec<String> {
        let problems = self.schematic.problems().into_iter().filter(schematic::Problem::is_warning);
        problems.map(|problem| problem.to_string()).collect()
    }

    /// The kernel's command line for an output.
    pub fn command_line(&self, output: Output) -> Result<CommandLine, MachineError> {
        let custom = &self.schematic.customization;
        let meta: Vec<MetaValue> =
            custom.meta.iter().map(|meta| MetaValue { key: meta.key, value: meta.value.clone() }).collect();
        Ok(cmdline::talos(&Request {
            quirks: self.quirks,
            platform: self.platform,
            arch: self.arch,
            output,
            secure_boot: self.secure_boot,
            overlay: &[],
            meta: &meta,
            extra: &custom.extra_kernel_args,
        })?)
    }

    /// Whether firmware checks signatures.
    pub fn secure_boot(&self) -> bool {
        self.secure_boot
    }

    /// When systemd-boot writes the keys of a medium into firmware that has none, as `loader.conf` has it.
    pub(crate) fn enrolls(&self) -> &'static str {
        self.schematic.customization.secureboot.enroll_keys.unwrap_or(EnrollKeys::IfSafe).as_str()
    }

    /// Its architecture as Talos names it.
    pub fn architecture(&self) -> &'static str {
        match self.arch {
            Arch::Amd64 => "amd64",
            Arch::Arm64 => "arm64",
        }
    }

    /// The program that firmware starts without being told.
    pub(crate) fn boot_file(&self) -> &'static str {
        match self.arch {
            Arch::Amd64 => "BOOTX64.EFI",
            Arch::Arm64 => "BOOTAA64.EFI",
        }
    }

    /// An error when a kernel is for other processors, or is none that firmware starts.
    pub(crate) fn check_kernel(&self, kernel: &[u8]) -> Result<(), MachineError> {
        let found = match uki::kernel_arch(kernel)? {
            KernelArch::Amd64 => "amd64",
            KernelArch::Arm64 => "arm64",
        };
        let wanted = self.architecture();
        if found == wanted { Ok(()) } else { Err(MachineError::Architecture { found, wanted }) }
    }

    /// The size of the EFI system partition in bytes: that of the description, or the room that Talos gives boot loaders.
    pub(crate) fn esp_size(&self) -> u64 {
        self.layout.esp.unwrap_or(101 + self.quirks.boot_size()).saturating_mul(MIB)
    }

    /// The size of the disk in bytes; nothing where it follows from its partitions.
    pub(crate) fn disk_size(&self) -> Option<u64> {
        let usual = self.layout.esp.is_none().then(|| 246 + self.quirks.boot_size());
        self.layout.size.or(usual).map(|size| size.saturating_mul(MIB))
    }

    /// The installer that a machine configuration names.
    pub fn installer(&self) -> String {
        self.factory.installer(&self.schematic.id(), &self.tag, self.platform.name(), self.secure_boot)
    }
}

/// What a release, a boot loader and a disk do not allow together.
fn media_mistakes(image: &Image, quirks: Quirks) -> Vec<Mistake> {
    let spec = &image.spec;
    let mut mistakes: Vec<Mistake> = Vec::new();
    let mut seen = Vec::new();
    for medium in &spec.outputs {
        if seen.contains(medium) {
            mistakes.push((vec!["outputs"], format!("`{}` is listed twice", medium.file())));
        }
        seen.push(*medium);
    }
    let starts = |medium: &&Medium| !matches!(medium, Medium::Uki);
    let first = spec.outputs.iter().find(starts);
    if let (Some(medium), Some(Loader::DualBoot | Loader::Grub)) = (first, spec.boot_loader) {
        let message = format!(
            "`{}` is made with systemd-boot only: write `bootLoader: sd-boot`, or take images with GRUB from the factory",
            medium.file()
        );
        mistakes.push((vec!["bootLoader"], message));
    }
    if let (Some(medium), false) = (first, quirks.uses_systemd_boot() || spec.secure_boot) {
        let message = format!(
            "`{}` of Talos before 1.10.0 starts by GRUB, which is not made here: write `outputs: [uki]`",
            medium.file()
        );
        mistakes.push((vec!["outputs"], message));
    }
    for (field, size) in [("size", spec.disk.size), ("esp", spec.disk.esp)] {
        if size.is_some_and(|size| size == 0 || size > LARGEST) {
            let message = format!("a disk has 1 MiB to {LARGEST} MiB (16 TiB)");
            mistakes.push((vec!["disk", field], message));
        }
    }
    if let (Some(size), Some(esp)) = (spec.disk.size, spec.disk.esp)
        && size < esp.saturating_add(AROUND)
    {
        let message = format!(
            "a disk of {size} MiB has no room for an EFI system partition of {esp} MiB, META and its tables; {} MiB has",
            esp.saturating_add(AROUND)
        );
        mistakes.push((vec!["disk", "size"], message));
    }
    let mut keys = Vec::new();
    for meta in &spec.meta {
        if meta.key == 0 {
            mistakes.push((vec!["meta"], "0 is no key of META; keys are 1 to 255".to_owned()));
        } else if keys.contains(&meta.key) {
            mistakes.push((vec!["meta"], format!("the key {} of META has two values", meta.key)));
        }
        keys.push(meta.key);
    }
    mistakes
}

fn schematic_of(image: &Image) -> Schematic {
    let spec = &image.spec;
    let overlay = spec.overlay.as_ref().map(|overlay| Overlay {
        image: overlay.image.clone(),
        name: overlay.name.clone(),
        options: overlay.options.clone(),
    });
    let customization = Customization {
        extra_kernel_args: spec.kernel_arguments.clone(),
        meta: spec.meta.iter().map(|meta| Meta { key: meta.key, value: meta.value.clone() }).collect(),
        system_extensions: SystemExtensions { official_extensions: spec.extensions.clone() },
        bootloader: spec.boot_loader.map(|loader| match loader {
            Loader::DualBoot => BootLoader::DualBoot,
            Loader::SdBoot => BootLoader::SdBoot,
            Loader::Grub => BootLoader::Grub,
        }),
        secureboot: SecureBoot {
            enroll_keys: spec.enroll_keys.map(|enroll| match enroll {
                Enroll::Off => EnrollKeys::Off,
                Enroll::Manual => EnrollKeys::Manual,
                Enroll::IfSafe => EnrollKeys::IfSafe,
                Enroll::Force => EnrollKeys::Force,
            }),
            ..SecureBoot::default()
        },
        disk_image: DiskImage {
            sector_size: spec.disk.sector.filter(|size| *size != 512).unwrap_or_default(),
        },
        ..Customization::default()
    };
    Schematic { overlay, customization, ..Schematic::default() }
}

fn field(problem: &schematic::Problem) -> Vec<&'static str> {
    match problem {
        schematic::Problem::Spaces(_) | schematic::Problem::Empty => vec!["kernelArguments"],
        schematic::Problem::SectorSize(_) => vec!["disk", "sector"],
        _ => vec!["extensions"],
    }
}
