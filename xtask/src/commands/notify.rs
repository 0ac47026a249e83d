//! Telling an engine that a channel moved, so that nothing waits until it looks by itself.

use clap::ValueEnum;
use deliver::{Engine, Notice};
use hashing::Digest;
use serde_json::Value;

use crate::args::Global;
use crate::commands::kubectl::Access;
use crate::commands::remote::Place;
use crate::error::CliError;
use crate::printer::Printer;
use crate::table::count;

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
    ///
    /// Argo CD also ends what it does about earlier releases, which it would wait for as long as they are broken: a hook
    /// that runs only for `rollback`.
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
    /// Whether the channel went back to an earlier release.
    pub(crate) back: bool,
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
        let name = &place.spec.name;
        let kubectl = |words: &[&str]| {
            let words = [words, &["-n", engine.namespace()]].concat();
            self.access.run(name, &words, "", global, printer)
        };
        let list = || applications(&kubectl(&["get", "applications.argoproj.io", "-o", "json"])?);
        let send = |notice: &Notice| {
            let (object, patch) = (address(notice), notice.patch.to_string());
            kubectl(&["patch", &object, "--type=merge", "-p", &patch]).map(|_| ())
        };
        let token = format!("generation-{}", news.generation);
        // Flux needs no more than a token. Without what the release says Argo CD looks at everything.
        let channel = news.channel.filter(|_| engine == Engine::ArgoCd);
        let document = channel.and_then(|_| publish::document(place.cluster(), &news.release).ok());
        let moved = channel.zip(document.as_ref()).map(|(channel, document)| deliver::News {
            channel,
            release: &news.release,
            document,
            back: news.back,
        });
        let told = deliver::tell(engine, name, &token, moved.as_ref(), list, send)?;
        let what = if told.changes_only { " what changed" } else { "" };
        let ended = match told.ended {
            0 => String::new(),
            some => format!(", and to end {} for an earlier release", count(some, "operation")),
        };
        printer.note(&format!("{engine} is told{what}{ended}"));
        Ok(())
    }
}

/// What `kubectl` calls the object of a notice.
fn address(notice: &Notice) -> String {
    let group = notice.api_version.split('/').next().unwrap_or_default();
    format!("{}.{group}/{}", notice.kind.to_lowercase(), notice.name)
}

/// The objects of a list.
fn applications(text: &str) -> Result<Vec<Value>, CliError> {
    let list: Value =
        serde_json::from_str(text).map_err(|error| CliError::environment(&error, "the list of `kubectl`"))?;
    Ok(list.pointer("/items").and_then(Value::as_array).cloned().unwrap_or_default())
}
