//! `secrets talosconfig` and `secrets kubeconfig`: how an administrator reaches a cluster.

use std::path::PathBuf;
use std::time::SystemTime;

use catalogue::Workspace;
use diag::Diagnostic;
use fleet::{Distribution, Fleet};
use talos::{Secret, SecretsBundle};

use super::bundle;
use crate::error::CliError;
use crate::printer::Printer;
use crate::private_file;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The cluster
    cluster: String,
    /// The file, which must not be there; `-` for stdout
    file: PathBuf,
    /// From when on its certificate counts, for a year, as in `2026-01-01T00:00:00Z`; the same time gives the same file.
    /// Now, unless given
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_rfc3339_weak)]
    from: Option<SystemTime>,
    /// Replace the file
    #[arg(long)]
    replace: bool,
}

/// Makes a client's file of a cluster's name, its bundle and the first second.
type Maker<'a> = &'a dyn Fn(&str, &SecretsBundle, u64) -> Result<Secret, talos::Error>;

pub(super) fn talosconfig(args: &Args, workspace: &Workspace, printer: &Printer) -> Result<u8, CliError> {
    let fleet = fleet::load(workspace, &args.cluster).map_err(CliError::inputs)?;
    if !matches!(fleet.distribution(), Some(Distribution::Talos(_))) {
        let diagnostic = Diagnostic::error(format!("cluster `{}` is not one of Talos", args.cluster));
        return Err(CliError::input(
            diagnostic.hint("`cargo xtask secrets kubeconfig` is for other clusters"),
        ));
    }
    let endpoints: Vec<String> = fleet.control_planes().map(|machine| machine.spec.address.clone()).collect();
    let maker = |name: &str, secrets: &SecretsBundle, now| talos::talosconfig(name, &endpoints, secrets, now);
    write(args, workspace, &fleet, &maker, printer)
}

pub(super) fn kubeconfig(args: &Args, workspace: &Workspace, printer: &Printer) -> Result<u8, CliError> {
    let fleet = fleet::load(workspace, &args.cluster).map_err(CliError::inputs)?;
    let hint = match fleet.distribution() {
        Some(Distribution::Talos(_) | Distribution::Kubeadm(_)) => None,
        Some(Distribution::K3s(_)) => Some("k3s writes one to `/etc/rancher/k3s/k3s.yaml` of its servers"),
        Some(Distribution::K3d(_)) => Some("`k3d kubeconfig get` prints one"),
        Some(Distribution::Vcluster(_)) => Some("`vcluster connect` makes one"),
        None => Some("its description says nothing of what makes it"),
    };
    if let Some(hint) = hint {
        let message = format!("cluster `{}` does not take its authority from a bundle", args.cluster);
        return Err(CliError::input(Diagnostic::error(message).hint(hint)));
    }
    let endpoint = fleet.cluster.spec.endpoint.clone().unwrap_or_default();
    let maker = |name: &str, secrets: &SecretsBundle, now| talos::kubeconfig(name, &endpoint, secrets, now);
    write(args, workspace, &fleet, &maker, printer)
}

fn write(
    args: &Args,
    workspace: &Workspace,
    fleet: &Fleet,
    maker: Maker<'_>,
    printer: &Printer,
) -> Result<u8, CliError> {
    let secrets = bundle(workspace, &fleet.cluster)?;
    let from = args.from.unwrap_or_else(now).duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let made = maker(&fleet.cluster.spec.name, &secrets, from.as_secs()).map_err(|error| {
        let hint = "`cargo xtask secrets show` tells what the bundle of the cluster holds";
        CliError::input(Diagnostic::error(error.to_string()).hint(hint))
    })?;
    if args.file.as_os_str() == "-" {
        // Past the printer, which may say more on stdout.
        printer.data(made.reveal());
        return Ok(0);
    }
    private_file::write(&args.file, made.reveal().as_bytes(), workspace.root(), args.replace)?;
    printer.note(&format!("wrote `{}`, which only you can read", args.file.display()));
    Ok(0)
}

#[allow(clippy::disallowed_methods, reason = "certificates are valid from when they are made")]
fn now() -> SystemTime {
    SystemTime::now()
}
