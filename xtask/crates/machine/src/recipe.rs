//! What a description means.

use catalogue::{Architecture, Image, Loader};
use cmdline::{Arch, CommandLine, MetaValue, Output, Platform, Request};
use quirks::{Quirks, Version};
use schematic::{BootLoader, Customization, Factory, Meta, Overlay, Schematic, SystemExtensions};

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
}

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
            mistakes.push((vec![field(&problem)], problem.to_string()));
        }
        if spec.base.talos.is_some() && spec.secure_boot && !Quirks::new(version).has_uki() {
            mistakes.push((vec!["secureBoot"], "Secure Boot needs Talos 1.5.0 or later".to_owned()));
        }
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
        };
        if let Err(error) = recipe.command_line(Output::Uki) {
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

    /// The installer that a machine configuration names.
    pub fn installer(&self) -> String {
        self.factory.installer(&self.schematic.id(), &self.tag, self.platform.name(), self.secure_boot)
    }
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
        ..Customization::default()
    };
    Schematic { overlay, customization, ..Schematic::default() }
}

fn field(problem: &schematic::Problem) -> &'static str {
    match problem {
        schematic::Problem::Spaces(_) | schematic::Problem::Empty => "kernelArguments",
        _ => "extensions",
    }
}
