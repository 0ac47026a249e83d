//! Disks: what a system is installed on must be there.

use catalogue::{Disk, DiskSelector, Install, Machine};
use diag::{Diagnostic, nearest};

use super::size::{Condition, bytes};
use crate::distribution::Distribution;
use crate::fleet::Fleet;

pub(super) fn check(fleet: &Fleet, found: &mut Vec<Diagnostic>) {
    for machine in fleet.machines.values() {
        described(machine, found);
        match (&fleet.distribution(), &machine.spec.install) {
            (Some(Distribution::Talos(_)), Some(install)) => installed(machine, install, found),
            (Some(Distribution::Talos(_)), None) if machine.is_online() => {
                let message = format!("machine `{}` says no disk to install on", machine.spec.name);
                let mistake = Diagnostic::error(message).at(&machine.source, machine.place(&["name"]), "");
                found.push(mistake.hint("add `install` with `disk: /dev/…` or a `selector`"));
            }
            (Some(Distribution::Kubeadm(_) | Distribution::K3s(_)), Some(_)) => {
                let message = format!("machine `{}`: nothing here installs its system", machine.spec.name);
                let mistake =
                    Diagnostic::error(message).at(&machine.source, machine.place(&["install"]), "here");
                found.push(mistake.hint("remove `install`: only Talos machines are installed from here"));
            }
            _ => {}
        }
    }
}

/// The disks that a machine says it has.
fn described(machine: &Machine, found: &mut Vec<Diagnostic>) {
    for (index, disk) in machine.spec.disks.iter().enumerate() {
        let number = index.to_string();
        let at = |field: &str, message: String| {
            let message = format!("machine `{}`: {message}", machine.spec.name);
            Diagnostic::error(message).at(&machine.source, machine.place(&["disks", &number, field]), "here")
        };
        if !disk.path.starts_with("/dev/") {
            let mistake = at("path", format!("`{}` is no path of a disk", disk.path));
            found.push(mistake.hint("write the path of the device, `/dev/nvme0n1`"));
        }
        if machine.spec.disks.iter().take(index).any(|other| other.path == disk.path) {
            let mistake = at("path", format!("the disk `{}` is listed twice", disk.path));
            found.push(mistake.hint("remove one of the two"));
        }
        if let Some(size) = disk.size.as_ref().filter(|size| bytes(size).is_none()) {
            found.push(at("size", format!("`{size}` is no size")).hint("write `500GB` or `512GiB`"));
        }
    }
}

fn installed(machine: &Machine, install: &Install, found: &mut Vec<Diagnostic>) {
    let at = |path: &[&str], message: String| {
        let message = format!("machine `{}`: {message}", machine.spec.name);
        Diagnostic::error(message).at(&machine.source, machine.place(path), "here")
    };
    match (&install.disk, &install.selector) {
        (Some(_), Some(_)) => {
            let mistake = at(&["install"], "both a disk and a selector to install on".to_owned());
            found.push(mistake.hint("Talos would take the selector and pass the disk over: keep one"));
        }
        (None, None) => {
            let mistake = at(&["install"], "neither a disk nor a selector to install on".to_owned());
            found.push(mistake.hint("add `disk: /dev/…` or a `selector`"));
        }
        (Some(disk), None) => named(machine, disk, found),
        (None, Some(selector)) => selected(machine, selector, found),
    }
}

fn named(machine: &Machine, disk: &str, found: &mut Vec<Diagnostic>) {
    let at = |message: String| {
        let message = format!("machine `{}`: {message}", machine.spec.name);
        Diagnostic::error(message).at(&machine.source, machine.place(&["install", "disk"]), "here")
    };
    if !disk.starts_with("/dev/") {
        let mistake = at(format!("`{disk}` is no path of a disk"));
        found.push(mistake.hint(format!("did you mean `/dev/{disk}`?")));
        return;
    }
    // What a link of udev leads to is known to the machine alone.
    if disk.starts_with("/dev/disk/") || machine.spec.disks.is_empty() {
        return;
    }
    let known = machine.spec.disks.iter().map(|disk| disk.path.as_str());
    if !known.clone().any(|path| path == disk) {
        let mistake = at(format!("it has no disk `{disk}` to install on"));
        found.push(match nearest(disk, known.clone()) {
            Some(near) => mistake.hint(format!("did you mean `{near}`?")),
            None => mistake.hint(format!("its disks: {}", known.collect::<Vec<_>>().join(", "))),
        });
    }
}

fn selected(machine: &Machine, selector: &DiskSelector, found: &mut Vec<Diagnostic>) {
    let at = |field: &str, message: String| {
        let message = format!("machine `{}`: {message}", machine.spec.name);
        let path = ["install", "selector", field];
        Diagnostic::error(message).at(&machine.source, machine.place(&path), "here")
    };
    let size = selector.size.as_ref().map(|text| (text, Condition::parse(text)));
    if let Some((text, None)) = size {
        let mistake = at("size", format!("`{text}` is no condition on a size"));
        found.push(mistake.hint("write `500GB`, `>= 100GB` or `< 1TB`"));
        return;
    }
    if is_empty(selector) {
        let mistake = at("", "the selector says nothing, so it takes any disk".to_owned());
        found.push(mistake.hint("say what the disk is like: `type`, `size`, `model`, `serial` …"));
        return;
    }
    let condition = size.and_then(|(_, condition)| condition);
    if machine.spec.disks.is_empty() || machine.spec.disks.iter().any(|disk| fits(disk, selector, condition))
    {
        return;
    }
    let mut mistake = at("", "no disk that it has fits the selector".to_owned());
    for (index, disk) in machine.spec.disks.iter().enumerate() {
        let why = misfit(disk, selector, condition).unwrap_or_default();
        let span = machine.place(&["disks", &index.to_string()]);
        mistake = mistake.also(&machine.source, span, why);
    }
    found.push(mistake.hint("correct the selector, or what `disks` says"));
}

fn is_empty(selector: &DiskSelector) -> bool {
    let DiskSelector { size, name, model, serial, modalias, uuid, wwid, kind, bus_path } = selector;
    let texts = [size, name, model, serial, modalias, uuid, wwid, bus_path];
    kind.is_none() && texts.iter().all(|text| text.is_none())
}

fn fits(disk: &Disk, selector: &DiskSelector, size: Option<Condition>) -> bool {
    misfit(disk, selector, size).is_none()
}

/// What of a disk does not fit a selector. What the description does not say may fit.
fn misfit(disk: &Disk, selector: &DiskSelector, size: Option<Condition>) -> Option<String> {
    if let (Some(condition), Some(text)) = (size, &disk.size)
        && bytes(text).is_some_and(|size| !condition.holds(size))
    {
        return Some(format!("its size is {text}"));
    }
    if selector.kind.is_some() && disk.kind.is_some() && selector.kind != disk.kind {
        return Some("it is of another type".to_owned());
    }
    let texts = [
        ("model", &selector.model, &disk.model),
        ("serial number", &selector.serial, &disk.serial),
        ("WWID", &selector.wwid, &disk.wwid),
        ("bus path", &selector.bus_path, &disk.bus_path),
    ];
    texts.into_iter().find_map(|(what, pattern, text)| {
        let (pattern, text) = (pattern.as_ref()?, text.as_ref()?);
        (!matches(pattern.as_bytes(), text.as_bytes())).then(|| format!("its {what} is {text}"))
    })
}

/// Whether a text fits a pattern with `*` for any text and `?` for any character.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut from, mut star) = (0, 0, None);
    while from < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(b'?') => (at, from) = (at + 1, from + 1),
            Some(byte) if text.get(from) == Some(byte) => (at, from) = (at + 1, from + 1),
            // Let the last star take one character more.
            _ => match star {
                Some((place, taken)) => {
                    star = Some((place, taken + 1));
                    (at, from) = (place + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}
