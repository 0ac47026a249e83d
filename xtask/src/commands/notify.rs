//! Telling an engine that a channel moved, so that nothing waits until it looks by itself.

use catalogue::ClusterSpec;
use clap::ValueEnum;
use deliver::Engine;

use crate::args::Global;
use crate::commands::kubectl::Access;
use crate::error::CliError;
use crate::printer::Printer;

/// What `--engine` and `--notify` take.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum EngineName {
    /// Flux
    Flux,
    /// Argo CD
    Argocd,
}

impl From<EngineName> for Engine {
    fn from(name: EngineName) -> Self {
        match name {
            EngineName::Flux => Self::Flux,
            EngineName::Argocd => Self::ArgoCd,
        }
    }
}

/// Who is told.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct NotifyArgs {
    /// Tell this engine at once, with the pinned `kubectl`; it would look by itself within a minute or so
    #[arg(long, value_enum, value_name = "ENGINE")]
    notify: Option<EngineName>,
    #[command(flatten)]
    access: Access,
}

impl NotifyArgs {
    /// Refuses what makes no sense, before anything is done.
    pub(crate) fn check(&self) -> Result<(), CliError> {
        self.access.only_with(self.notify.is_some(), "--notify")
    }

    /// Tells the engine, if one is named, that a channel is on `generation` now.
    pub(crate) fn tell(
        &self,
        spec: &ClusterSpec,
        generation: u64,
        global: &Global,
        printer: &Printer,
    ) -> Result<(), CliError> {
        let Some(engine) = self.notify.map(Engine::from) else { return Ok(()) };
        let root = prove::root_of(&spec.name);
        let (object, annotation) = match engine {
            Engine::Flux => {
                // Flux takes any value that is not the last one for news.
                let value = format!("reconcile.fluxcd.io/requestedAt=generation-{generation}");
                (format!("ocirepository/{root}"), value)
            }
            Engine::ArgoCd => (format!("application/{root}"), "argocd.argoproj.io/refresh=normal".to_owned()),
        };
        let words = ["annotate", "--overwrite", "-n", engine.namespace(), &object, &annotation];
        self.access.run(&spec.name, &words, "", global, printer)?;
        printer.note(&format!("{engine} is told"));
        Ok(())
    }
}
