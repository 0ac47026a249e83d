//! Units below `hosts/`: the machines of a cluster, for `build`, `show` and `diff`.

pub(crate) mod build;
pub(crate) mod diff;
pub(crate) mod show;
mod snapshot;

use catalogue::Workspace;
use diag::{Diagnostic, Severity, nearest};
use fleet::{Configuration, Fleet};

use crate::error::{CHECK, CliError};
use crate::printer::Printer;

/// A unit below `hosts/`: a cluster, or one of its machines.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Hosts {
    pub(crate) cluster: String,
    pub(crate) machine: Option<String>,
}

impl Hosts {
    /// Reads `hosts/<cluster>` and `hosts/<cluster>/<machine>`; other units are none.
    pub(crate) fn of(unit: &str) -> Option<Self> {
        let rest = unit.strip_prefix("hosts/")?.trim_end_matches('/');
        let (cluster, machine) = rest.split_once('/').map_or((rest, None), |(c, m)| (c, Some(m)));
        Some(Self { cluster: cluster.to_owned(), machine: machine.map(str::to_owned) })
    }

    /// Reads and checks the machines of the cluster. Warnings are printed.
    pub(crate) fn fleet(&self, workspace: &Workspace, printer: &Printer) -> Result<Fleet, CliError> {
        let fleet = fleet::load(workspace, &self.cluster).map_err(CliError::inputs)?;
        refuse(fleet::check(&fleet), printer)?;
        if let Some(name) = self.machine.as_ref().filter(|name| !fleet.machines.contains_key(*name)) {
            let diagnostic = Diagnostic::error(format!("cluster `{}` has no machine `{name}`", self.cluster));
            return Err(CliError::input(match nearest(name, fleet.machines.keys().map(String::as_str)) {
                Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
                None => diagnostic.hint(format!("`cargo xtask show hosts/{}` lists them", self.cluster)),
            }));
        }
        Ok(fleet)
    }

    /// The configurations of the cluster or the machine, checked.
    pub(crate) fn configurations(
        &self,
        fleet: &Fleet,
        printer: &Printer,
    ) -> Result<Vec<Configuration>, CliError> {
        let mut all = fleet::configurations(fleet).map_err(CliError::inputs)?;
        let is_asked = |configuration: &Configuration| {
            self.machine.as_ref().is_none_or(|machine| *machine == configuration.machine)
        };
        all.retain(is_asked);
        refuse(all.iter().flat_map(Configuration::complaints).collect(), printer)?;
        Ok(all)
    }
}

/// Names the images that machines of a cluster start from.
pub(crate) fn name_images(fleet: &Fleet, printer: &Printer) {
    for (name, image) in &fleet.images {
        let installer = image.installer.as_ref().map(|installer| format!(", installed by {installer}"));
        let installer = installer.unwrap_or_default();
        printer.note(&format!(
            "machines start from images/{name}{installer}: `cargo xtask build images/{name}`"
        ));
    }
}

/// Prints warnings; errors are what is given back.
fn refuse(found: Vec<Diagnostic>, printer: &Printer) -> Result<(), CliError> {
    let (errors, others): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|diagnostic| diagnostic.severity == Severity::Error);
    for warning in &others {
        printer.warn(warning);
    }
    if errors.is_empty() { Ok(()) } else { Err(CliError { code: CHECK, diagnostics: errors }) }
}
