//! One run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use api::{Client, Kubeconfig};
use catalogue::{ClusterSpec, Workspace};
use container::{Builder, Image, Program, Toolchain};
use deliver::{Engine, Follow, Place};
use inputs::Fetcher;
use kind::{Docker, Driver as _, Kind, Plan, State};
use plan::Report as Built;
use prove::{Clock, Outcome, Report, Section, Waiting};
use publish::{Blobs, Cluster, Request, Who};
use registry::Patience;
use registry::distribution::{Remote, RemoteOptions};
use store::Store;

use super::images::{self, Images};
use super::wanted::Wanted;
use super::{Args, install, milliseconds, state_path, storage};
use crate::args::Global;
use crate::commands::publish::{AT_ONCE, publication};
use crate::commands::remote::StoredBlobs;
use crate::context;
use crate::error::CliError;
use crate::printer::Printer;

/// The channel that the engine follows.
const CHANNEL: &str = "staging";
/// What looking four times a second may miss of an order, in milliseconds.
const SLACK: u64 = 1000;
/// How long assertions may take to become true, in milliseconds.
const SETTLE: u64 = 30_000;

/// What all parts of a run use.
pub(super) struct Session<'a> {
    pub(super) driver: Kind,
    global: &'a Global,
    printer: &'a Printer,
    workspace: &'a Workspace,
    store: &'a Store,
    spec: &'a ClusterSpec,
    state: PathBuf,
}

impl<'a> Session<'a> {
    pub(super) fn open(
        global: &'a Global,
        printer: &'a Printer,
        workspace: &'a Workspace,
        store: &'a Store,
        spec: &'a ClusterSpec,
    ) -> Result<Self, CliError> {
        let path = state_path(global)?;
        let state = State::take(&path)?;
        let docker = Docker::reach(&state)?;
        let program = Program {
            module: "kind".to_owned(),
            package: "sigs.k8s.io/kind".to_owned(),
            path: String::new(),
            variables: std::collections::BTreeMap::new(),
        };
        let built =
            Toolchain::of_user()?.build(store, &workspace.root().join("images/programs"), &program)?;
        let driver = Kind::new(state, docker, &store.executable(&built)?);
        Ok(Self { driver, global, printer, workspace, store, spec, state: path })
    }

    pub(super) fn kubeconfig(&self) -> PathBuf {
        self.state.join("kubeconfig")
    }

    pub(super) fn plan(&self, args: &Args, node: &str, registry: &str, mirrored: Vec<String>) -> Plan {
        let networks = self.spec.networks.as_ref();
        let of = |range: fn(&catalogue::Networks) -> &String, usual: &str| {
            networks.map_or_else(|| usual.to_owned(), |networks| range(networks).clone())
        };
        let address = self.spec.registry.strip_prefix("oci://").unwrap_or(&self.spec.registry);
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
        }
    }

    /// The whole run, from images to the report.
    pub(super) fn prove(
        &self,
        args: &Args,
        built: &Built,
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
        let (images, node, registry) = self.images(args, wanted)?;
        let node = match &args.node_image {
            Some(image) => image.clone(),
            None => self.load(&node)?,
        };
        let registry = self.load(&registry)?;
        took_since("images", start);
        let plan = self.plan(args, &node, &registry, images.hosts());
        let start = Instant::now();
        let place = self.driver.registry(&plan)?;
        let remote = self.remote(&format!("oci://{place}"))?;
        for image in &images.control_plane {
            images::push(self.store, &remote, image)?;
        }
        took_since("registry", start);
        let start = Instant::now();
        let running = thread::scope(|scope| {
            let pushing = scope.spawn(|| {
                images.workloads.iter().try_for_each(|image| images::push(self.store, &remote, image))
            });
            let running = self.driver.cluster(&plan);
            let pushed = pushing.join().unwrap_or(Ok(()));
            pushed?;
            running.map_err(CliError::from)
        })?;
        let client = Client::new(&Kubeconfig::parse(&running.kubeconfig)?)?;
        for (name, image) in &images.renamed {
            self.driver.rename(&plan, image, name)?;
        }
        storage::offer(&client, &running.node)?;
        took_since("cluster", start);
        let start = Instant::now();
        install::engine(&client, wanted, engine, &format!("oci://{}", plan.registry))?;
        took_since("engine", start);
        let section = self.install(args, built, wanted, engine, &client, &place, &images)?;
        Ok(Report {
            cluster: self.spec.name.clone(),
            driver: "kind".to_owned(),
            sections: vec![section],
            replaced: images.replaced,
            missing: images.missing.into_iter().collect(),
            times,
        })
    }

    #[allow(clippy::too_many_arguments, reason = "what a publication and its wait need")]
    fn install(
        &self,
        args: &Args,
        built: &Built,
        wanted: &Wanted,
        engine: Engine,
        client: &Client,
        place: &str,
        images: &Images,
    ) -> Result<Section, CliError> {
        let path = self.spec.registry.strip_prefix("oci://").unwrap_or_default();
        let path = path.split_once('/').map_or("", |(_, path)| path);
        let remote = self.remote(&format!("oci://{place}/{path}"))?;
        let clock = Clock::start();
        self.publish(&remote, built)?;
        let follow = Place {
            cluster: self.spec.name.clone(),
            registry: self.spec.registry.trim_end_matches('/').to_owned(),
            insecure: true,
            pull_secret: None,
            public_key: None,
        };
        install::root(client, &follow, &Follow::Channel(CHANNEL.to_owned()), engine)?;
        let excused = wanted.excused(&images.missing);
        let names: Vec<String> = excused.keys().cloned().collect();
        let mut timeline = prove::converge(
            client,
            engine,
            &self.spec.name,
            &wanted.expected,
            &Waiting {
                clock,
                deadline: args.timeout * 1000,
                cancelled: &process::interrupted,
                tell: &|name, word, at| {
                    self.printer.detail(&format!("{:>6}.{} s  {name} {word}", at / 1000, at % 1000 / 100));
                },
                excused: &names,
            },
        )?;
        for component in timeline
            .components
            .iter_mut()
            .filter(|component| component.healthy.is_none() && !excused.contains_key(&component.name))
        {
            for namespace in wanted.namespaces(&component.name) {
                component.causes.extend(prove::causes(client, &namespace).unwrap_or_default());
            }
        }
        let mut outcomes = self.assertions(client, &timeline)?;
        let disorder = prove::disorder(&wanted.expected, &timeline, SLACK);
        outcomes.push(Outcome {
            name: "every component waits for those it depends on".to_owned(),
            holds: Some(disorder.is_empty()),
            message: if disorder.is_empty() { "order kept".to_owned() } else { disorder.join("; ") },
        });
        Ok(Section {
            name: "install".to_owned(),
            engine: engine.name().to_owned(),
            release: built.release.digest.to_string(),
            timeline,
            excused,
            outcomes,
        })
    }

    /// Looks at what must be true, until it is or the time for it is over.
    fn assertions(&self, client: &Client, timeline: &prove::Timeline) -> Result<Vec<Outcome>, CliError> {
        let name = format!("tests/e2e/{}.yaml", self.spec.name);
        let path = self.workspace.root().join(&name);
        if !path.exists() {
            return Ok(Vec::new());
        }
        let text = std::fs::read_to_string(&path).map_err(|error| CliError::environment(&error, &name))?;
        let read = prove::Assertions::parse(&name, text).map_err(CliError::inputs)?;
        let clock = Clock::start();
        let outcomes = read.assertions.iter().map(|assertion| {
            let healthy = timeline
                .components
                .iter()
                .any(|component| component.name == assertion.component && component.healthy.is_some());
            if !healthy {
                let message = format!("{} is not healthy", assertion.component);
                return Outcome { name: assertion.name.clone(), holds: None, message };
            }
            loop {
                let outcome = prove::check(client, assertion);
                if outcome.holds == Some(true) || clock.now() > SETTLE || process::interrupted() {
                    return outcome;
                }
                thread::sleep(std::time::Duration::from_millis(500));
            }
        });
        Ok(outcomes.collect())
    }

    fn publish(&self, remote: &Remote, built: &Built) -> Result<(), CliError> {
        let local = StoredBlobs::new(context::store(self.global)?);
        let cluster = Cluster {
            registry: remote,
            name: &self.spec.name,
            patience: std::time::Duration::from_secs(6),
            local: Some(&local as &dyn Blobs),
        };
        publish::publish(
            cluster,
            &Request {
                publication: &publication(built),
                blobs: &local,
                signer: None,
                channel: Some(CHANNEL),
                // Nobody reads the journal of a registry that is gone in a minute.
                who: Who { time: "1970-01-01T00:00:00Z".to_owned(), author: "e2e".to_owned() },
                thorough: false,
                jobs: AT_ONCE,
                progress: &|_| {},
            },
        )?;
        Ok(())
    }

    fn remote(&self, base: &str) -> Result<Remote, CliError> {
        let patience = Patience { cancelled: process::interrupted, ..Patience::default() };
        let network = context::network(self.global);
        let options = RemoteOptions { patience, plain_http: true, ..RemoteOptions::new(network) };
        Remote::new(base, options).map_err(|error| CliError::registry(&error))
    }

    /// The images of the run, that of a node, that of the registry.
    fn images(&self, args: &Args, wanted: &Wanted) -> Result<(Images, Image, Image), CliError> {
        let directory = self.workspace.root().join("images");
        let descriptions = container::find(&directory)?;
        let lock = plan::load_lock(self.workspace)?;
        let silent = |_: inputs::FetchEvent<'_>| {};
        let network = context::network(self.global);
        let fetcher = Fetcher::new(self.store, network, context::mirrors(self.global), &silent);
        let tell = |text: &str| self.printer.note(text);
        let builder =
            Builder { store: self.store, fetcher: &fetcher, lock: &lock, images: directory, tell: &tell };
        let named: BTreeSet<String> = wanted.images().into_keys().collect();
        let images = Images::build(&builder, &descriptions, &named, args.node_image.is_none())?;
        let one = |name: &str| {
            let described = descriptions.get(name).ok_or_else(|| {
                CliError::environment(&"there is no such file", &format!("images/{name}.yaml"))
            })?;
            builder.build(name, described).map_err(CliError::from)
        };
        Ok((images, one("kind-node")?, one("registry")?))
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
