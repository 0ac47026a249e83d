//! Talos configurations: generated, then patched by the descriptions, then by the files of patches.

use catalogue::{Cni, Machine, MachineRole, Talos};
use diag::{Diagnostic, Source, SourceRef};
use talos::{Contract, Patch, SecretsBundle, Sources};
use yaml::Node;

use crate::configuration::{Configuration, Content};
use crate::documents::cert_sans;
use crate::fleet::Fleet;
use crate::talos_patch;

pub(crate) fn configurations(fleet: &Fleet, talos: &Talos) -> Result<Vec<Configuration>, Vec<Diagnostic>> {
    let contract = talos::contract(&talos.version).map_err(|error| vec![at_cluster(fleet, &error)])?;
    let cluster = cluster(fleet, talos, contract);
    let mut sources = Sources::default();
    let mut mistakes = Vec::new();
    let general = read(contract, &mut sources, &general(fleet), &mut mistakes);
    let patches: Vec<Option<Patch>> = fleet
        .patches
        .iter()
        .map(|patch| read(contract, &mut sources, &patch.source, &mut mistakes))
        .collect();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let mut configs = Vec::new();
    for machine in fleet.online() {
        let generated = generated(fleet, talos, machine);
        let config = match talos::generate(&cluster, &generated, &SecretsBundle::placeholders()) {
            Ok(config) => config,
            Err(error) => return Err(vec![at_cluster(fleet, &error)]),
        };
        let own = read(contract, &mut sources, &own(fleet, machine, contract), &mut mistakes);
        let files = fleet.patches.iter().zip(&patches).filter(|(file, _)| file.layer.applies_to(machine));
        let described = [(None, general.as_ref()), (None, own.as_ref())];
        let files = files.map(|(file, patch)| (Some(file), patch.as_ref()));
        let mut result = config;
        for (file, patch) in described.into_iter().chain(files) {
            let Some(patch) = patch else { continue };
            match talos::patch(&result, std::slice::from_ref(patch)) {
                Ok(config) => result = config,
                Err(error) => mistakes.push(misfit(machine, file.map(|file| &file.source), &error)),
            }
        }
        configs.push((machine.spec.name.clone(), result));
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let file = |machine: String, config| Configuration {
        file: format!("{machine}.yaml"),
        machine,
        content: Content::Talos { config: Box::new(config), sources: sources.clone() },
    };
    Ok(configs.into_iter().map(|(machine, config)| file(machine, config)).collect())
}

fn cluster(fleet: &Fleet, talos: &Talos, contract: Contract) -> talos::Cluster {
    let spec = &fleet.cluster.spec;
    let endpoint = spec.endpoint.clone().unwrap_or_default();
    let mut cluster = talos::Cluster::new(&spec.name, endpoint, contract);
    cluster.kubernetes.clone_from(&spec.kubernetes.version);
    if let Some(networks) = &spec.networks {
        let list = |text: &str| text.split(',').map(|part| part.trim().to_owned()).collect();
        cluster.pod_subnets = list(&networks.pods);
        cluster.service_subnets = list(&networks.services);
    }
    cluster.dns_domain.clone_from(&talos.domain);
    if talos.cni == Cni::None {
        cluster.cni = Some(talos::Cni { name: "none".to_owned(), urls: Vec::new() });
    }
    // The library adds the host of the endpoint by itself.
    let host = crate::documents::host(fleet).to_owned();
    cluster.additional_sans =
        cert_sans(fleet, &talos.cert_sans).into_iter().filter(|name| *name != host).collect();
    cluster.allow_scheduling_on_control_planes = talos.schedulable_control_planes;
    cluster
}

fn generated(fleet: &Fleet, talos: &Talos, machine: &Machine) -> talos::Machine {
    let role = match machine.spec.role {
        MachineRole::ControlPlane => talos::Role::ControlPlane,
        MachineRole::Worker => talos::Role::Worker,
    };
    let mut generated = talos::Machine::new(role);
    let disk = machine.spec.install.as_ref().and_then(|install| install.disk.clone());
    generated.install_disk = disk.unwrap_or_default();
    let image = fleet.image_of(machine).and_then(|name| fleet.images.get(name));
    generated.install_image = match image.and_then(|image| image.installer.clone()) {
        Some(installer) => installer,
        None => format!("ghcr.io/siderolabs/installer:v{}", talos.version),
    };
    generated
}

fn general(fleet: &Fleet) -> SourceRef {
    described(&fleet.cluster.source.name, &[talos_patch::of_cluster(fleet)])
}

fn own(fleet: &Fleet, machine: &Machine, contract: Contract) -> SourceRef {
    described(&machine.source.name, &talos_patch::of_machine(fleet, machine, contract.minor()))
}

/// A patch made of a description; it is called like the file, and its values are said to come from there.
fn described(file: &str, documents: &[Node]) -> SourceRef {
    let texts: Vec<String> = documents.iter().map(yaml::emit_ordered).collect();
    Source::shared(file, texts.join("---\n"))
}

/// Nothing when there is nothing to patch, or when it cannot be read, which goes to `mistakes`.
fn read(
    contract: Contract,
    sources: &mut Sources,
    source: &SourceRef,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<Patch> {
    if source.text.trim() == "{}" || source.text.trim().is_empty() {
        return None;
    }
    Patch::read(contract, sources, source).map_err(|found| mistakes.extend(found)).ok()
}

fn misfit(machine: &Machine, file: Option<&SourceRef>, error: &talos::Error) -> Diagnostic {
    let mistake = Diagnostic::error(format!("machine `{}`: {error}", machine.spec.name));
    match file {
        Some(source) => mistake.at(source, diag::Span::default(), ""),
        None => mistake.at(&machine.source, machine.place(&["name"]), ""),
    }
}

fn at_cluster(fleet: &Fleet, error: &talos::Error) -> Diagnostic {
    let cluster = &fleet.cluster;
    Diagnostic::error(error.to_string()).at(&cluster.source, cluster.place(&["talos"]), "")
}
