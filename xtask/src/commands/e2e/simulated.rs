//! Machines and components that are not there, played by KWOK.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::{Duration, Instant};

use api::{Client, Reference};
use catalogue::{ClusterSpec, Machine, MachineRole, Workspace};
use deliver::Engine;
use diag::Diagnostic;
use prove::{Simulated, SimulatedMachine, Simulation};
use serde_json::{Value, json};

use super::install::{self, patiently};
use super::kwok::{IMAGE, NAMESPACE, kwok};
use super::wanted::Wanted;
use crate::error::CliError;

/// How long machines may take to get ready, and policies to be known.
const PATIENCE: Duration = Duration::from_mins(2);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(250);
/// Workloads that are there before any release, and that are real.
const INSTALLED: [&str; 2] = ["kube-system/kube-proxy", "kube-system/kwok"];
/// What the installer of a kind cluster brings; a release may bring its own, which it could not change this into.
const REPLACEABLE: [(&str, &str, &str); 2] =
    [("apps/v1", "Deployment", "coredns"), ("v1", "Service", "kube-dns")];

/// What is simulated, with the machines.
pub(super) struct Simulator {
    described: Simulated,
    machines: Vec<SimulatedMachine>,
}

impl Simulator {
    /// The machines of a cluster, as far as they are in use.
    pub(super) fn of(
        workspace: &Workspace,
        spec: &ClusterSpec,
        described: Simulated,
    ) -> Result<Self, CliError> {
        let cluster = catalogue::load_cluster(workspace, &spec.name).map_err(CliError::inputs)?;
        let machines = catalogue::load_machines(workspace, &cluster).map_err(CliError::inputs)?;
        let schedulable = spec.talos.as_ref().is_none_or(|talos| talos.schedulable_control_planes);
        let online = machines.values().filter(|machine| machine.is_online());
        Ok(Self { described, machines: online.map(|machine| simulated(machine, schedulable)).collect() })
    }

    /// Arguments of an API server that keeps simulated and real apart. Nobody answers where webhooks of simulated components
    /// lead, so it calls none at all.
    pub(super) fn api_server() -> BTreeMap<String, String> {
        let arguments = [
            ("disable-admission-plugins", "MutatingAdmissionWebhook,ValidatingAdmissionWebhook"),
            ("feature-gates", "MutatingAdmissionPolicy=true"),
            ("runtime-config", "admissionregistration.k8s.io/v1beta1=true"),
        ];
        arguments.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    /// The images that are needed.
    pub(super) fn images(&self, wanted: &Wanted) -> BTreeSet<String> {
        let all = wanted.images().into_iter();
        let real = all.filter(|(_, bundles)| bundles.iter().any(|bundle| self.described.is_real(bundle)));
        real.map(|(image, _)| image).chain([IMAGE.to_owned()]).collect()
    }

    /// Images that stand in for those of another version.
    pub(super) fn stand_ins(&self) -> &BTreeMap<String, String> {
        &self.described.stand_ins
    }

    /// Complains about a description that the release and the images at hand do not agree with.
    pub(super) fn check(&self, wanted: &Wanted, missing: &BTreeSet<String>) -> Result<(), CliError> {
        let bundles: BTreeSet<&str> =
            wanted.objects.keys().map(|name| name.trim_end_matches("/crds")).collect();
        let unknown = self.described.real.iter().filter(|unit| !bundles.contains(unit.as_str()));
        let unknown = unknown.map(|unit| {
            let diagnostic =
                Diagnostic::error(format!("`{unit}` is to be real, but the release has no such unit"));
            let near = diag::nearest(unit, bundles.iter().copied());
            near.into_iter().fold(diagnostic, |told, near| told.hint(format!("did you mean `{near}`?")))
        });
        let missing = missing.iter().map(|image| {
            let message = format!("nobody brings image `{image}` of a component that is to be real");
            Diagnostic::error(message)
                .hint("describe it in `images/`, name one that stands in for it in `standIns`, or simulate the component")
        });
        let mistakes: Vec<Diagnostic> = unknown.chain(missing).collect();
        if mistakes.is_empty() { Ok(()) } else { Err(CliError::inputs(mistakes)) }
    }

    /// What is simulated of a release.
    pub(super) fn told(&self, wanted: &Wanted) -> Simulation {
        let machines = self.machines.iter().map(|machine| machine.name.clone()).collect();
        self.described.of(&wanted.objects, machines)
    }

    /// Makes the machines and whoever plays their kubelets. `node` is the real one.
    pub(super) fn begin(&self, client: &Client, node: &str, wanted: &Wanted) -> Result<(), CliError> {
        let labels = json!({"metadata": {"labels": {prove::LABEL: "false"}}});
        patiently(|| client.merge(&Reference::new("v1", "Node", "", node), &labels))?;
        self.part(client, wanted)?;
        for (version, kind, name) in REPLACEABLE {
            let reference = Reference::new(version, kind, NAMESPACE, name);
            let objects = wanted.objects.values().flatten();
            if objects.filter_map(|object| Reference::of(object).ok()).any(|other| other == reference) {
                patiently(|| client.delete(&reference))?;
            }
        }
        // KWOK looks only once which kinds there are.
        install::definitions(client, wanted)?;
        let volumes = wanted.objects.iter().filter(|(bundle, _)| !self.described.is_real(bundle));
        let volumes = volumes.flat_map(|(_, objects)| prove::volumes(objects));
        let machines = self.machines.iter().map(|one| prove::machine(one, &self.described.capacity));
        for object in
            kwok(&self.described.used(&self.told(wanted))).into_iter().chain(volumes).chain(machines)
        {
            patiently(|| client.apply(&object))?;
        }
        self.wait(client)
    }

    /// Keeps pods of simulated components away from the real machine, and real ones from simulated machines.
    fn part(&self, client: &Client, wanted: &Wanted) -> Result<(), CliError> {
        let mut real = self.described.workloads(&wanted.objects);
        real.extend(INSTALLED.map(str::to_owned));
        for policy in prove::policies(&real, &self.told(wanted).apis) {
            patiently(|| client.apply(&policy))?;
        }
        // This one is older than the policies. They hold as soon as one of them sees it change.
        let proxy = Reference::new("apps/v1", "DaemonSet", NAMESPACE, "kube-proxy");
        until("policies of the API server", |round| {
            let touched = json!({"metadata": {"annotations": {prove::LABEL: round.to_string()}}});
            patiently(|| client.merge(&proxy, &touched)).map(|set| prove::marked(&set))
        })
    }

    fn wait(&self, client: &Client) -> Result<(), CliError> {
        until("simulated machines", |_| {
            let nodes = patiently(|| client.list("v1", "Node", None, &format!("{}=true", prove::LABEL)))?;
            Ok(nodes.iter().filter(|node| is_ready(node)).count() == self.machines.len())
        })
    }
}

/// What has to be there before an engine: what simulates, and definitions.
pub(super) fn before(
    simulator: Option<&Simulator>,
    client: &Client,
    node: &str,
    wanted: &Wanted,
    engine: Engine,
) -> Result<(), CliError> {
    match simulator {
        Some(simulator) => simulator.begin(client, node, wanted),
        // Argo CD reads the whole API again, with all schemas, each time that a definition comes or changes.
        None if engine == Engine::ArgoCd => install::definitions(client, wanted),
        None => Ok(()),
    }
}

fn simulated(machine: &Machine, schedulable: bool) -> SimulatedMachine {
    let spec = &machine.spec;
    let control_plane = spec.role == MachineRole::ControlPlane;
    let taints = spec.taints.iter();
    let mut taints: Vec<_> = taints
        .map(|taint| (taint.key.clone(), taint.value.clone(), taint.effect.name().to_owned()))
        .collect();
    if control_plane && !schedulable {
        let key = "node-role.kubernetes.io/control-plane".to_owned();
        taints.push((key, String::new(), "NoSchedule".to_owned()));
    }
    SimulatedMachine {
        name: spec.name.clone(),
        address: spec.address.clone(),
        architecture: match spec.architecture {
            catalogue::Architecture::Amd64 => "amd64",
            catalogue::Architecture::Arm64 => "arm64",
        }
        .to_owned(),
        control_plane,
        labels: spec.labels.clone(),
        taints,
    }
}

/// Looks until something is as it should be.
fn until(what: &str, mut is: impl FnMut(u64) -> Result<bool, CliError>) -> Result<(), CliError> {
    let start = Instant::now();
    for round in 0.. {
        if is(round)? {
            break;
        }
        if start.elapsed() > PATIENCE || process::interrupted() {
            return Err(CliError::environment(&"not ready in time", what));
        }
        thread::sleep(PAUSE);
    }
    Ok(())
}

fn is_ready(node: &Value) -> bool {
    let conditions = node.pointer("/status/conditions").and_then(Value::as_array);
    conditions.is_some_and(|all| all.iter().any(|one| one["type"] == "Ready" && one["status"] == "True"))
}
