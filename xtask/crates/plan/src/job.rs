//! From a resolved unit to a render job: pins fetched, charts unpacked.

use std::sync::Arc;

use archive::Tree;
use catalogue::Catalogue;
use diag::{Diagnostic, Source, SourceRef};
use inputs::{Fetcher, Pin};
use render::{Job, JobLayer, JobSource};
use store::Store;

use crate::charts::{chart, pinned_tree};
use crate::error::PlanError;
use crate::pattern::fits;
use crate::resolve::{Resolved, ResolvedSource, is_yaml};

/// Makes the job of a unit.
pub(crate) fn job(
    resolved: Resolved<'_>,
    catalogue: &Catalogue,
    fetcher: &Fetcher<'_>,
    store: &Store,
) -> Result<Job, PlanError> {
    let (unit, cluster) = (resolved.unit, &catalogue.cluster.spec);
    let mut sources = Vec::new();
    for source in resolved.sources {
        sources.push(job_source(source, fetcher, store)?);
    }
    Ok(Job {
        unit: unit.name.clone(),
        description: Arc::clone(&unit.source),
        namespace: unit.spec.namespace.clone(),
        allow_namespaces: unit.spec.allow_namespaces.clone(),
        kubernetes_version: cluster.kubernetes.version.clone(),
        apis: cluster.kubernetes.apis.clone(),
        sources,
        hooks: unit.spec.hooks.clone(),
        drop: unit.spec.drop.clone(),
        patches: unit.spec.patches.clone(),
        images: unit.spec.images.clone(),
    })
}

fn job_source(
    source: ResolvedSource<'_>,
    fetcher: &Fetcher<'_>,
    store: &Store,
) -> Result<JobSource, PlanError> {
    Ok(match source {
        ResolvedSource::Helm { chart: source, release, values } => {
            let chart = chart(&source, fetcher, store)?;
            let values = values
                .into_iter()
                .map(|layer| JobLayer { layer: layer.layer, source: layer.source })
                .collect();
            JobSource::Helm {
                chart: source.name().to_owned(),
                directory: store.tree(&chart.digest)?,
                digest: chart.digest,
                impurities: chart.impurities,
                absent: chart.absent,
                release,
                values,
            }
        }
        ResolvedSource::Manifests { layers } => JobSource::Manifests { layers },
        ResolvedSource::Pinned { pin, include, exclude } => {
            let tree = pinned_tree(pin, fetcher, store)?;
            let digest = pin.digest.digest().unwrap_or_else(|| tree.digest());
            JobSource::Pinned {
                pin: pin.name.clone(),
                digest,
                files: chosen(pin, &tree, &include, &exclude)?,
            }
        }
        ResolvedSource::Kustomize { overlay, mut files, pins } => {
            for (mount, pin) in pins {
                for (path, file) in pinned_tree(pin, fetcher, store)?.iter() {
                    files.insert(format!("{mount}/{path}"), file.executable, file.content.clone()).map_err(
                        |error| Diagnostic::error(format!("pin `{}` at `{mount}`: {error}", pin.name)),
                    )?;
                }
            }
            JobSource::Kustomize { overlay, files }
        }
    })
}

/// The files of a pin that a source takes.
fn chosen(
    pin: &Pin,
    tree: &Tree,
    include: &[String],
    exclude: &[String],
) -> Result<Vec<SourceRef>, PlanError> {
    let mut files = Vec::new();
    for (path, file) in tree.iter() {
        let wanted = match include {
            [] => is_yaml(path) && !path.ends_with("kustomization.yaml"),
            patterns => patterns.iter().any(|pattern| fits(pattern, path)),
        };
        if !wanted || exclude.iter().any(|pattern| fits(pattern, path)) {
            continue;
        }
        let text = String::from_utf8(file.content.clone())
            .map_err(|_| Diagnostic::error(format!("`{path}` of pin `{}` is not UTF-8", pin.name)))?;
        files.push(Arc::new(Source { name: format!("{}/{path}", pin.name), text }));
    }
    if files.is_empty() {
        return Err(Diagnostic::error(format!("no file of pin `{}` is chosen", pin.name))
            .hint("look at `include` and `exclude` of the source, and at `select` of the pin")
            .into());
    }
    Ok(files)
}
