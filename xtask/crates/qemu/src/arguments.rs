//! From a description to the command line of QEMU.

use std::ffi::OsString;
use std::path::Path;

use crate::Accelerator;
use crate::machine::{Boot, Bus, Disk, Format, Machine, Network, Nic};

/// Files of a machine, all in its directory.
pub(crate) const SERIAL: &str = "serial";
pub(crate) const CONTROL_SOCKET: &str = "qmp";
pub(crate) const TPM_SOCKET: &str = "tpm";
pub(crate) const VARIABLES: &str = "variables.fd";

impl Machine {
    /// The arguments of `qemu-system-x86_64` for a machine whose sockets and logs lie in `directory`.
    pub fn arguments(&self, directory: &Path) -> Vec<OsString> {
        let mut line = Line { words: Vec::new() };
        let within = |name: &str| escaped(&directory.join(name));
        line.add(["-name", &escaped_text(&self.name)]);
        line.add(["-nodefaults", "-no-user-config", "-display", "none", "-monitor", "none"]);
        line.add(["-machine", "q35"]);
        line.add(match self.accelerator {
            // Nehalem is the cheapest one of x86-64-v2 to compute.
            Accelerator::Tcg => ["-accel", "tcg,thread=multi", "-cpu", "Nehalem"],
            Accelerator::Kvm => ["-accel", "kvm", "-cpu", "host"],
        });
        line.add(["-smp", &self.processors.to_string(), "-m", &self.memory.to_string()]);
        if !self.reboots {
            line.add(["-no-reboot"]);
        }
        line.add(["-chardev", &format!("pipe,id=serial,path={}", within(SERIAL))]);
        line.add(["-serial", "chardev:serial"]);
        line.add(["-qmp", &format!("unix:{},server=on,wait=off", within(CONTROL_SOCKET))]);
        if let Some(serial) = &self.serial {
            line.add(["-smbios", &format!("type=1,serial={}", escaped_text(serial))]);
        }
        line.boot(&self.boot, &within(VARIABLES));
        if self.disks.iter().any(|disk| disk.bus == Bus::Cd) {
            line.add(["-device", "virtio-scsi-pci,id=scsi"]);
        }
        for (index, disk) in self.disks.iter().enumerate() {
            line.disk(index, disk);
        }
        for (index, nic) in self.nics.iter().enumerate() {
            line.nic(index, nic);
        }
        if self.tpm {
            line.add(["-chardev", &format!("socket,id=tpm,path={}", within(TPM_SOCKET))]);
            line.add(["-tpmdev", "emulator,id=tpm0,chardev=tpm", "-device", "tpm-crb,tpmdev=tpm0"]);
        }
        line.words
    }
}

struct Line {
    words: Vec<OsString>,
}

impl Line {
    fn add<const N: usize>(&mut self, words: [&str; N]) {
        self.words.extend(words.map(OsString::from));
    }

    fn boot(&mut self, boot: &Boot, variables: &str) {
        match boot {
            Boot::Uefi(firmware) => {
                let code = escaped(&firmware.code);
                self.add(["-drive", &format!("if=pflash,format=raw,unit=0,readonly=on,file={code}")]);
                self.add(["-drive", &format!("if=pflash,format=raw,unit=1,file={variables}")]);
            }
            Boot::Kernel { kernel, initrd, command_line } => {
                self.words.extend(["-kernel".into(), kernel.clone().into_os_string()]);
                if let Some(initrd) = initrd {
                    self.words.extend(["-initrd".into(), initrd.clone().into_os_string()]);
                }
                self.add(["-append", command_line]);
            }
        }
    }

    fn disk(&mut self, index: usize, disk: &Disk) {
        let format = match disk.format {
            Format::Raw => "raw",
            Format::Qcow2 => "qcow2",
        };
        let kept = match (disk.bus, disk.keep) {
            (Bus::Cd, _) => "media=cdrom,readonly=on",
            (_, true) => "snapshot=off",
            (_, false) => "snapshot=on",
        };
        let file = escaped(&disk.file);
        self.add(["-drive", &format!("if=none,id=disk{index},format={format},{kept},file={file}")]);
        let device = match disk.bus {
            Bus::Nvme => "nvme",
            Bus::Virtio => "virtio-blk-pci",
            Bus::Sata => "ide-hd",
            Bus::Cd => "scsi-cd",
        };
        let serial = escaped_text(&disk.serial);
        self.add(["-device", &format!("{device},drive=disk{index},serial={serial},bootindex={index}")]);
    }

    fn nic(&mut self, index: usize, nic: &Nic) {
        let backend = match &nic.network {
            Network::User { restricted, forwards } => {
                let forward = |forward: &crate::Forward| {
                    format!(",hostfwd=tcp:127.0.0.1:{}-:{}", forward.host, forward.guest)
                };
                let restrict = if *restricted { "on" } else { "off" };
                let forwards: String = forwards.iter().map(forward).collect();
                format!("user,id=net{index},restrict={restrict}{forwards}")
            }
            Network::Segment { port } => {
                format!("socket,id=net{index},mcast=230.10.0.1:{port},localaddr=127.0.0.1")
            }
        };
        let mac = nic.mac.map(|byte| format!("{byte:02x}")).join(":");
        // Without a ROM, because firmware would wait for an answer from the network before it tries disks.
        let device = format!("virtio-net-pci,netdev=net{index},mac={mac},romfile=");
        self.add(["-netdev", &backend, "-device", &device]);
    }
}

fn escaped(path: &Path) -> String {
    escaped_text(&path.to_string_lossy())
}

/// QEMU splits values at commas, unless they are doubled.
fn escaped_text(text: &str) -> String {
    text.replace(',', ",,")
}

#[cfg(test)]
mod tests;
