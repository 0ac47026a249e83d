//! Our images in machines: firmware, loader, kernel and first program come up from each kind of image.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test, in functions of its own too"
)]

mod enrolment;
mod guest;
mod images;
mod lab;
mod secure;

use std::fs;
use std::path::Path;
use std::time::Duration;

use disk::Image;
use end_to_end::skip;
use qemu::{Accelerator, Boot, Bus, Disk, Firmware, Format, Machine, Network, Nic, QemuError, Running};
use serde_json::json;

use crate::guest::{Guest, UP, guest};

/// More than any machine takes that comes up at all, on a host that is busy with other things.
const LONG: Duration = Duration::from_mins(8);

fn guest_or_skip(test: &str) -> Option<&'static Guest> {
    guest().map_err(|reason| skip(test, reason)).ok()
}

fn uefi(name: &str, file: &Path, format: Format, bus: Bus) -> Machine {
    let mut machine = Machine::new(name, Boot::Uefi(Firmware::find().unwrap()));
    let (file, serial) = (file.to_owned(), "lab-disk-0".to_owned());
    machine.disks.push(Disk { file, format, bus, serial, keep: false });
    machine
}

/// A machine without firmware, whose first program gets a word.
fn direct(guest: &Guest, word: &str) -> Machine {
    Machine::new(
        word,
        Boot::Kernel {
            kernel: guest.kernel.clone(),
            initrd: Some(guest.initrd.clone()),
            command_line: format!("console=ttyS0 panic=-1 quiet -- {word}"),
        },
    )
}

/// A machine without firmware, whose first program stays.
fn ticking(guest: &Guest) -> Machine {
    direct(guest, "ticks")
}

#[test]
fn every_kind_of_image_boots_on_every_bus_and_all_at_once() {
    let Some(guest) = guest_or_skip("every_kind_of_image_boots_on_every_bus_and_all_at_once") else { return };
    let temporary = tempfile::tempdir().unwrap();
    // El Torito counts 32 MiB; the files of this partition lie behind that.
    let far = || images::esp(guest, 40 << 20);
    let write = |name: &str, image: &Image| images::file(temporary.path(), name, image);
    let raw = write("raw", &images::raw(images::esp(guest, 0)));
    let qcow2 = images::packed(temporary.path(), images::esp(guest, 0));
    let cd = write("iso", &images::cd(far()));
    let machines = [
        uefi("raw-nvme", &raw, Format::Raw, Bus::Nvme),
        uefi("qcow2-virtio", &qcow2, Format::Qcow2, Bus::Virtio),
        uefi("iso-cd", &cd, Format::Raw, Bus::Cd),
        uefi("iso-sata", &cd, Format::Raw, Bus::Sata),
    ];
    let before = fs::read(&raw).unwrap();
    let running: Vec<Running> = machines
        .iter()
        .map(|machine| {
            let directory = temporary.path().join(format!("m-{}", machine.name));
            fs::create_dir(&directory).unwrap();
            Running::start(machine, &directory).unwrap()
        })
        .collect();
    for machine in &running {
        machine.wait_for(UP, LONG).unwrap();
        machine.wait(LONG).unwrap();
    }
    assert!(fs::read(&raw).unwrap() == before, "a machine that does not keep its disk changed it");
}

#[test]
fn a_machine_shows_what_it_was_given() {
    let Some(guest) = guest_or_skip("a_machine_shows_what_it_was_given") else { return };
    if process::find("swtpm").is_none() {
        return skip("a_machine_shows_what_it_was_given", "there is no `swtpm`");
    }
    let temporary = tempfile::tempdir().unwrap();
    let raw = images::file(temporary.path(), "raw", &images::raw(images::esp(guest, 0)));
    let mut machine = uefi("full", &raw, Format::Raw, Bus::Nvme);
    machine.tpm = true;
    machine.processors = 2;
    machine.accelerator = Accelerator::Tcg;
    let user = Network::User { restricted: true, forwards: Vec::new() };
    machine.nics = vec![
        Nic { mac: [0x52, 0x54, 0, 0, 0, 1], network: user },
        Nic { mac: [0x52, 0x54, 0, 0, 0, 2], network: Network::Segment { port: 23_451 } },
    ];
    let running = Running::start(&machine, temporary.path()).unwrap();
    running.wait_for(UP, LONG).unwrap();
    let said = running.serial().text();
    for wanted in ["ACPI: TPM2", "smpboot: Allowing 2 CPUs", "nvme nvme0"] {
        assert!(said.contains(wanted), "{wanted} is not in\n{said}");
    }
}

#[test]
fn the_accelerator_that_is_found_boots_a_guest() {
    let Some(guest) = guest_or_skip("the_accelerator_that_is_found_boots_a_guest") else { return };
    let temporary = tempfile::tempdir().unwrap();
    let [probe, machine] = ["probe", "machine"].map(|name| temporary.path().join(name));
    fs::create_dir(&probe).unwrap();
    fs::create_dir(&machine).unwrap();
    let found = Accelerator::probe(&Firmware::find().unwrap(), &probe).unwrap();
    // Without the device there is nothing to find; with it only what was seen to come up.
    assert!(found == Accelerator::Tcg || Path::new("/dev/kvm").exists());
    let running = Running::start(&Machine { accelerator: found, ..ticking(guest) }, &machine).unwrap();
    running.wait_for(UP, LONG).unwrap();
    running.wait_for("tick 1.", LONG).unwrap();
}

#[test]
fn a_disk_that_starts_nothing_is_told() {
    if guest_or_skip("a_disk_that_starts_nothing_is_told").is_none() {
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    let empty = images::file(temporary.path(), "empty", &Image::new(8 << 20));
    let running = Running::start(&uefi("empty", &empty, Format::Raw, Bus::Virtio), temporary.path()).unwrap();
    let told = running.wait_for(UP, LONG).unwrap_err();
    assert!(matches!(told, QemuError::Failed { .. }), "{told}");
}

#[test]
fn what_is_typed_is_read_and_what_is_said_is_said_once() {
    let Some(guest) = guest_or_skip("what_is_typed_is_read_and_what_is_said_is_said_once") else { return };
    let temporary = tempfile::tempdir().unwrap();
    let running = Running::start(&direct(guest, "echo"), temporary.path()).unwrap();
    // Whoever has opened the line to type makes nothing else of what is said.
    let mut console = running.console().unwrap();
    running.wait_for("guest: reads", LONG).unwrap();
    console.send(b"so it is\n").unwrap();
    running.wait_for("guest: read so it is.", LONG).unwrap();
    let said = running.serial().text();
    let (_, said) = said.split_once("guest: up").unwrap();
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("line")).collect();
    let wanted: Vec<String> = (0..2000).map(|number| format!("guest: line {number}.")).collect();
    assert_eq!(lines, wanted);
    running.end();
    // Its end is near, and whoever types is told.
    while console.send(b"x").is_ok() {
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_machine_is_stopped_saved_and_restored() {
    let Some(guest) = guest_or_skip("a_machine_is_stopped_saved_and_restored") else { return };
    let temporary = tempfile::tempdir().unwrap();
    let [first, second, saved] = ["first", "second", "saved"].map(|name| temporary.path().join(name));
    fs::create_dir(&first).unwrap();
    fs::create_dir(&second).unwrap();
    let machine = ticking(guest);
    let running = Running::start(&machine, &first).unwrap();
    running.wait_for("tick 2.", LONG).unwrap();
    let mut control = running.control().unwrap();
    control.save(&saved).unwrap();
    let status = control.execute("query-status", &json!({})).unwrap();
    assert_eq!(status["running"], false);
    let refused = control.execute("no-such-command", &json!({})).unwrap_err();
    assert!(matches!(refused, QemuError::Refused { .. }), "{refused}");
    drop(control);
    running.end();

    let again = Running::restore(&machine, &second, &saved).unwrap();
    again.control().unwrap().resume().unwrap();
    again.wait_for("tick 5.", LONG).unwrap();
    // It goes on; it did not start anew.
    assert!(!again.serial().text().contains(UP));
}

#[test]
fn what_a_machine_lacks_is_told() {
    if guest_or_skip("what_a_machine_lacks_is_told").is_none() {
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    let absent = uefi("absent", Path::new("no/such/disk"), Format::Raw, Bus::Virtio);
    let told = Running::start(&absent, temporary.path()).err().unwrap().to_string();
    assert_eq!(told, "could not open `no/such/disk`");
    let deep = temporary.path().join("d".repeat(100));
    fs::create_dir(&deep).unwrap();
    let told = Running::start(&absent, &deep).err().unwrap();
    assert!(matches!(told, QemuError::Directory(_)), "{told}");
    // A file that is no qcow2.
    let file = images::file(temporary.path(), "raw", &Image::new(1 << 20));
    let wrong = Running::start(&uefi("wrong", &file, Format::Qcow2, Bus::Virtio), temporary.path()).unwrap();
    let told = wrong.wait_for(UP, LONG).unwrap_err().to_string();
    assert!(told.contains("Image is not in qcow2 format"), "{told}");
}
