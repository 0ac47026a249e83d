//! From a unit to its render recipe: every file read, every pin found, nothing fetched.

use std::collections::BTreeMap;

use archive::Tree;
use catalogue::{
    Catalogue, HelmSource, KustomizeSource, LayerFile, ManifestsSource, Source, Unit, Workspace,
    layer_directories, layer_files,
};
use diag::{Diagnostic, SourceRef};
use hashing::Digest;
use inputs::{Kind, Lock, Pin};

use crate::chart_source::{self, ChartSource};
use crate::error::PlanError;
use crate::pins;
use crate::recipe::Recipe;

/// A unit with its sources resolved.
pub(crate) struct Resolved<'a> {
    pub(crate) unit: &'a Unit,
    pub(crate) sources: Vec<ResolvedSource<'a>>,
    pub(crate) recipe: Recipe,
    /// What the version of its bundles begins with.
    pub(crate) version: String,
}

/// A source with its files and pins.
pub(crate) enum ResolvedSource<'a> {
    Helm { chart: ChartSource<'a>, release: String, values: Vec<LayerFile> },
    Manifests { layers: Vec<Vec<SourceRef>> },
    Pinned { pin: &'a Pin, include: Vec<String>, exclude: Vec<String> },
    Kustomize { overlay: String, files: Tree, pins: Vec<(String, &'a Pin)> },
}

/// What every unit of a cluster shares.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) lock: &'a Lock,
    pub(crate) helm: Digest,
    pub(crate) kubectl: Digest,
    pub(crate) kubernetes: Digest,
}

/// Resolves a unit.
pub(crate) fn resolve<'a>(with: Surroundings<'a>, unit: &'a Unit) -> Result<Resolved<'a>, PlanError> {
    let cluster = &with.catalogue.cluster.spec;
    let mut recipe = Recipe::new("render");
    recipe.parameter("unit", unit.name.as_str());
    recipe.parameter("namespace", unit.spec.namespace.as_str());
    recipe.parameter("kubernetes", cluster.kubernetes.version.as_str());
    recipe.described("apis", &cluster.kubernetes.apis);
    recipe.described("allowNamespaces", &unit.spec.allow_namespaces);
    recipe.described("hooks", &unit.spec.hooks);
    recipe.described("drop", &unit.spec.drop);
    recipe.described("patches", &unit.spec.patches);
    recipe.described("images", &unit.spec.images);
    recipe.input("kubernetes", with.kubernetes);

    let mut sources = Vec::new();
    let mut described = Vec::new();
    let mut mistakes = Vec::new();
    for (index, source) in unit.sources().iter().enumerate() {
        let resolving = Resolving { with, unit, index };
        let resolved = match source {
            Source::Helm(helm) => resolving.helm(helm, &mut recipe),
            Source::Manifests(manifests) => resolving.manifests(manifests, &mut recipe),
            Source::Kustomize(kustomize) => resolving.kustomize(kustomize, &mut recipe),
        };
        match resolved {
            Ok((source, description)) => {
                sources.push(source);
                described.push(description);
            }
            Err(PlanError::Refused(found)) => mistakes.extend(found),
            Err(other) => return Err(other),
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes.into());
    }
    recipe.described("sources", &described);
    let version = version(unit, &sources);
    Ok(Resolved { unit, sources, recipe, version })
}

/// The unit's own word, otherwise the version of its first chart or pin.
fn version(unit: &Unit, sources: &[ResolvedSource<'_>]) -> String {
    let first = sources.iter().find_map(|source| match source {
        ResolvedSource::Helm { chart, .. } => Some(chart.version()),
        ResolvedSource::Pinned { pin, .. } => Some(&pin.version),
        ResolvedSource::Kustomize { pins, .. } => pins.first().map(|(_, pin)| pin.version.as_str()),
        ResolvedSource::Manifests { .. } => None,
    });
    unit.spec.version.as_deref().or(first).unwrap_or("0.1.0").to_owned()
}

/// A resolved source and how the recipe describes it.
type Described<'a> = (ResolvedSource<'a>, BTreeMap<String, String>);

struct Resolving<'a> {
    with: Surroundings<'a>,
    unit: &'a Unit,
    index: usize,
}

impl<'a> Resolving<'a> {
    fn helm(&self, helm: &HelmSource, recipe: &mut Recipe) -> Result<Described<'a>, PlanError> {
        let chart = self.chart(helm)?;
        let release = helm.release.clone().unwrap_or_else(|| self.unit.short_name().to_owned());
        let directory = self.unit.path(helm.values.as_deref().unwrap_or("."));
        if helm.values.is_some() && !self.with.workspace.is_directory(&directory) {
            return Err(self.missing(&directory, "the directory of the value layers").into());
        }
        let values = layer_files(self.with.workspace, &directory, &self.with.catalogue.cluster.spec)?;
        for (depth, layer) in values.iter().enumerate() {
            let digest = Digest::of(layer.source.text.as_bytes());
            recipe.input(self.name(&format!("values {depth} {}", layer.layer)), digest);
        }
        if let Some(digest) = chart.digest() {
            recipe.input(self.name(&format!("chart {}", chart.name())), digest);
        }
        recipe.input("helm", self.with.helm);
        let described =
            describe(&[("helm", chart.name()), ("version", chart.version()), ("release", &release)]);
        Ok((ResolvedSource::Helm { chart, release, values }, described))
    }

    fn chart(&self, helm: &HelmSource) -> Result<ChartSource<'a>, PlanError> {
        let Some(path) = &helm.path else {
            let name = helm.chart.as_deref().unwrap_or_default();
            return Ok(ChartSource::Pinned(self.pin(Kind::Chart, name, helm.version.as_deref())?));
        };
        let path = self.unit.path(path);
        if !self.with.workspace.is_file(&path) && !self.with.workspace.is_directory(&path) {
            return Err(self.missing(&path, "a chart").into());
        }
        let place = |message: String| {
            let span = self.unit.place(&["sources", &self.index.to_string()]);
            Diagnostic::error(message).at(&self.unit.source, span, "named here")
        };
        Ok(ChartSource::Local(chart_source::read(self.with.workspace, self.unit, path, &place)?))
    }

    fn manifests(
        &self,
        manifests: &ManifestsSource,
        recipe: &mut Recipe,
    ) -> Result<Described<'a>, PlanError> {
        if let Some(name) = &manifests.pin {
            let pin = self.pin(Kind::Manifests, name, manifests.version.as_deref())?;
            self.pin_input(pin, recipe);
            let (include, exclude) = (manifests.include.clone(), manifests.exclude.clone());
            let described = describe(&[
                ("manifests", pin.name.as_str()),
                ("version", &pin.version),
                ("include", &include.join(" ")),
                ("exclude", &exclude.join(" ")),
            ]);
            return Ok((ResolvedSource::Pinned { pin, include, exclude }, described));
        }
        let path = self.unit.path(manifests.path.as_deref().unwrap_or("."));
        let layers = self.manifest_layers(&path)?;
        for (depth, files) in layers.iter().enumerate() {
            for file in files {
                recipe.input(
                    self.name(&format!("layer {depth} {}", file.name)),
                    Digest::of(file.text.as_bytes()),
                );
            }
        }
        Ok((ResolvedSource::Manifests { layers }, describe(&[("manifests", path.as_str())])))
    }

    /// The files of each layer; a base of one file has no layers.
    fn manifest_layers(&self, path: &str) -> Result<Vec<Vec<SourceRef>>, PlanError> {
        let workspace = self.with.workspace;
        if workspace.is_file(path) {
            return Ok(vec![vec![workspace.text(path)?]]);
        }
        let directories = layer_directories(workspace, path, &self.with.catalogue.cluster.spec);
        if directories.is_empty() {
            return Err(self.missing(path, "manifests").into());
        }
        let mut layers = Vec::new();
        for directory in directories {
            let mut files = Vec::new();
            for name in workspace.names(&directory)? {
                let file = format!("{directory}/{name}");
                if is_yaml(&name) && workspace.is_file(&file) {
                    files.push(workspace.text(&file)?);
                }
            }
            layers.push(files);
        }
        Ok(layers)
    }

    fn kustomize(
        &self,
        kustomize: &KustomizeSource,
        recipe: &mut Recipe,
    ) -> Result<Described<'a>, PlanError> {
        let directory = self.unit.path(&kustomize.path);
        let overlay = self.overlay(&directory)?;
        let mut files = Tree::new();
        for path in self.with.workspace.files(&directory)? {
            let relative = path.strip_prefix(&format!("{directory}/")).unwrap_or(&path).to_owned();
            if matches!(relative.as_str(), "app.yaml" | "component.yaml") {
                continue;
            }
            let content = self.with.workspace.read(&path)?;
            recipe.input(self.name(&format!("file {relative}")), Digest::of(&content));
            files
                .insert(&relative, false, content)
                .map_err(|error| Diagnostic::error(format!("unit `{}`: {error}", self.unit.name)))?;
        }
        let mut pins = Vec::new();
        let mut described = vec![("kustomize", overlay.clone())];
        for (mount, name) in &kustomize.pins {
            let pin = self.pin(Kind::Manifests, name, None)?;
            self.pin_input(pin, recipe);
            described.push((mount.as_str(), format!("{} {}", pin.name, pin.version)));
            pins.push((mount.clone(), pin));
        }
        recipe.input("kubectl", self.with.kubectl);
        let described: Vec<(&str, &str)> =
            described.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let described = describe(&described);
        Ok((ResolvedSource::Kustomize { overlay, files, pins }, described))
    }

    /// The most particular directory that has a kustomization, relative to `directory`.
    fn overlay(&self, directory: &str) -> Result<String, PlanError> {
        let cluster = &self.with.catalogue.cluster.spec;
        let candidates = [
            format!("cluster/{}", cluster.name),
            cluster.environment.clone(),
            "base".to_owned(),
            String::new(),
        ];
        let has_kustomization = |overlay: &str| {
            ["kustomization.yaml", "kustomization.yml", "Kustomization"].iter().any(|file| {
                let path = [directory, overlay, file].into_iter().filter(|part| !part.is_empty());
                self.with.workspace.is_file(&path.collect::<Vec<_>>().join("/"))
            })
        };
        candidates.into_iter().find(|overlay| has_kustomization(overlay)).ok_or_else(|| {
            self.missing(&format!("{directory}/base/kustomization.yaml"), "a kustomization").into()
        })
    }

    fn pin(&self, kind: Kind, name: &str, version: Option<&str>) -> Result<&'a Pin, Diagnostic> {
        let versions = &self.with.catalogue.cluster.spec.versions;
        pins::find(self.with.lock, versions, self.unit, kind, name, version, self.index)
    }

    fn pin_input(&self, pin: &Pin, recipe: &mut Recipe) {
        if let Some(digest) = pin.digest.digest() {
            recipe.input(self.name(&format!("{} {}", pin.kind.as_str(), pin.name)), digest);
        }
    }

    fn missing(&self, path: &str, what: &str) -> Diagnostic {
        let span = self.unit.place(&["sources", &self.index.to_string()]);
        Diagnostic::error(format!("unit `{}`: `{path}` does not exist", self.unit.name))
            .at(&self.unit.source, span, format!("{what} should be there"))
            .hint("paths of a source are relative to the unit's directory")
    }

    fn name(&self, input: &str) -> String {
        format!("source {} {input}", self.index)
    }
}

fn describe(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub(crate) fn is_yaml(name: &str) -> bool {
    name.ends_with(".yaml") || name.ends_with(".yml")
}
