//! A whole build.

use std::path::PathBuf;
use std::time::Instant;

use catalogue::{Catalogue, Workspace};
use diag::Diagnostic;
use hashing::Digest;
use inputs::{Fetcher, Lock, Pin};
use registry::Network;
use store::{Outcome, Store};

use crate::bundle_step::{self, Bundle, BundledUnit};
use crate::error::{PlanError, described, join};
use crate::event::Event;
use crate::kept;
use crate::kubernetes::Api;
use crate::recipe::Recipe;
use crate::release_step;
use crate::render_step::{self, RenderedUnit};
use crate::report::{BundleLine, Report, Status, UnitLine};
use crate::resolve::{self, Resolved};
use crate::snapshot;
use crate::surroundings::{self, Whole};
use crate::target;
use crate::threads;
use crate::tools::Tool;

/// What a build is told besides the cluster.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many steps run at once.
    pub jobs: usize,
    /// Whether inputs may be fetched.
    pub network: Network,
    /// Directories that serve inputs in place of their first source.
    pub mirrors: Vec<PathBuf>,
    /// Whether every image must have a digest.
    pub strictness: Strictness,
    /// Where the release says that its bundles are; the registry of the cluster unless given.
    pub destination: Option<Destination>,
}

/// A registry that is not the cluster's own, say one of a test.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Destination {
    /// `oci://host[:port]/path`.
    pub registry: String,
    /// Whether engines must speak HTTP without TLS to it.
    pub plain_http: bool,
}

impl Destination {
    /// What tells builds for one destination from those for another.
    fn identity(&self) -> String {
        Digest::of(format!("{}\0{}", self.registry, self.plain_http).as_bytes()).short()
    }
}

impl Options {
    /// What files that depend on the destination have in their names.
    pub(crate) fn suffix(&self) -> String {
        self.destination.as_ref().map_or_else(String::new, |to| format!("@{}", to.identity()))
    }
}

/// Whether every image must have a digest.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Strictness {
    /// An image whose digest the lock does not know yet keeps its tag.
    Lenient,
    /// It is refused.
    Strict,
}

/// Everything that the steps of a build share.
pub struct Session<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) store: &'a Store,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) lock: &'a Lock,
    pub(crate) fetcher: Fetcher<'a>,
    pub(crate) helm: Tool<'a>,
    pub(crate) kubectl: Tool<'a>,
    pub(crate) api: Api<'a>,
    pub(crate) options: &'a Options,
    pub(crate) events: &'a (dyn Fn(Event) + Sync),
}

/// Builds a cluster: everything that is not in the store yet, and the release.
pub fn build(
    workspace: &Workspace,
    store: &Store,
    cluster: &str,
    options: &Options,
    events: &(dyn Fn(Event) + Sync),
) -> Result<Report, PlanError> {
    let seen = snapshot::look(workspace, cluster)?;
    let place = target::place(cluster, options);
    let name = snapshot::name(workspace.root(), &place, options.strictness == Strictness::Strict);
    if let Some(mut report) = snapshot::recall(store, workspace, &name, &place, &seen) {
        for unit in &mut report.units {
            (unit.status, unit.milliseconds) = (Status::Unchanged, 0);
        }
        return Ok(report);
    }
    let catalogue = catalogue::load(workspace, cluster).map_err(PlanError::Described)?;
    let lock = load_lock(workspace)?;
    let forward = |event: inputs::FetchEvent<'_>| events(event.into());
    let session = Session::new(workspace, store, &catalogue, &lock, options, events, &forward)?;
    let (report, blobs) = session.build()?;
    snapshot::remember(store, &name, &seen, blobs, &report);
    Ok(report)
}

/// Reads `inputs.lock`.
pub fn load_lock(workspace: &Workspace) -> Result<Lock, PlanError> {
    if !workspace.is_file("inputs.lock") {
        let diagnostic = Diagnostic::error("there is no `inputs.lock`");
        return Err(PlanError::Described(vec![
            diagnostic.hint("`cargo xtask lock add` writes it with the first pin"),
        ]));
    }
    Lock::parse(&workspace.text("inputs.lock")?).map_err(PlanError::Described)
}

impl<'a> Session<'a> {
    /// Puts together what the steps share.
    pub fn new(
        workspace: &'a Workspace,
        store: &'a Store,
        catalogue: &'a Catalogue,
        lock: &'a Lock,
        options: &'a Options,
        events: &'a (dyn Fn(Event) + Sync),
        fetches: &'a (dyn Fn(inputs::FetchEvent<'_>) + Sync),
    ) -> Result<Self, PlanError> {
        let version = &catalogue.cluster.spec.kubernetes.version;
        Ok(Self {
            workspace,
            store,
            catalogue,
            lock,
            fetcher: Fetcher::new(store, options.network, options.mirrors.clone(), fetches),
            helm: Tool::find(lock, "helm").map_err(described)?,
            kubectl: Tool::find(lock, "kubectl").map_err(described)?,
            api: Api::find(lock, version).map_err(described)?,
            options,
            events,
        })
    }

    pub(crate) fn tell(&self, event: Event) {
        (self.events)(event);
    }

    /// The path of a program, or nothing when the step does not run it.
    pub(crate) fn program(&self, tool: &Tool<'_>, needed: bool) -> Result<PathBuf, PlanError> {
        if needed { tool.path(&self.fetcher, self.store) } else { Ok(PathBuf::new()) }
    }

    pub(crate) fn surroundings(&self) -> resolve::Surroundings<'_> {
        resolve::Surroundings {
            workspace: self.workspace,
            catalogue: self.catalogue,
            lock: self.lock,
            helm: self.helm.digest(),
            kubectl: self.kubectl.digest(),
            kubernetes: self.api.digest(),
        }
    }

    /// The units with their objects in the store, and how long each took to make, in milliseconds.
    pub(crate) fn rendered(&self) -> Result<Vec<(RenderedUnit, u64)>, PlanError> {
        let units: Vec<_> = self.catalogue.units.values().collect();
        self.tell(Event::Units(units.len()));
        let looked = threads::map(&units, self.options.jobs, |unit| {
            let resolved = resolve::resolve(self.surroundings(), unit).map_err(described)?;
            let known = render_step::known(self, &resolved)?;
            Ok((resolved, known))
        });
        let looked = join(looked)?;
        self.fetch_for(looked.iter().filter(|(_, known)| known.is_none()).map(|(resolved, _)| resolved))?;
        let work: Vec<Slot<_>> = looked.into_iter().map(|pair| Slot::new(Some(pair))).collect();
        join(threads::map(&work, self.options.jobs, |slot| match take(slot) {
            Some((_, Some(known))) => Ok((known, 0)),
            Some((resolved, None)) => {
                let start = Instant::now();
                let unit = render_step::run(self, resolved)?;
                Ok((unit, milliseconds(start)))
            }
            None => Err(Diagnostic::error("a unit was taken twice").into()),
        }))
    }

    /// Fetches at once what the units to be rendered will need, so that downloads overlap.
    fn fetch_for<'r>(&self, units: impl Iterator<Item = &'r Resolved<'r>>) -> Result<(), PlanError> {
        let mut pins: Vec<&Pin> = Vec::new();
        for resolved in units {
            pins.extend(crate::pins::of_unit(self.catalogue, self.lock, resolved.unit)?);
            pins.push(self.api.pin());
            for (tool, name) in [(&self.helm, "helm"), (&self.kubectl, "kubectl")] {
                if resolved.recipe.inputs.contains_key(name) {
                    pins.push(tool.pin());
                }
            }
        }
        pins.sort_by_key(|pin| (pin.kind, pin.name.clone(), pin.version.clone()));
        pins.dedup_by_key(|pin| (pin.kind, pin.name.clone(), pin.version.clone()));
        let failures: Vec<_> = self
            .fetcher
            .fetch_all(&pins, self.options.jobs.max(4))
            .into_iter()
            .filter_map(Result::err)
            .collect();
        match failures.len() {
            0 => Ok(()),
            1 => Err(failures.into_iter().map(PlanError::Fetch).next().unwrap_or_else(|| Vec::new().into())),
            _ => Err(PlanError::Unfetched(failures)),
        }
    }

    /// The cluster as its units show it.
    pub(crate) fn whole(&self, units: &[(RenderedUnit, u64)]) -> Result<Whole, PlanError> {
        let units: Vec<&RenderedUnit> = units.iter().map(|(unit, _)| unit).collect();
        let whole = surroundings::look(self, &units)?;
        if self.options.strictness == Strictness::Strict && !whole.unresolved.is_empty() {
            return Err(unresolved(&whole).into());
        }
        Ok(whole)
    }

    /// The bundles of the units.
    pub(crate) fn bundled(
        &self,
        units: &[(RenderedUnit, u64)],
        whole: &Whole,
    ) -> Result<Vec<(BundledUnit, u64)>, PlanError> {
        let looked = join(threads::map(units, self.options.jobs, |(unit, _)| {
            let namespace =
                self.catalogue.units.get(&unit.name).map_or("", |unit| unit.spec.namespace.as_str());
            let recipe = bundle_step::recipe(unit, namespace, whole);
            Ok((bundle_step::known(self, &recipe)?, recipe))
        }))?;
        let stale =
            units.iter().zip(&looked).filter(|(_, (known, _))| known.is_none()).map(|((unit, _), _)| unit);
        let crds = bundle_step::crds_of(self, stale, whole)?;
        let work: Vec<(&RenderedUnit, Slot<BundledUnit>, Recipe)> = units
            .iter()
            .zip(looked)
            .map(|((unit, _), (known, recipe))| (unit, Slot::new(known), recipe))
            .collect();
        join(threads::map(&work, self.options.jobs, |(unit, known, recipe)| {
            if let Some(known) = take(known) {
                return Ok((known, 0));
            }
            let start = Instant::now();
            let bundled = bundle_step::run(self, unit, recipe, whole, &crds)?;
            Ok((bundled, milliseconds(start)))
        }))
    }

    pub(crate) fn build(&self) -> Result<(Report, Vec<Digest>), PlanError> {
        let units = self.rendered()?;
        let whole = self.whole(&units)?;
        let bundled = self.bundled(&units, &whole)?;
        let (units, render_times): (Vec<RenderedUnit>, Vec<u64>) = units.into_iter().unzip();
        let (bundled, bundle_times): (Vec<BundledUnit>, Vec<u64>) = bundled.into_iter().unzip();
        let release = release_step::run(self, &units, &bundled, &whole)?;

        let mut all: Vec<&Bundle> = bundled.iter().flat_map(|unit| &unit.bundles).collect();
        all.push(&release);
        target::write(self, &all)?;
        kept::keep(self, &units, &bundled, &release)?;
        let blobs = all.iter().flat_map(|bundle| [bundle.manifest, bundle.config, bundle.layer]).collect();
        let times = render_times.iter().zip(&bundle_times).map(|(left, right)| left + right);
        let lines =
            units.iter().zip(&bundled).zip(times).map(|((unit, packed), time)| line(unit, packed, time));
        let report = Report {
            cluster: self.catalogue.cluster.spec.name.clone(),
            units: lines.collect(),
            release: bundle_line(&release),
            unresolved_images: whole.unresolved.into_iter().collect(),
            layout: target::place(&self.catalogue.cluster.spec.name, self.options),
        };
        Ok((report, blobs))
    }
}

/// Something that one thread takes.
type Slot<T> = std::sync::Mutex<Option<T>>;

fn take<T>(slot: &Slot<T>) -> Option<T> {
    slot.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()
}

fn line(unit: &RenderedUnit, packed: &BundledUnit, milliseconds: u64) -> UnitLine {
    let made = unit.outcome == Outcome::Built || packed.outcome == Outcome::Built;
    UnitLine {
        unit: unit.name.clone(),
        bundles: packed.bundles.iter().map(bundle_line).collect(),
        status: if made { Status::Built } else { Status::Unchanged },
        milliseconds,
        notes: unit.facts.notes.clone(),
    }
}

fn bundle_line(bundle: &Bundle) -> BundleLine {
    BundleLine {
        name: bundle.name.clone(),
        version: bundle.version.clone(),
        objects: bundle.objects,
        size: bundle.layer_size,
        digest: bundle.manifest,
        content: bundle.diff_id,
    }
}

fn unresolved(whole: &Whole) -> Diagnostic {
    let mut diagnostic =
        Diagnostic::error(format!("{} images have no digest in `inputs.lock`", whole.unresolved.len()));
    for reference in &whole.unresolved {
        diagnostic = diagnostic.with_note(reference.clone());
    }
    diagnostic
        .hint("`cargo xtask lock update --images` fills them in on a machine that reaches their registries")
}

fn milliseconds(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
}
