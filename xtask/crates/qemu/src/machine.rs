//! What a machine is.

use std::path::PathBuf;

use crate::{Accelerator, Firmware};

/// A machine, before it runs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Machine {
    /// Its name, for messages and for its window.
    pub name: String,
    /// Its memory in MiB.
    pub memory: u32,
    /// Its processors.
    pub processors: u32,
    /// How it computes.
    pub accelerator: Accelerator,
    /// What it starts.
    pub boot: Boot,
    /// Its disks, in the order in which firmware tries them.
    pub disks: Vec<Disk>,
    /// Its network interfaces.
    pub nics: Vec<Nic>,
    /// Whether it has a TPM 2.0.
    pub tpm: bool,
    /// The serial number that it shows in its system information; a name for a machine's configuration.
    pub serial: Option<String>,
    /// Whether a reset starts it again; otherwise it ends the machine.
    pub reboots: bool,
}

impl Machine {
    /// A machine of 512 MiB and one processor without disks or networks, which ends when it resets.
    pub fn new(name: impl Into<String>, boot: Boot) -> Self {
        Self {
            name: name.into(),
            memory: 512,
            processors: 1,
            accelerator: Accelerator::Tcg,
            boot,
            disks: Vec::new(),
            nics: Vec::new(),
            tpm: false,
            serial: None,
            reboots: false,
        }
    }
}

/// What a machine starts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Boot {
    /// What UEFI finds on its disks.
    Uefi(Firmware),
    /// A kernel, without firmware.
    Kernel {
        /// The kernel.
        kernel: PathBuf,
        /// Its initramfs.
        initrd: Option<PathBuf>,
        /// Its command line.
        command_line: String,
    },
}

/// A disk or CD.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Disk {
    /// The file that it is.
    pub file: PathBuf,
    /// The format of that file.
    pub format: Format,
    /// How the machine sees it.
    pub bus: Bus,
    /// Its serial number, at most 20 characters, by which a guest finds it below `/dev/disk/by-id`.
    pub serial: String,
    /// Whether what the machine writes stays in the file; otherwise it is gone when the machine ends.
    pub keep: bool,
}

/// The format of a disk's file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// The bytes of the disk.
    Raw,
    /// QEMU's own.
    Qcow2,
}

/// How a machine sees a disk.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Bus {
    /// `/dev/nvme<n>n1`. A machine with one cannot be saved.
    Nvme,
    /// `/dev/vd<x>`.
    Virtio,
    /// `/dev/sd<x>`.
    Sata,
    /// `/dev/sr<n>`, read only.
    Cd,
}

/// A network interface.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Nic {
    /// Its address; each interface of one network needs its own.
    pub mac: [u8; 6],
    /// What it is plugged into.
    pub network: Network,
}

/// What an interface is plugged into.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Network {
    /// QEMU's own network of one machine, with DHCP; the host reaches the ports that are forwarded.
    User {
        /// Whether the guest reaches nothing beyond QEMU.
        restricted: bool,
        /// Ports of the host that lead to the guest.
        forwards: Vec<Forward>,
    },
    /// A segment that all machines on this host with the same port share, over multicast on loopback.
    Segment {
        /// The UDP port.
        port: u16,
    },
}

/// A TCP port of the host's loopback address that leads to one of the guest.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Forward {
    /// The port of the host.
    pub host: u16,
    /// The port of the guest.
    pub guest: u16,
}
