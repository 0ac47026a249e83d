//! `boot`: an image in machines of QEMU.

mod built;
mod follow;
mod image;
mod place;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use catalogue::Medium;
use clap::ValueEnum;
use diag::Diagnostic;
use disk::Guid;
use qemu::{Accelerator, Boot, Disk, Firmware, Machine, Network, Nic, QemuError, Running};
use secureboot::{Certificate, Trust};

use crate::args::Global;
use crate::commands::build::image::Keys;
use crate::error::{CHECK, CliError, ENVIRONMENT, chain};
use crate::printer::Printer;

/// Boot an image in machines of QEMU and tell when it is up.
///
/// The image is `images/<name>`, which is built first, or a file: a raw disk, one packed with zstd, a qcow2 file, an ISO, or a
/// unified kernel image. What a file is, its first bytes tell. The disk of the machine of a built image is kept until the
/// image changes. What a machine says on its serial line is printed; what is typed goes to the first machine. The machines
/// end with this command: by Ctrl-C, or when they power off.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask boot images/lab
  cargo xtask boot images/lab --output iso --nodes 2
  cargo xtask boot lab.raw
  cargo xtask boot lab.iso --nodes 3 --memory 1024 --snapshot
  cargo xtask boot lab.raw --until 'login:' --once-up    a check for scripts")]
pub(crate) struct Args {
    /// The image: `images/<name>`, or a file
    image: PathBuf,
    /// Which output of a built image; unless given, the first one of `raw`, `qcow2`, `raw.zst`, `iso` and `uki` that it has
    #[arg(long, value_name = "OUTPUT", value_parser = built::output)]
    output: Option<Medium>,
    #[command(flatten)]
    keys: Keys,
    /// Leave the image as it is: what the machines write is gone when they end; always so for more than one
    #[arg(long)]
    snapshot: bool,
    /// How many machines, on a network of their own
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=32))]
    nodes: u8,
    /// Memory of each machine in MiB
    #[arg(long, value_name = "MIB", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(64..))]
    memory: u32,
    /// Processors of each machine
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    processors: u32,
    /// Give each machine a TPM 2.0
    #[arg(long)]
    tpm: bool,
    /// A certificate in PEM: firmware starts only what its key has signed
    #[arg(long, value_name = "FILE")]
    secure_boot: Option<PathBuf>,
    /// How machines see the image
    #[arg(long, value_enum, default_value_t = Bus::Auto)]
    bus: Bus,
    /// How machines compute; `auto` tries whether hardware virtualisation works
    #[arg(long, value_enum, default_value_t = Compute::Auto)]
    accelerator: Compute,
    /// What a machine says when it is up; unless given, what a kernel or Talos says when the first program runs
    #[arg(long, value_name = "TEXT")]
    until: Option<String>,
    /// How many seconds a machine may take until it is up
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    timeout: u64,
    /// End the machines once all are up
    #[arg(long)]
    once_up: bool,
}

/// How machines see a disk.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Bus {
    /// A CD for an ISO, virtio for all else
    Auto,
    /// `/dev/nvme0n1`
    Nvme,
    /// `/dev/vda`
    Virtio,
    /// `/dev/sda`
    Sata,
    /// `/dev/sr0`
    Cd,
}

/// How machines compute.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Compute {
    /// The best one that works here
    Auto,
    /// Translate each instruction
    Tcg,
    /// Hardware virtualisation
    Kvm,
}

/// What shows that the first program runs: Linux's own words, and those of Talos, whose command line is quieter.
const UP: [&str; 3] = ["Run /init as init process", "[talos] ", " login:"];

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    let directory =
        place::Place::new().map_err(|error| CliError::environment(&error, "cannot make a directory"))?;
    let (image, own) = match built::name(&args.image) {
        Some(name) => built::open(&name, args, global, directory.path(), printer)?,
        None => (image::open(&args.image, directory.path())?, None),
    };
    let mut firmware = Firmware::find()?;
    if let Some(certificate) = args.secure_boot.as_ref().or(own.as_ref()) {
        firmware.variables = enrolled(certificate, &firmware.variables, directory.path())?;
    }
    let accelerator = accelerator(args, &firmware, directory.path(), printer)?;
    let machines: Vec<Machine> =
        (1..=args.nodes).map(|node| machine(args, &image, &firmware, accelerator, node)).collect();
    let running = machines
        .iter()
        .map(|machine| {
            let own = directory.path().join(&machine.name);
            fs::create_dir(&own).map_err(|source| QemuError::File {
                what: "make",
                path: own.clone(),
                source,
            })?;
            Running::start(machine, &own)
        })
        .collect::<Result<Vec<_>, QemuError>>()?;
    let until: Vec<&str> = args.until.as_deref().map_or_else(|| UP.to_vec(), |text| vec![text]);
    let time = Duration::from_secs(args.timeout);
    follow::follow(&running, &follow::Wanted { until, time, once_up: args.once_up }, printer)?;
    Ok(0)
}

/// Variables of firmware that trusts one certificate.
fn enrolled(certificate: &Path, variables: &Path, directory: &Path) -> Result<PathBuf, CliError> {
    let named = |error: &dyn std::fmt::Display| {
        let text = format!("cannot trust the certificate `{}`: {error}", certificate.display());
        CliError::input(Diagnostic::error(text))
    };
    let text = fs::read_to_string(certificate).map_err(|error| named(&error))?;
    let found = Certificate::from_pem(&text).map_err(|error| named(&error))?;
    let file = |what, path: &Path| {
        let path = path.to_owned();
        move |source| QemuError::File { what, path, source }
    };
    let store = fs::read(variables).map_err(file("read", variables))?;
    let trust = Trust {
        platform: found.clone(),
        exchange: found.clone(),
        signers: vec![found],
        owner: Guid::derived(Guid::NIL, "owner"),
    };
    let changed = secureboot::enroll(&store, &trust).map_err(|error| named(&error))?;
    let path = directory.join("enrolled.fd");
    fs::write(&path, changed).map_err(file("write", &path))?;
    Ok(path)
}

fn accelerator(
    args: &Args,
    firmware: &Firmware,
    directory: &Path,
    printer: &Printer,
) -> Result<Accelerator, CliError> {
    match args.accelerator {
        Compute::Tcg => Ok(Accelerator::Tcg),
        Compute::Kvm => Ok(Accelerator::Kvm),
        Compute::Auto => {
            let probe = directory.join("probe");
            fs::create_dir(&probe).map_err(|source| QemuError::File {
                what: "make",
                path: probe.clone(),
                source,
            })?;
            let found = Accelerator::probe(firmware, &probe)?;
            if found == Accelerator::Tcg {
                printer.note("hardware virtualisation does not work here: each instruction is translated");
            }
            Ok(found)
        }
    }
}

fn machine(
    args: &Args,
    image: &image::Found,
    firmware: &Firmware,
    accelerator: Accelerator,
    node: u8,
) -> Machine {
    let bus = match args.bus {
        Bus::Auto if image.is_iso => qemu::Bus::Cd,
        Bus::Auto | Bus::Virtio => qemu::Bus::Virtio,
        Bus::Nvme => qemu::Bus::Nvme,
        Bus::Sata => qemu::Bus::Sata,
        Bus::Cd => qemu::Bus::Cd,
    };
    let mut machine = Machine::new(format!("node-{node}"), Boot::Uefi(firmware.clone()));
    machine.memory = args.memory;
    machine.processors = args.processors;
    machine.accelerator = accelerator;
    machine.tpm = args.tpm;
    machine.serial = Some(machine.name.clone());
    machine.reboots = !args.once_up;
    machine.disks.push(Disk {
        file: image.file.clone(),
        format: image.format,
        bus,
        serial: "image".to_owned(),
        keep: image.keeps && !args.snapshot && args.nodes == 1,
    });
    let user = Network::User { restricted: false, forwards: Vec::new() };
    machine.nics.push(Nic { mac: [0x52, 0x54, 0, 0, 0, node], network: user });
    if args.nodes > 1 {
        // Another one for each run, so that two of them do not meet.
        let port = 20_000 + u16::try_from(std::process::id() % 20_000).unwrap_or_default();
        machine.nics.push(Nic { mac: [0x52, 0x54, 0, 0, 1, node], network: Network::Segment { port } });
    }
    machine
}

impl From<QemuError> for CliError {
    fn from(error: QemuError) -> Self {
        let (code, hint) = match &error {
            QemuError::Failed { .. } => (CHECK, Some("is there anything in the image that UEFI starts?")),
            QemuError::Silent { .. } => (
                CHECK,
                Some(
                    "a kernel speaks here with `console=ttyS0` on its command line; `--timeout` gives it more time",
                ),
            ),
            QemuError::Ended { .. } | QemuError::StillRuns { .. } => (CHECK, None),
            QemuError::Program(..) | QemuError::Firmware { .. } => {
                (ENVIRONMENT, Some("install it with the packages of your system"))
            }
            QemuError::Directory(_) => (ENVIRONMENT, Some("`TMPDIR` names a shorter one")),
            _ => (ENVIRONMENT, None),
        };
        let diagnostic = Diagnostic::error(chain(&error));
        Self { code, diagnostics: vec![hint.into_iter().fold(diagnostic, Diagnostic::hint)] }
    }
}
