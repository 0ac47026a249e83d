//! Telling an engine that a channel moved, so that nothing waits until it looks by itself.

use clap::ValueEnum;
use deliver::Engine;
use hashing::Digest;
use publish::Move;
use serde_json::Value;

use crate::args::Global;
use crate::commands::kubectl::Access;
use crate::commands::remote::Place;
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

/// What is new in a registry.
pub(crate) struct News<'a> {
    /// The channel that was moved; none when no channel was.
    pub(crate) channel: Option<&'a str>,
    /// The generation.
    pub(crate) generation: u64,
    /// Its release.
    pub(crate) release: Digest,
}

impl<'a> From<&'a Move> for News<'a> {
    fn from(moved: &'a Move) -> Self {
        Self { channel: Some(&moved.channel), generation: moved.to, release: moved.release }
    }
}

impl NotifyArgs {
    /// Refuses what makes no sense, before anything is done.
    pub(crate) fn check(&self) -> Result<(), CliError> {
        self.access.only_with(self.notify.is_some(), "--notify")
    }

    /// Tells the engine, if one is named.
    pub(crate) fn tell(
        &self,
        place: &Place,
        news: &News<'_>,
        global: &Global,
        printer: &Printer,
    ) -> Result<(), CliError> {
        let Some(engine) = self.notify.map(Engine::from) else { return Ok(()) };
        let spec = &place.spec;
        let root = prove::root_of(&spec.name);
        let kubectl = |words: &[&str]| {
            let words = [words, &["-n", engine.namespace()]].concat();
            self.access.run(&spec.name, &words, "", global, printer)
        };
        let (object, annotation) = match engine {
            Engine::Flux => {
                // Flux takes any value that is not the last one for news.
                let value = format!("reconcile.fluxcd.io/requestedAt=generation-{}", news.generation);
                (format!("ocirepository/{root}"), value)
            }
            Engine::ArgoCd => {
                // What a user may not read or write, or what happened meanwhile, is no reason not to be told at all.
                if selective(kubectl, &root, place, news).unwrap_or_default() {
                    printer.note("argocd is told what changed");
                    return Ok(());
                }
                (format!("application/{root}"), "argocd.argoproj.io/refresh=normal".to_owned())
            }
        };
        kubectl(&["annotate", "--overwrite", &object, &annotation])?;
        printer.note(&format!("{engine} is told"));
        Ok(())
    }
}

/// Asks Argo CD for a synchronization of what changed only; whether that was possible.
fn selective(
    kubectl: impl Fn(&[&str]) -> Result<String, CliError>,
    root: &str,
    place: &Place,
    news: &News<'_>,
) -> Result<bool, CliError> {
    let Some(channel) = news.channel else { return Ok(false) };
    let document = publish::document(place.cluster(), &news.release)?;
    let text = kubectl(&["get", "applications.argoproj.io", "-o", "json"])?;
    let list: Value = serde_json::from_str(&text)
        .map_err(|error| CliError::environment(&error, "the list of `kubectl`"))?;
    let applications = list.pointer("/items").and_then(Value::as_array).cloned().unwrap_or_default();
    let is_root = |one: &&Value| one.pointer("/metadata/name").and_then(Value::as_str) == Some(root);
    let Some(found) = applications.iter().find(is_root) else { return Ok(false) };
    let patch = deliver::selective_sync(found, &applications, channel, &news.release, &document);
    let Some(patch) = patch else { return Ok(false) };
    let object = format!("applications.argoproj.io/{root}");
    kubectl(&["patch", &object, "--type=merge", "-p", &patch.to_string()]).map(|_| true)
}
