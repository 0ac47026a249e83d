//! `bootstrap`: the few objects that make an engine follow a channel.

use catalogue::{ClusterSpec, Workspace};
use deliver::{Engine, Follow, Place, root_objects};
use diag::Diagnostic;
use registry::Network;
use registry::distribution::{Remote, RemoteOptions};
use serde_json::json;

use crate::args::{Format, Global};
use crate::commands::kubectl::Access;
use crate::commands::notify::EngineName;
use crate::commands::remote::RemoteArgs;
use crate::commands::signing;
use crate::context;
use crate::error::CliError;
use crate::printer::Printer;

/// Print or apply the objects that make an engine follow a channel; everything else comes out of the release.
///
/// For Flux these are a source and a kustomization, and the public key when the cluster has one; for Argo CD an
/// application and a project. The engine itself must be there already.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask bootstrap lab --engine flux | kubectl apply -f -
  cargo xtask bootstrap lab --engine flux --apply
  cargo xtask bootstrap lab --engine argocd --channel production --apply --context admin@lab")]
pub(crate) struct Args {
    /// The cluster
    cluster: String,
    /// The engine; may be left out where the cluster has one
    #[arg(long, value_enum)]
    engine: Option<EngineName>,
    /// The channel to follow
    #[arg(long, value_name = "NAME", default_value = "staging")]
    channel: String,
    /// Apply them to the cluster, with the pinned `kubectl`, instead of printing them
    #[arg(long)]
    apply: bool,
    #[command(flatten)]
    access: Access,
    #[command(flatten)]
    remote: RemoteArgs,
}

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    args.access.only_with(args.apply, "--apply")?;
    let workspace = context::workspace(global)?;
    let spec = catalogue::load(&workspace, &args.cluster).map_err(CliError::inputs)?.cluster.spec;
    publish::check_channel(&args.channel)?;
    let engine = engine(args, &spec)?;
    let place = Place {
        cluster: spec.name.clone(),
        registry: args.remote.registry(&spec)?.to_owned(),
        insecure: args.remote.plain_http,
        pull_secret: spec.delivery.pull_secret.clone(),
        public_key: public_key(&workspace, &spec)?,
    };
    let options = RemoteOptions { plain_http: place.insecure, ..RemoteOptions::new(Network::Denied) };
    let remote = Remote::new(&place.registry, options).map_err(|error| CliError::registry(&error))?;
    let place = Place { insecure: remote.is_plain(), ..place };
    let objects = root_objects(&place, &Follow::Channel(args.channel.clone()), engine);
    let texts: Vec<&str> = objects.iter().map(|(_, text)| text.as_str()).collect();
    let text = texts.join("---\n");
    if args.apply {
        let words = ["apply", "--server-side", "--field-manager=cargo-xtask", "-f", "-"];
        let told = args.access.run(&args.cluster, &words, &text, global, printer)?;
        printer.data(told.trim_end());
    } else if printer.format == Format::Json {
        let files: Vec<_> = objects.iter().map(|(path, text)| json!({"path": path, "text": text})).collect();
        printer.json(&files);
    } else {
        printer.data(&text);
    }
    Ok(0)
}

/// The public key of the cluster's releases, in PEM; none when it has none.
fn public_key(workspace: &Workspace, spec: &ClusterSpec) -> Result<Option<String>, CliError> {
    let Some(name) = &spec.delivery.public_key else { return Ok(None) };
    let file = workspace.root().join("hosts").join(&spec.name).join(name);
    Ok(Some(signing::verifying_key(&file)?.to_pem()))
}

fn engine(args: &Args, spec: &catalogue::ClusterSpec) -> Result<Engine, CliError> {
    let of = |engine: &catalogue::Engine| match engine {
        catalogue::Engine::Flux => Engine::Flux,
        catalogue::Engine::Argocd => Engine::ArgoCd,
    };
    let engines: Vec<Engine> = spec.engines.iter().map(of).collect();
    let wanted = args.engine.map(Engine::from);
    match (wanted, &engines[..]) {
        (None, [only]) => Ok(*only),
        (Some(wanted), engines) if engines.contains(&wanted) => Ok(wanted),
        (wanted, _) => {
            let message = match wanted {
                Some(wanted) => format!("cluster `{}` is not made for {wanted}", spec.name),
                None => format!("cluster `{}` has several engines", spec.name),
            };
            let hint = "`--engine` takes one of those that `engines` of the cluster lists";
            Err(CliError::input(Diagnostic::error(message).hint(hint)))
        }
    }
}
