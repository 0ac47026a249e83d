use std::path::Path;

use crate::{Accelerator, Boot, Bus, Disk, Firmware, Format, Forward, Machine, Network, Nic};

fn line(machine: &Machine) -> Vec<String> {
    let words = machine.arguments(Path::new("/m"));
    words.into_iter().map(|word| word.into_string().unwrap()).collect()
}

fn firmware() -> Boot {
    Boot::Uefi(Firmware { code: "/f/code.fd".into(), variables: "/f/vars.fd".into() })
}

#[test]
fn a_machine_with_everything() {
    let mut machine = Machine::new("node, one", firmware());
    let disk =
        |file: &str, format, bus, keep| Disk { file: file.into(), format, bus, serial: "s1".into(), keep };
    machine.disks = vec![
        disk("/a,b.raw", Format::Raw, Bus::Nvme, true),
        disk("/c.qcow2", Format::Qcow2, Bus::Virtio, false),
        disk("/d", Format::Raw, Bus::Sata, false),
        disk("/e.iso", Format::Raw, Bus::Cd, true),
    ];
    let forwards = vec![Forward { host: 1, guest: 2 }, Forward { host: 3, guest: 4 }];
    let mac = [0x52, 0x54, 0, 0, 0, 0x0A];
    machine.nics = vec![
        Nic { mac, network: Network::User { restricted: true, forwards } },
        Nic { mac, network: Network::Segment { port: 12345 } },
    ];
    machine.tpm = true;
    machine.serial = Some("x,y".to_owned());
    let line = line(&machine);
    for wanted in [
        ["-name", "node,, one"],
        ["-machine", "q35"],
        ["-accel", "tcg,thread=multi"],
        ["-m", "512"],
        ["-smbios", "type=1,serial=x,,y"],
        ["-drive", "if=pflash,format=raw,unit=0,readonly=on,file=/f/code.fd"],
        ["-drive", "if=pflash,format=raw,unit=1,file=/m/variables.fd"],
        ["-drive", "if=none,id=disk0,format=raw,snapshot=off,file=/a,,b.raw"],
        ["-device", "nvme,drive=disk0,serial=s1,bootindex=0"],
        ["-drive", "if=none,id=disk1,format=qcow2,snapshot=on,file=/c.qcow2"],
        ["-device", "virtio-blk-pci,drive=disk1,serial=s1,bootindex=1"],
        ["-device", "ide-hd,drive=disk2,serial=s1,bootindex=2"],
        ["-drive", "if=none,id=disk3,format=raw,media=cdrom,readonly=on,file=/e.iso"],
        ["-device", "scsi-cd,drive=disk3,serial=s1,bootindex=3"],
        ["-netdev", "user,id=net0,restrict=on,hostfwd=tcp:127.0.0.1:1-:2,hostfwd=tcp:127.0.0.1:3-:4"],
        ["-device", "virtio-net-pci,netdev=net0,mac=52:54:00:00:00:0a,romfile="],
        ["-netdev", "socket,id=net1,mcast=230.10.0.1:12345,localaddr=127.0.0.1"],
        ["-chardev", "pipe,id=serial,path=/m/serial"],
        ["-chardev", "socket,id=tpm,path=/m/tpm"],
        ["-device", "tpm-crb,tpmdev=tpm0"],
    ] {
        assert!(line.windows(2).any(|pair| pair == wanted), "{wanted:?} is not in {line:#?}");
    }
    assert!(line.contains(&"-no-reboot".to_owned()));
}

#[test]
fn a_kernel_needs_no_firmware() {
    let boot = Boot::Kernel { kernel: "/k".into(), initrd: Some("/i,j".into()), command_line: "a, b".into() };
    let mut machine = Machine::new("direct", boot);
    machine.accelerator = Accelerator::Kvm;
    machine.reboots = true;
    let line = line(&machine);
    let tail = ["-kernel", "/k", "-initrd", "/i,j", "-append", "a, b"];
    assert!(line.ends_with(&tail.map(str::to_owned)), "{line:?}");
    assert!(line.windows(2).any(|pair| pair == ["-cpu", "host"]));
    assert!(!line.iter().any(|word| word.contains("pflash") || word == "-no-reboot"));
}
