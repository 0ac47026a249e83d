//! What a factory refuses, and what makes a name unstable.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::fields::Schematic;

/// Something that is wrong with a schematic, or will be.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum Problem {
    /// The public factory refuses it.
    #[error("`owner` is `{0}`, which only the commercial Image Factory takes; remove it")]
    Owner(String),
    /// Extensions are named with their organisation.
    #[error("extension `{0}` lacks its organisation; write `siderolabs/{0}`")]
    Organisation(String),
    /// Versions come with the release of Talos.
    #[error(
        "extension `{0}` has a version or digest, which follows from the Talos version; write the name alone"
    )]
    Version(String),
    /// Listed twice.
    #[error("extension `{0}` is listed twice; remove one of the two")]
    Twice(String),
    /// A catalogue does not have it under this name.
    #[error(
        "extension `{old}` is called `{new}` now; the old name still works and is part of the schematic's ID"
    )]
    Renamed {
        /// As it stands there.
        old: String,
        /// As it is called.
        new: &'static str,
    },
    /// Releases of the factory write it differently.
    #[error(
        "`{0}` is quoted differently by releases of Image Factory, which give the schematic different IDs"
    )]
    Drifts(String),
    /// Not what a sector can be.
    #[error("a sector cannot have {0} bytes; 512 or 4096 can be")]
    SectorSize(u32),
    /// A space would make two arguments of it.
    #[error("kernel argument `{0}` has white space in it; list each argument by itself")]
    Spaces(String),
    /// Nothing.
    #[error("there is an empty kernel argument; remove it")]
    Empty,
}

impl Problem {
    /// Whether the schematic can be used all the same.
    pub fn is_warning(&self) -> bool {
        matches!(self, Self::Renamed { .. } | Self::Drifts(_))
    }
}

impl Schematic {
    /// Everything that is wrong with it, in the order of its fields.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if !self.owner.is_empty() {
            problems.push(Problem::Owner(self.owner.clone()));
        }
        for argument in &self.customization.extra_kernel_args {
            if argument.is_empty() {
                problems.push(Problem::Empty);
            } else if argument.contains(char::is_whitespace) {
                problems.push(Problem::Spaces(argument.clone()));
            }
        }
        let mut seen = BTreeSet::new();
        for name in &self.customization.system_extensions.official_extensions {
            problems.extend(extension_problem(name));
            if !seen.insert(name) {
                problems.push(Problem::Twice(name.clone()));
            }
        }
        if !matches!(self.customization.disk_image.sector_size, 0 | 512 | 4096) {
            problems.push(Problem::SectorSize(self.customization.disk_image.sector_size));
        }
        let drifting = self.texts().into_iter().filter(|text| goyaml::quoting_drifts(text));
        problems.extend(drifting.map(|text| Problem::Drifts(text.to_owned())));
        problems
    }

    fn texts(&self) -> Vec<&str> {
        let custom = &self.customization;
        let mut texts = Vec::new();
        texts.extend(self.overlay.iter().flat_map(|overlay| [overlay.image.as_str(), overlay.name.as_str()]));
        texts.extend(
            self.overlay
                .iter()
                .flat_map(|overlay| overlay.options.values())
                .filter_map(|value| value.as_str()),
        );
        texts.push(&custom.embedded_machine_configuration);
        texts.extend(custom.extra_kernel_args.iter().map(String::as_str));
        texts.extend(custom.meta.iter().map(|meta| meta.value.as_str()));
        texts.extend(custom.system_extensions.official_extensions.iter().map(String::as_str));
        texts
    }
}

fn extension_problem(name: &str) -> Option<Problem> {
    if name.contains(['@', ':']) {
        return Some(Problem::Version(name.to_owned()));
    }
    if !name.contains('/') {
        return Some(Problem::Organisation(name.to_owned()));
    }
    crate::current_name(name).map(|new| Problem::Renamed { old: name.to_owned(), new })
}
