//! Configurations of many machines, made and checked; the same for one machine by talosctl.

use std::path::{Path, PathBuf};

use process::Command;

use super::figures::Figures;
use super::runs::{bare, median, xtask};
use super::stage::Stage;
use super::synthetic::write;
use crate::error::CliError;

/// The program to compare with.
const TALOSCTL: &str = "talosctl";
const MACHINES: usize = 1000;
const CONTROL_PLANES: usize = 5;
/// How often a measurement is repeated.
const OFTEN: usize = 9;

const CLUSTER: &str = "name: big
description: Many machines.
environment: staging
role: standalone
engines: [flux]
kubernetes: {version: 1.34.1}
endpoint: https://10.100.0.10:6443
networks:
  machines: 10.100.0.0/16
  pods: 10.240.0.0/12
  services: 172.20.0.0/16
  gateway: 10.100.0.1
  nameservers: [10.100.0.1]
  vips: [10.100.0.10]
talos: {version: 1.11.3, image: big}
registry: oci://registry.example.org/releases
units: []
";
const IMAGE: &str = "kind: machine\ndescription: A plain one.\nbase: {talos: v1.11.3}\n";
const ALL: &str = "machine:\n  sysctls: {net.core.somaxconn: \"65535\", vm.nr_hugepages: \"1024\"}\n";
const KUBELET: &str = "machine:\n  kubelet:\n    extraArgs: {rotate-server-certificates: \"true\"}\n";

pub(super) fn measure(stage: &Stage<'_>, figures: &mut Figures) -> Result<(), CliError> {
    stage.printer.note(&format!("making the configurations of {MACHINES} machines"));
    let workspace = stage.path("machines");
    write_machines(stage, &workspace)?;
    let store = stage.path("machines-store");
    let unit = ["build", "hosts/big"];
    let (mut own, mut walls) = (Vec::new(), Vec::new());
    for number in 0..OFTEN {
        // Another text each time, so that every configuration is made.
        let text = format!("machine:\n  sysctls: {{kernel.pid_max: \"{}\"}}\n", 100_000 + number);
        write(stage, &workspace.join("hosts/big/patches/all/number.yaml"), &text)?;
        let usage = xtask(&workspace, &store, &unit)?;
        own.push(usage.own);
        walls.push(usage.wall);
    }
    let what = format!("{MACHINES} machines");
    let note = format!("{:.2} s of wall, files written included", median(walls));
    figures.limited(&format!("{what}, made and checked: processor time"), median(own), "s", 2.0, &note);
    // A snapshot of files that have just been written is not trusted.
    std::thread::sleep(std::time::Duration::from_millis(50));
    xtask(&workspace, &store, &unit)?;
    xtask(&workspace, &store, &unit)?;
    let mut walls = Vec::new();
    for _ in 0..OFTEN {
        walls.push(xtask(&workspace, &store, &unit)?.wall * 1000.0);
    }
    figures.limited(&format!("{what}, nothing changed: wall"), median(walls), "ms", 30.0, "");
    talosctl(stage, &workspace, figures)
}

fn write_machines(stage: &Stage<'_>, workspace: &Path) -> Result<(), CliError> {
    write(stage, &workspace.join("Cargo.toml"), "")?;
    let big = workspace.join("hosts/big");
    write(stage, &big.join("cluster.yaml"), CLUSTER)?;
    write(stage, &big.join("patches/all/sysctls.yaml"), ALL)?;
    write(stage, &big.join("patches/all/kubelet.yaml"), KUBELET)?;
    write(stage, &workspace.join("images/big.yaml"), IMAGE)?;
    for number in 0..MACHINES {
        let role = if number < CONTROL_PLANES { "control-plane" } else { "worker" };
        let (high, low) = (number / 250 + 1, number % 250 + 1);
        let text = format!(
            "name: node-{number:04}\nrole: {role}\naddress: 10.100.{high}.{low}\ninstall: {{disk: /dev/nvme0n1}}\nlabels: \
             {{example.org/rack: \"{}\"}}\ninterfaces: [{{selector: {{physical: true}}, mtu: 1500}}]\n",
            number / 40
        );
        write(stage, &big.join(format!("machines/node-{number:04}.yaml")), &text)?;
    }
    Ok(())
}

/// What talosctl takes for one machine: a configuration, its patches, validation.
fn talosctl(stage: &Stage<'_>, workspace: &Path, figures: &mut Figures) -> Result<(), CliError> {
    let Some(program) = process::find(TALOSCTL) else {
        stage.printer.note(&format!("there is no `{TALOSCTL}` to compare with"));
        return Ok(());
    };
    let scratch = stage.path("talosctl");
    stage.done(std::fs::create_dir_all(&scratch))?;
    let run = |words: Vec<String>| bare(&Command::new(&program, &scratch).args(words));
    let text = |path: PathBuf| path.display().to_string();
    let patches = workspace.join("hosts/big/patches/all");
    let secrets = text(scratch.join("secrets.yaml"));
    run(words(&["gen", "secrets", "--output-file", &secrets]))?;
    let (made, whole) = (text(scratch.join("made.yaml")), text(scratch.join("whole.yaml")));
    let patch = |name: &str| format!("@{}", text(patches.join(name)));
    let mut totals = Vec::new();
    for _ in 0..OFTEN {
        let mut total = 0.0;
        for call in [
            words(&[
                "gen",
                "config",
                "big",
                "https://10.100.0.10:6443",
                "--with-secrets",
                &secrets,
                "--output-types",
                "worker",
                "--output",
                &made,
                "--force",
                "--install-disk",
                "/dev/nvme0n1",
            ]),
            words(&[
                "machineconfig",
                "patch",
                &made,
                "--patch",
                &patch("sysctls.yaml"),
                "--patch",
                &patch("kubelet.yaml"),
                "--patch",
                &patch("number.yaml"),
                "--output",
                &whole,
            ]),
            words(&["validate", "--mode", "metal", "--config", &whole]),
        ] {
            total += run(call)?[1] * 1000.0;
        }
        totals.push(total);
    }
    let note = "gen config, machineconfig patch, validate";
    figures.told("talosctl, one machine: processor time", median(totals), "ms", note);
    Ok(())
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}
