//! One run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use api::{Client, Kubeconfig};
use catalogue::{Catalogue, ClusterSpec, Workspace};
use container::{Builder, Image, Program, Toolchain};
use deliver::Engine;
use inputs::Fetcher;
use kind::{Docker, Driver as _, Kind, Plan, State};
use plan::Report as Built;
use prove::{Assertions, Report};
use registry::Patience;
use registry::distribution::{Remote, RemoteOptions};
use store::{Root, Store};

use super::images::Images;
use super::simulated::{self, Simulator};
use super::stage::Stage;
use super::wanted::Wanted;
use super::{Args, changes, install, machines, milliseconds, registry_of, shelf, state_path, storage};
use crate::args::Global;
use crate::context;
use crate::error::CliError;
use crate::printer::Printer;

/// What all parts of a run use.
pub(super) struct Session<'a> {
    pub(super) driver: Kind,
    pub(super) global: &'a Global,
    pub(super) printer: &'a Printer,
    pub(super) workspace: &'a Workspace,
    pub(super) store: &'a Store,
    pub(super) catalogue: &'a Catalogue,
    pub(super) spec: &'a ClusterSpec,
    pub(super) state: PathBuf,
}

impl<'a> Session<'a> {
    pub(super) fn open(
        global: &'a Global,
        printer: &'a Printer,
        workspace: &'a Workspace,
        store: &'a Store,
        catalogue: &'a Catalogue,
    ) -> Result<Self, CliError> {
        let path = state_path(global)?;
        let state = State::take(&path)?;
        let program = Program {
            module: "kind".to_owned(),
            package: "sigs.k8s.io/kind".to_owned(),
            path: String::new(),
            variables: BTreeMap::new(),
        };
        let built =
            Toolchain::of_user()?.build(store, &workspace.root().join("images/programs"), &program)?;
        // Last, since whoever opens a session has to end a daemon that this starts.
        let docker = Docker::reach(&state)?;
        let driver = Kind::new(state, docker, &store.executable(&built)?);
        let spec = &catalogue.cluster.spec;
        Ok(Self { driver, global, printer, workspace, store, catalogue, spec, state: path })
    }

    pub(super) fn kubeconfig(&self) -> PathBuf {
        self.state.join("kubeconfig")
    }

    /// Takes away what this run and former ones have made.
    pub(super) fn sweep(&self) -> Result<(), CliError> {
        let copy = self.copy();
        if copy.exists() {
            fs::remove_dir_all(&copy)
                .map_err(|error| CliError::environment(&error, &copy.display().to_string()))?;
        }
        Ok(self.driver.sweep()?)
    }

    /// Where the copy of the workspace lies that changes are made to.
    pub(super) fn copy(&self) -> PathBuf {
        self.state.join("workspace")
    }

    pub(super) fn plan(&self, args: &Args, node: &str, registry: &str, mirrored: Vec<String>) -> Plan {
        let networks = self.spec.networks.as_ref();
        let of = |range: fn(&catalogue::Networks) -> &String, usual: &str| {
            networks.map_or_else(|| usual.to_owned(), |networks| range(networks).clone())
        };
        let registered = registry_of(self.spec);
        let address = registered.strip_prefix("oci://").unwrap_or(&registered);
        Plan {
            cluster: self.spec.name.clone(),
            node_image: node.to_owned(),
            registry_image: registry.to_owned(),
            registry: address.split('/').next().unwrap_or_default().to_owned(),
            machines: of(|networks| &networks.machines, "10.5.0.0/24"),
            pods: of(|networks| &networks.pods, "10.244.0.0/16"),
            services: of(|networks| &networks.services, "10.96.0.0/12"),
            workers: args.workers,
            mirrored,
            api_server: BTreeMap::new(),
        }
    }

    /// The whole run, from images to the report.
    pub(super) fn prove(
        &self,
        args: &Args,
        built: &Built,
        described: &Assertions,
        wanted: &Wanted,
        engine: Engine,
    ) -> Result<Report, CliError> {
        let mut times = Vec::new();
        let mut took_since = |name: &str, since: Instant| {
            let took = milliseconds(since.elapsed());
            self.printer.note(&format!("{:>6}.{} s  {name}", took / 1000, took % 1000 / 100));
            times.push((name.to_owned(), took));
        };
        let start = Instant::now();
        let simulated = described.simulated.clone();
        let simulated = simulated.map(|described| Simulator::of(self.workspace, self.spec, described));
        let simulator = simulated.transpose()?;
        let (images, node, registry) = self.images(args, wanted, simulator.as_ref(), engine)?;
        let node = match &args.node_image {
            Some(image) => image.clone(),
            None => self.load(&node)?,
        };
        let registry = self.load(&registry)?;
        if let Some(simulator) = &simulator {
            simulator.check(wanted, &images.missing)?;
        }
        took_since("images", start);
        let mut plan = self.plan(args, &node, &registry, images.hosts());
        if simulator.is_some() {
            plan.api_server = Simulator::api_server();
        }
        let start = Instant::now();
        for image in images.control_plane.iter().chain(&images.workloads) {
            shelf::put(self.store, &self.driver.shelf(), image)?;
        }
        let place = self.driver.registry(&plan)?;
        took_since("registry", start);
        let start = Instant::now();
        let running = self.driver.cluster(&plan)?;
        let client = Client::new(&Kubeconfig::parse(&running.kubeconfig)?)?;
        self.driver.rename(&plan, &images.renamed)?;
        machines::wait(&client)?;
        storage::offer(&client, &running.node)?;
        took_since("cluster", start);
        let start = Instant::now();
        simulated::before(simulator.as_ref(), &client, &running.node, wanted, engine)?;
        took_since("definitions", start);
        let start = Instant::now();
        install::engine(&client, wanted, engine, &format!("oci://{}", plan.registry))?;
        took_since("engine", start);
        let registered = registry_of(self.spec);
        let path = registered.strip_prefix("oci://").unwrap_or_default();
        let path = path.split_once('/').map_or("", |(_, path)| path);
        let stage = Stage {
            session: self,
            client,
            plan: &plan,
            remote: self.remote(&format!("oci://{place}/{path}"))?,
            engine,
            missing: &images.missing,
            timeout: args.timeout * 1000,
        };
        let sections = changes::run(&stage, built, described, wanted, args)?;
        // Somebody who is tired of waiting wants no figures.
        let used = prove::resources(&stage.client, engine.name(), engine.namespace()).ok();
        Ok(Report {
            cluster: self.spec.name.clone(),
            driver: "kind".to_owned(),
            sections,
            replaced: images.replaced,
            simulation: simulator.map(|simulator| simulator.told(wanted)),
            missing: images.missing.into_iter().collect(),
            times,
            resources: used.into_iter().collect(),
        })
    }

    fn remote(&self, base: &str) -> Result<Remote, CliError> {
        let patience = Patience { cancelled: process::interrupted, ..Patience::default() };
        let network = context::network(self.global);
        let options = RemoteOptions { patience, plain_http: true, ..RemoteOptions::new(network) };
        Remote::new(base, options).map_err(|error| CliError::registry(&error))
    }

    /// The images of the run, that of a node, that of the registry.
    fn images(
        &self,
        args: &Args,
        wanted: &Wanted,
        simulator: Option<&Simulator>,
        engine: Engine,
    ) -> Result<(Images, Image, Image), CliError> {
        let directory = self.workspace.root().join("images");
        let descriptions = container::find(&directory)?;
        let lock = plan::load_lock(self.workspace)?;
        let silent = |_: inputs::FetchEvent<'_>| {};
        let network = context::network(self.global);
        let fetcher = Fetcher::new(self.store, network, context::mirrors(self.global), &silent);
        let tell = |text: &str| self.printer.note(text);
        let builder =
            Builder { store: self.store, fetcher: &fetcher, lock: &lock, images: directory, tell: &tell };
        let named: BTreeSet<String> = match simulator {
            Some(simulator) => simulator.images(wanted),
            None => wanted.images().into_keys().collect(),
        };
        let no_stand_ins = BTreeMap::new();
        let stand_ins = simulator.map_or(&no_stand_ins, Simulator::stand_ins);
        let images = Images::build(&builder, &descriptions, &named, stand_ins, args.node_image.is_none())?;
        let one = |name: &str| {
            let described = descriptions.get(name).ok_or_else(|| {
                CliError::environment(&"there is no such file", &format!("images/{name}.yaml"))
            })?;
            builder.build(name, described).map_err(CliError::from)
        };
        let (node, registry) = (one("kind-node")?, one("registry")?);
        let made = images.control_plane.iter().chain(&images.workloads).chain([&node, &registry]);
        self.keep(made, engine)?;
        Ok((images, node, registry))
    }

    /// Keeps images for the next run: programs take half an hour to build.
    fn keep<'i>(&self, images: impl Iterator<Item = &'i Image>, engine: Engine) -> Result<(), CliError> {
        let mut root = Root::default();
        for Image { root: one, .. } in images {
            root.recipes.extend(&one.recipes);
            root.objects.extend(&one.objects);
            root.trees.extend(&one.trees);
        }
        let what = format!("e2e-{}-{engine}", self.spec.name);
        Ok(plan::keep_for(self.workspace, self.store, &what, root)?)
    }

    /// Gives an image to the container engine; its name there.
    fn load(&self, image: &Image) -> Result<String, CliError> {
        let name = format!("xtask/{}:{}", image.name, image.config.short());
        let write = |to: &Path| {
            container::docker_archive(self.store, image, &name, to).map_err(|error| error.to_string())
        };
        self.driver.docker().load(&name, write)?;
        Ok(name)
    }
}
