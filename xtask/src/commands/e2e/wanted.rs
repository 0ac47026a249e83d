//! Which components a run is about, and which images they need.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalogue::{Catalogue, Workspace};
use deliver::{Engine, ReleaseDocument};
use diag::{Diagnostic, Source};
use hashing::Digest;
use oci::Manifest;
use plan::Report;
use prove::Expected;
use serde_json::Value;
use store::Store;
use yaml::Duplicates;

use crate::error::CliError;

/// What is in a release, and what of it is waited for.
#[derive(Clone)]
pub(super) struct Wanted {
    /// The workspace that it was built from.
    pub(super) workspace: Workspace,
    pub(super) document: ReleaseDocument,
    pub(super) expected: Expected,
    /// The objects of each bundle, by its name.
    pub(super) objects: BTreeMap<String, Vec<Value>>,
    /// Names of bundles that are waited for.
    pub(super) names: BTreeSet<String>,
    /// Whether the engine goes by waves.
    waves: bool,
    /// The unit that installs the engine.
    installer: String,
}

impl Wanted {
    pub(super) fn of(
        workspace: &Workspace,
        store: &Store,
        built: &Report,
        units: &[String],
        engine: Engine,
        catalogue: &Catalogue,
    ) -> Result<Self, CliError> {
        let manifest = manifest(store, &built.release.digest)?;
        let document = ReleaseDocument::parse(&store.get(&manifest.config.digest)?)
            .map_err(|error| CliError::environment(&error, "the release that was just built"))?;
        let mut objects = BTreeMap::new();
        for bundle in &document.bundles {
            objects.insert(bundle.name.clone(), objects_of(store, &bundle.digest)?);
        }
        let expected = Expected::of(built.release.digest, &document);
        let mut wanted = Self {
            workspace: workspace.clone(),
            document,
            expected,
            objects,
            names: BTreeSet::new(),
            waves: engine == Engine::ArgoCd,
            installer: installer(catalogue, engine)?,
        };
        for unit in units {
            if !built.units.iter().any(|line| line.unit == *unit) {
                let diagnostic =
                    Diagnostic::error(format!("cluster `{}` has no unit `{unit}`", built.cluster));
                let near = diag::nearest(unit, built.units.iter().map(|line| line.unit.as_str()));
                return Err(CliError::input(near.into_iter().fold(diagnostic, |diagnostic, near| {
                    diagnostic.hint(format!("did you mean `{near}`?"))
                })));
            }
        }
        let all: Vec<String> = wanted.document.bundles.iter().map(|bundle| bundle.name.clone()).collect();
        for name in all {
            let unit = name.trim_end_matches("/crds");
            if units.is_empty() || units.iter().any(|asked| asked == unit) {
                wanted.want(&name);
            }
        }
        for name in wanted.engine() {
            wanted.want(&name);
        }
        if engine == Engine::ArgoCd {
            wanted.want_earlier_waves();
        }
        Ok(wanted)
    }

    /// Argo CD begins a wave when all of the one before is healthy, whoever needs it.
    fn want_earlier_waves(&mut self) {
        let bundles = &self.document.bundles;
        let last = bundles.iter().filter(|one| self.names.contains(&one.name)).map(|one| one.wave).max();
        let earlier = bundles.iter().filter(|one| Some(one.wave) < last).map(|one| one.name.clone());
        self.names.extend(earlier.collect::<Vec<_>>());
    }

    /// The bundles that make an engine, in the order in which they are applied.
    pub(super) fn engine(&self) -> Vec<String> {
        let mut names: BTreeSet<String> = BTreeSet::new();
        self.close(&self.installer, &mut names);
        let mut sorted: Vec<String> = names.into_iter().collect();
        let wave = |name: &String| {
            self.document.bundles.iter().find(|bundle| bundle.name == *name).map_or(0, |bundle| bundle.wave)
        };
        sorted.sort_by_key(|name| (wave(name), name.clone()));
        sorted
    }

    /// The wanted bundles that hold definitions of custom resources.
    pub(super) fn definitions(&self) -> Vec<String> {
        self.names.iter().filter(|name| name.ends_with("/crds")).cloned().collect()
    }

    /// Takes a bundle and everything that it depends on.
    fn want(&mut self, name: &str) {
        let mut names = std::mem::take(&mut self.names);
        self.close(name, &mut names);
        self.names = names;
    }

    fn close(&self, name: &str, into: &mut BTreeSet<String>) {
        let Some(bundle) = self.document.bundles.iter().find(|bundle| bundle.name == name) else { return };
        if into.insert(name.to_owned()) {
            for before in &bundle.depends_on {
                self.close(before, into);
            }
        }
    }

    /// The images of the wanted bundles, each with the bundles that hold it.
    pub(super) fn images(&self) -> BTreeMap<String, Vec<String>> {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for name in &self.names {
            let mut images = BTreeSet::new();
            for object in self.objects.get(name).into_iter().flatten() {
                collect(object, &mut images);
            }
            for image in images {
                found.entry(image).or_default().push(name.clone());
            }
        }
        found
    }

    /// Components that wait for one, with the reason.
    pub(super) fn behind(&self, name: &str) -> BTreeMap<String, String> {
        let mut found = BTreeMap::from([(name.to_owned(), String::new())]);
        if self.waves {
            // Argo CD holds back all of the later waves.
            let bundles = &self.document.bundles;
            let wave = bundles.iter().find(|bundle| bundle.name == name).map(|bundle| bundle.wave);
            let later = bundles.iter().filter(|bundle| Some(bundle.wave) > wave);
            found.extend(later.map(|bundle| (bundle.name.clone(), format!("waits for {name}"))));
        }
        self.spread(&mut found);
        found.remove(name);
        found
    }

    /// Components that nobody waits for, with the reason: not asked for, or behind an image that nobody brings.
    pub(super) fn excused(&self, missing: &BTreeSet<String>) -> BTreeMap<String, String> {
        let mut excused = BTreeMap::new();
        for (image, bundles) in self.images() {
            if missing.contains(&image) {
                for bundle in bundles {
                    excused.entry(bundle).or_insert(format!("nobody brings image {image}"));
                }
            }
        }
        for bundle in &self.document.bundles {
            if !self.names.contains(&bundle.name) {
                excused.insert(bundle.name.clone(), "not asked for".to_owned());
            }
        }
        self.spread(&mut excused);
        excused
    }

    /// Adds what depends on components that are there already.
    fn spread(&self, excused: &mut BTreeMap<String, String>) {
        // One round for each step that an excuse can travel.
        for _ in 0..self.document.bundles.len() {
            for bundle in &self.document.bundles {
                let reason = bundle.depends_on.iter().find(|before| excused.contains_key(*before));
                if let (Some(before), false) = (reason, excused.contains_key(&bundle.name)) {
                    excused.insert(bundle.name.clone(), format!("waits for {before}"));
                }
            }
        }
    }
}

/// The unit of a cluster that installs an engine.
fn installer(catalogue: &Catalogue, engine: Engine) -> Result<String, CliError> {
    let name = match engine {
        Engine::Flux => catalogue::Engine::Flux,
        Engine::ArgoCd => catalogue::Engine::Argocd,
    };
    let found = catalogue.units.iter().find(|(_, unit)| unit.spec.installs == Some(name));
    found.map(|(unit, _)| unit.clone()).ok_or_else(|| {
        let message = format!("no unit of cluster `{}` installs {engine}", catalogue.cluster.spec.name);
        let hint = "`--engine` takes one that the cluster brings: the unit says `installs`";
        CliError::input(Diagnostic::error(message).hint(hint))
    })
}

fn manifest(store: &Store, digest: &Digest) -> Result<Manifest, CliError> {
    Manifest::parse(&store.get(digest)?)
        .map_err(|error| CliError::environment(&error, "an artifact that was just built"))
}

fn objects_of(store: &Store, digest: &Digest) -> Result<Vec<Value>, CliError> {
    let mut objects = Vec::new();
    for layer in &manifest(store, digest)?.layers {
        let files = deliver::read(&store.get(&layer.digest)?)
            .map_err(|error| CliError::environment(&error, "a bundle that was just built"))?;
        for (name, text) in files {
            let source = Arc::new(Source { name, text });
            let documents = yaml::parse_stream(&source, Duplicates::LastWins).map_err(CliError::inputs)?;
            objects.extend(documents.iter().map(|document| document.root.to_json()));
        }
    }
    Ok(objects)
}

/// Texts that stand where an image is named.
fn collect(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_str() {
                    Some(text) if matches!(name.as_str(), "image" | "imageName") && text.contains(':') => {
                        into.insert(text.to_owned());
                    }
                    _ => collect(field, into),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        _ => {}
    }
}
