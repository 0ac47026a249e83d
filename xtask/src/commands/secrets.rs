//! `secrets`: the bundle of a cluster's secrets.

mod access;
mod keys;
mod sealed;
mod source;

use std::path::{Path, PathBuf};

use catalogue::Workspace;
use clap::Subcommand;
use diag::{Diagnostic, Source};
use serde_json::json;
use sops::Recipient;
use talos::{Field, SecretsBundle};
use zeroize::Zeroizing;

use crate::args::{Format, Global};
use crate::context;
use crate::error::{CHECK, CliError};
use crate::printer::Printer;
use crate::private_file;
use crate::table::{Align, table};

pub(crate) use source::bundle;

/// Look after the secrets of a cluster: its keys, certificates and tokens.
///
/// A cluster has one bundle, in the format of `talosctl gen secrets`. It lies beside `cluster.yaml`, encrypted for age keys
/// so that `sops` opens it, or where `secrets` of `cluster.yaml` says. Values are never printed. Private age keys are read
/// as sops reads them: from `SOPS_AGE_KEY`, `SOPS_AGE_KEY_FILE` or `~/.config/sops/age/keys.txt`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask secrets init lab --recipient age1…                       make those of a new cluster
  cargo xtask secrets import home-ops secrets.yaml --recipient age1…   encrypt what `talosctl gen secrets` wrote
  cargo xtask secrets show home-ops                                    tell what is there, without values
  cargo xtask secrets export home-ops ~/secrets.yaml                   write it for talosctl and talhelper
  cargo xtask secrets kubeconfig home-ops ~/.kube/home-ops             an administrator's, for kubectl")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make the secrets of a new cluster, and encrypt them
    #[command(after_help = "Example:\n  cargo xtask secrets init lab --recipient age1…")]
    Init {
        /// The cluster
        cluster: String,
        /// Who can decrypt them, an age public key
        #[arg(long, value_name = "KEY", required = true)]
        recipient: Vec<String>,
    },
    /// Tell which secrets a cluster has and who can decrypt them; no values
    #[command(after_help = "Example:\n  cargo xtask secrets show home-ops --format json")]
    Show {
        /// The cluster
        cluster: String,
    },
    /// Encrypt a bundle that `talosctl gen secrets` or talhelper wrote
    #[command(
        after_help = "Example:\n  talosctl gen secrets -o /dev/stdout | cargo xtask secrets import lab - --recipient age1…"
    )]
    Import {
        /// The cluster
        cluster: String,
        /// The file; `-` for stdin
        file: PathBuf,
        /// Who can decrypt it, an age public key; those of the present file unless given
        #[arg(long, value_name = "KEY")]
        recipient: Vec<String>,
        /// Replace the secrets that the cluster has
        #[arg(long)]
        replace: bool,
    },
    /// Write the bundle for talosctl and talhelper, readable for you alone, outside of the checkout
    #[command(after_help = "Example:\n  cargo xtask secrets export home-ops ~/secrets.yaml")]
    Export {
        /// The cluster
        cluster: String,
        /// The file, which must not be there
        file: PathBuf,
    },
    /// Write a talosconfig of an administrator, made from the bundle, readable for you alone, outside of the checkout
    #[command(after_help = "Example:\n  cargo xtask secrets talosconfig home-ops ~/.talos/config")]
    Talosconfig(access::Args),
    /// Write a kubeconfig of an administrator, made from the bundle, readable for you alone, outside of the checkout
    #[command(
        after_help = "Examples:\n  cargo xtask secrets kubeconfig home-ops ~/.kube/home-ops\n  cargo xtask secrets kubeconfig home-ops - --from 2026-01-01T00:00:00Z"
    )]
    Kubeconfig(access::Args),
    /// Encrypt the bundle under a new data key, for other people if need be
    #[command(
        after_help = "Example:\n  cargo xtask secrets rotate home-ops --recipient age1… --recipient age1…"
    )]
    Rotate {
        /// The cluster
        cluster: String,
        /// Who can decrypt it from now on, an age public key; the same as before unless given
        #[arg(long, value_name = "KEY")]
        recipient: Vec<String>,
    },
}

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    let workspace = context::workspace(global)?;
    match &args.action {
        Action::Init { cluster, recipient } => init(&workspace, cluster, recipient, printer),
        Action::Show { cluster } => show(&workspace, cluster, printer),
        Action::Import { cluster, file, recipient, replace } => {
            import(&workspace, cluster, file, recipient, *replace, printer)
        }
        Action::Export { cluster, file } => {
            let cluster = load(&workspace, cluster)?;
            let text = Zeroizing::new(bundle(&workspace, &cluster)?.to_yaml());
            private_file::write(file, text.as_bytes(), workspace.root(), false)?;
            printer.note(&format!("wrote `{}`, which only you can read", file.display()));
            Ok(0)
        }
        Action::Talosconfig(args) => access::talosconfig(args, &workspace, printer),
        Action::Kubeconfig(args) => access::kubeconfig(args, &workspace, printer),
        Action::Rotate { cluster, recipient } => rotate(&workspace, cluster, recipient, printer),
    }
}

fn load(workspace: &Workspace, cluster: &str) -> Result<catalogue::Cluster, CliError> {
    catalogue::load_cluster(workspace, cluster).map_err(CliError::inputs)
}

fn show(workspace: &Workspace, cluster: &str, printer: &Printer) -> Result<u8, CliError> {
    let cluster = load(workspace, cluster)?;
    let secrets = bundle(workspace, &cluster)?;
    let recipients = match source::sops_file(&cluster) {
        Some(path) => sealed::recipients(workspace, &path)?,
        None => Vec::new(),
    };
    let fields: Vec<(&str, bool)> =
        Field::ALL.iter().map(|field| (field.path(), !field.of(&secrets).is_empty())).collect();
    let mistakes = secrets.mistakes();
    if printer.format == Format::Json {
        let fields: serde_json::Map<String, serde_json::Value> =
            fields.iter().map(|(path, present)| ((*path).to_owned(), json!(present))).collect();
        let place = source::description(&cluster);
        printer
            .json(&json!({"from": place, "recipients": recipients, "fields": fields, "mistakes": mistakes}));
    } else {
        let rows: Vec<Vec<String>> = fields
            .iter()
            .map(|(path, present)| {
                vec![(*path).to_owned(), if *present { "present" } else { "-" }.to_owned()]
            })
            .collect();
        printer.data(&table(&["FIELD", "STATE"].map(|heading| (heading, Align::Left)), &rows));
        printer.note(&format!("from {}", source::description(&cluster)));
        for recipient in &recipients {
            printer.note(&format!("for {recipient}"));
        }
        for mistake in &mistakes {
            printer.warn(&Diagnostic::warning(mistake.clone()));
        }
    }
    Ok(if mistakes.is_empty() { 0 } else { CHECK })
}

fn init(workspace: &Workspace, cluster: &str, asked: &[String], printer: &Printer) -> Result<u8, CliError> {
    let cluster = load(workspace, cluster)?;
    let place = vacant(workspace, &cluster)?;
    let recipients = recipients(workspace, &place, asked)?;
    sealed::write(workspace, &place, &sealed::generate()?, &recipients)?;
    printer.note(&format!("wrote new secrets to `{place}` for {} age keys", recipients.len()));
    Ok(0)
}

/// The file that SOPS encrypts, when there is none yet.
fn vacant(workspace: &Workspace, cluster: &catalogue::Cluster) -> Result<String, CliError> {
    let place = place(cluster)?;
    if !workspace.is_file(&place) {
        return Ok(place);
    }
    let diagnostic = Diagnostic::error(format!("cluster `{}` has secrets in `{place}`", cluster.spec.name));
    let hint =
        "with other secrets its machines trust each other no more; `import --replace` if that is meant";
    Err(CliError::input(diagnostic.hint(hint)))
}

fn import(
    workspace: &Workspace,
    cluster: &str,
    file: &Path,
    asked: &[String],
    replace: bool,
    printer: &Printer,
) -> Result<u8, CliError> {
    let cluster = load(workspace, cluster)?;
    let place = if replace { place(&cluster)? } else { vacant(workspace, &cluster)? };
    let text = source::read(file)?;
    let name = if file.as_os_str() == "-" { "stdin".to_owned() } else { file.display().to_string() };
    let secrets = SecretsBundle::from_yaml(&Source::shared(name, text.as_str())).map_err(CliError::inputs)?;
    let mistakes = secrets.mistakes();
    if !mistakes.is_empty() {
        let hint = "`talosctl gen secrets` writes a whole bundle";
        let diagnostics = mistakes.into_iter().map(|mistake| Diagnostic::error(mistake).hint(hint));
        return Err(CliError::inputs(diagnostics.collect()));
    }
    let recipients = recipients(workspace, &place, asked)?;
    sealed::write(workspace, &place, &secrets, &recipients)?;
    printer.note(&format!("wrote `{place}` for {} age keys", recipients.len()));
    Ok(0)
}

fn rotate(workspace: &Workspace, cluster: &str, asked: &[String], printer: &Printer) -> Result<u8, CliError> {
    let cluster = load(workspace, cluster)?;
    let place = place(&cluster)?;
    let secrets = bundle(workspace, &cluster)?;
    let recipients = recipients(workspace, &place, asked)?;
    sealed::write(workspace, &place, &secrets, &recipients)?;
    printer.note(&format!("wrote `{place}` under a new data key for {} age keys", recipients.len()));
    Ok(0)
}

/// The file that SOPS encrypts, relative to the workspace.
fn place(cluster: &catalogue::Cluster) -> Result<String, CliError> {
    source::sops_file(cluster).ok_or_else(|| {
        let diagnostic = Diagnostic::error(format!(
            "the secrets of cluster `{}` come from {}",
            cluster.spec.name,
            source::description(cluster)
        ));
        CliError::input(diagnostic.hint("change them there; only `secrets.sops` is a file of this checkout"))
    })
}

/// Those that were asked for, or else those of the present file.
fn recipients(workspace: &Workspace, place: &str, asked: &[String]) -> Result<Vec<Recipient>, CliError> {
    let names = match asked {
        [] if workspace.is_file(place) => sealed::recipients(workspace, place)?,
        [] => {
            let diagnostic = Diagnostic::error("nobody could decrypt the secrets: there is no `--recipient`");
            let hint = "`age-keygen -o ~/.config/sops/age/keys.txt` makes a key and prints its public key";
            return Err(CliError::input(diagnostic.hint(hint)));
        }
        asked => asked.to_vec(),
    };
    let parse = |name: &String| {
        name.parse::<Recipient>().map_err(|error| {
            CliError::input(Diagnostic::error(error.to_string()).hint("an age public key starts with `age1`"))
        })
    };
    names.iter().map(parse).collect()
}
