//! Clusters of any size, of one small chart each with other values.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::time::Duration;

use archive::Tree;
use hashing::Digest;
use inputs::{Kind, Lock, Pin, PinDigest, Source};
use process::Command;

use super::figures::{Figures, to_float};
use super::runs::{bare, median, xtask};
use super::stage::Stage;
use crate::error::CliError;
use crate::usage::Usage;

/// The size at which the limits hold.
const BIG: usize = 500;
/// How often a short measurement is repeated.
const OFTEN: usize = 9;
/// How many bare helm calls tell what one takes.
const CALLS: usize = 20;
const MEMORY: f64 = 150.0;
const MIB: f64 = 1024.0 * 1024.0;

/// The chart: what a small service of a homelab has.
const CHART: [(&str, &str); 6] = [
    ("Chart.yaml", "apiVersion: v2\nname: service\nversion: 1.0.0\n"),
    (
        "values.yaml",
        "image: registry.example.org/service:1.0.0\nreplicas: 1\nport: 8080\nsettings: {}\nhosts: []\n",
    ),
    (
        "templates/_labels.tpl",
        "{{- define \"labels\" -}}\napp.kubernetes.io/name: {{ .Release.Name }}\napp.kubernetes.io/managed-by: \
         {{ .Release.Service }}\n{{- end -}}\n",
    ),
    (
        "templates/deployment.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n  labels: {{- include \
         \"labels\" . | nindent 4 }}\nspec:\n  replicas: {{ .Values.replicas }}\n  selector:\n    matchLabels: {{- \
         include \"labels\" . | nindent 6 }}\n  template:\n    metadata:\n      labels: {{- include \"labels\" . | \
         nindent 8 }}\n    spec:\n      containers:\n        - name: main\n          image: {{ .Values.image | quote \
         }}\n          ports: [{containerPort: {{ .Values.port }}}]\n          envFrom: [{configMapRef: {name: {{ \
         .Release.Name }}}}]\n",
    ),
    (
        "templates/service.yaml",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  selector: {{- include \
         \"labels\" . | nindent 4 }}\n  ports: [{port: 80, targetPort: {{ .Values.port }}}]\n",
    ),
    (
        "templates/settings.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  {{- range $key, $value := \
         .Values.settings }}\n  {{ $key }}: {{ $value | quote }}\n  {{- end }}\n",
    ),
];

const CLUSTER: &str = "name: big
description: Small services, as many as wanted.
environment: staging
role: hub
engines: [flux, argocd]
kubernetes: {version: 1.34.1}
endpoint: https://192.0.2.10:6443
networks: {machines: 192.0.2.0/24, pods: 10.244.0.0/16, services: 10.96.0.0/12}
registry: oci://registry.example.org/big
units:
  - platform/core/namespaces
";

/// What one cluster took.
struct Run {
    components: usize,
    usage: Usage,
}

pub(super) fn measure(stage: &Stage<'_>, sizes: &[usize], figures: &mut Figures) -> Result<(), CliError> {
    let mirror = stage.path("mirror");
    let digest = write_chart(stage, &mirror.join("service"))?;
    let mut runs = Vec::new();
    for &components in sizes {
        stage.printer.note(&format!("{components} components, everything new"));
        let workspace = stage.path(&format!("synthetic-{components}"));
        write_cluster(stage, &workspace, components, digest)?;
        let store = stage.store(&format!("synthetic-store-{components}"))?;
        let mirror = mirror.display().to_string();
        let usage =
            xtask(&workspace, &store, &["build", "--cluster", "big", "--offline", "--mirror", &mirror])?;
        tell(components, &usage, figures);
        if components == BIG {
            figures.limited("500 components, new: memory", to_mib(usage.memory), "MiB", MEMORY, "");
        }
        runs.push(Run { components, usage });
        unchanged(stage, &workspace, &store, components, figures)?;
        changed(stage, &workspace, &store, components, figures)?;
        stage.done(fs::remove_dir_all(&store))?;
    }
    flat(&runs, figures);
    Ok(())
}

fn tell(components: usize, usage: &Usage, figures: &mut Figures) {
    let count = to_float(u64::try_from(components).unwrap_or(u64::MAX));
    let each = (usage.own + usage.children) * 1000.0 / count;
    let note = format!(
        "wall {:.1} s, {} MiB, own processor time {:.1} % beside helm",
        usage.wall,
        usage.memory >> 20,
        usage.own * 100.0 / usage.children
    );
    figures.told(&format!("{components} components, new: processor time each"), each, "ms", &note);
}

/// The own cost of a component in the biggest cluster, as a multiple of that in the smallest.
fn flat(runs: &[Run], figures: &mut Figures) {
    let [first, .., last] = runs else { return };
    let each = |run: &Run| run.usage.own / to_float(u64::try_from(run.components).unwrap_or(u64::MAX));
    let note = format!(
        "{:.2} ms each of {}, {:.2} ms each of {}",
        each(first) * 1000.0,
        first.components,
        each(last) * 1000.0,
        last.components
    );
    figures.limited(
        "own cost of a component, biggest to smallest",
        each(last) / each(first),
        "x",
        1.5,
        &note,
    );
}

fn unchanged(
    stage: &Stage<'_>,
    workspace: &Path,
    store: &Path,
    components: usize,
    figures: &mut Figures,
) -> Result<(), CliError> {
    stage.printer.note(&format!("{components} components, nothing changed"));
    xtask(workspace, store, &["build", "--cluster", "big", "--offline"])?;
    let mut runs = Vec::new();
    for _ in 0..OFTEN {
        runs.push(xtask(workspace, store, &["build", "--cluster", "big", "--offline"])?);
    }
    let wall = median(runs.iter().map(|usage| usage.wall * 1000.0).collect());
    let note = format!("{} MiB, {} children", runs[0].memory >> 20, runs[0].started);
    let what = format!("{components} components, nothing changed: wall");
    if components == BIG {
        figures.limited(&what, wall, "ms", 200.0, &note);
    } else {
        figures.told(&what, wall, "ms", &note);
    }
    Ok(())
}

fn changed(
    stage: &Stage<'_>,
    workspace: &Path,
    store: &Path,
    components: usize,
    figures: &mut Figures,
) -> Result<(), CliError> {
    stage.printer.note(&format!("{components} components, one value changed"));
    let unit = workspace.join("platform/bench/service-7");
    let helm = helm_call(stage, &unit)?;
    let (mut builds, mut calls, mut started) = (Vec::new(), Vec::new(), 0);
    for number in 0..OFTEN {
        stage.done(fs::write(unit.join("values.yaml"), values(10_000 + number)))?;
        let usage = xtask(workspace, store, &["build", "--cluster", "big", "--offline"])?;
        started = usage.started;
        builds.push(usage.wall * 1000.0);
    }
    for _ in 0..CALLS {
        calls.push(bare(&helm)?[0] * 1000.0);
    }
    let (build, call) = (median(builds), median(calls));
    let note = format!("{build:.0} ms, {started} child, against {call:.0} ms of a bare helm");
    let what = format!("{components} components, one value changed: wall beside helm");
    if components < BIG {
        figures.limited(&what, build - call, "ms", 60.0, &note);
    } else {
        figures.told(&what, build - call, "ms", &note);
    }
    Ok(())
}

fn helm_call(stage: &Stage<'_>, unit: &Path) -> Result<Command, CliError> {
    let scratch = stage.path("bare-service");
    stage.done(fs::create_dir_all(&scratch))?;
    let mut args: Vec<OsString> = ["template", "service-7"].map(OsString::from).to_vec();
    args.push(stage.path("mirror").join("service").into());
    args.extend(["--namespace", "bench", "--kube-version", "1.34.1", "--include-crds"].map(OsString::from));
    args.extend(["--values".into(), unit.join("values.yaml").into()]);
    Ok(Command {
        program: stage.program("helm")?,
        args,
        directory: scratch.clone(),
        env: BTreeMap::new(),
        stdin: Vec::new(),
        deadline: Duration::from_mins(2),
        scratch,
    })
}

/// Writes the chart into the mirror and gives the digest of its tree.
fn write_chart(stage: &Stage<'_>, directory: &Path) -> Result<Digest, CliError> {
    let mut tree = Tree::new();
    for (path, text) in CHART {
        write(stage, &directory.join(path), text)?;
        let inserted = tree.insert(path, false, text.as_bytes().to_vec());
        inserted.map_err(|error| CliError::environment(&error, path))?;
    }
    Ok(tree.digest())
}

/// A workspace with so many components, ready to be built; the mirror that has their chart.
pub(super) fn prepare(stage: &Stage<'_>, workspace: &Path, components: usize) -> Result<String, CliError> {
    let mirror = stage.path("mirror");
    let digest = write_chart(stage, &mirror.join("service"))?;
    write_cluster(stage, workspace, components, digest)?;
    Ok(mirror.display().to_string())
}

fn write_cluster(
    stage: &Stage<'_>,
    workspace: &Path,
    components: usize,
    chart: Digest,
) -> Result<(), CliError> {
    let units: Vec<String> =
        (0..components).map(|number| format!("platform/bench/service-{number}")).collect();
    write_workspace(stage, workspace, &units)?;
    for (number, unit) in units.iter().enumerate() {
        let directory = workspace.join(unit);
        write(
            stage,
            &directory.join("component.yaml"),
            "description: A small service.\nnamespace: bench\nsources: [{helm: {chart: service}}]\n",
        )?;
        write(stage, &directory.join("values.yaml"), &values(number))?;
    }
    write(stage, &workspace.join("inputs.lock"), &lock(stage, chart).to_text())
}

/// A workspace with a cluster of these units, which are still to be written, and their namespace.
pub(super) fn write_workspace(stage: &Stage<'_>, workspace: &Path, units: &[String]) -> Result<(), CliError> {
    let cluster = units.iter().fold(CLUSTER.to_owned(), |cluster, unit| cluster + "  - " + unit + "\n");
    write(stage, &workspace.join("hosts/big/cluster.yaml"), &cluster)?;
    let namespaces = workspace.join("platform/core/namespaces");
    write(
        stage,
        &namespaces.join("component.yaml"),
        "description: The namespace of all.\nnamespace: default\nsources: [{manifests: {path: manifests}}]\n",
    )?;
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: bench}\n";
    write(stage, &namespaces.join("manifests/bench.yaml"), namespace)?;
    write(stage, &workspace.join("Cargo.toml"), "")?;
    write(stage, &workspace.join("inputs.lock"), &stage.lock.to_text())
}

/// The programs and the API as the workspace pins them, the chart, and its image.
fn lock(stage: &Stage<'_>, chart: Digest) -> Lock {
    let mut lock = stage.lock.clone();
    let old: Vec<_> =
        lock.pins().iter().map(|pin| (pin.kind, pin.name.clone(), pin.version.clone())).collect();
    for (kind, name, version) in &old {
        if !matches!(kind, Kind::Tool | Kind::Schema) {
            lock.remove(*kind, name, version);
        }
    }
    let source = Source::Mirror { file: "service".to_owned() };
    let image = PinDigest::File(Digest::of(b"service"));
    let pins = [
        (Kind::Chart, "service", PinDigest::Tree(chart), vec![source]),
        (Kind::Image, "registry.example.org/service", image, Vec::new()),
    ];
    for (kind, name, digest, sources) in pins {
        lock.insert(Pin {
            kind,
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            digest,
            sources,
            span: diag::Span::default(),
        });
    }
    lock
}

fn values(number: usize) -> String {
    format!(
        "replicas: {}\nsettings:\n  number: \"{number}\"\n  greeting: hello from {number}\n",
        number % 3 + 1
    )
}

pub(super) fn write(stage: &Stage<'_>, path: &Path, text: &str) -> Result<(), CliError> {
    if let Some(directory) = path.parent() {
        stage.done(fs::create_dir_all(directory))?;
    }
    stage.done(fs::write(path, text))
}

fn to_mib(bytes: u64) -> f64 {
    to_float(bytes >> 10) * 1024.0 / MIB
}
