//! The last step: one release that pins every bundle, with the delivery objects of the engines.

use std::collections::BTreeMap;

use catalogue::{ArgocdObjects, Engine};
use deliver::{HealthCheck, ReleaseBundle, ReleaseSpec, release};
use diag::Diagnostic;
use hashing::Digest;

use render::ObjectFacts;

use crate::build::Session;
use crate::bundle_step::{Bundle, BundledUnit};
use crate::error::PlanError;
use crate::render_step::RenderedUnit;
use crate::surroundings::Whole;

/// Makes the release and puts it into the store.
pub(crate) fn run(
    session: &Session<'_>,
    units: &[RenderedUnit],
    bundled: &[BundledUnit],
    whole: &Whole,
) -> Result<Bundle, PlanError> {
    let cluster = &session.catalogue.cluster.spec;
    let waves = waves(session, whole)?;
    let to = session.options.destination.as_ref();
    let mut pinned = Vec::new();
    for (unit, packed) in units.iter().zip(bundled) {
        for bundle in &packed.bundles {
            pinned.push(release_bundle(session, unit, bundle, units, bundled, whole, &waves));
        }
    }
    let packed = release(&ReleaseSpec {
        cluster: cluster.name.clone(),
        registry: to.map_or_else(|| cluster.registry.clone(), |to| to.registry.clone()),
        engines: cluster.engines.iter().map(|engine| delivery_engine(*engine)).collect(),
        bundles: pinned,
        insecure: to.is_some_and(|to| to.plain_http),
        pull_secret: cluster.delivery.pull_secret.clone(),
        application_set: cluster.delivery.argocd == ArgocdObjects::ApplicationSet,
        inputs: inputs(session)?,
    })
    .map_err(|error| {
        Diagnostic::error(format!("the release of `{}` cannot be packed: {error}", cluster.name))
    })?;
    for blob in [&packed.layer, &packed.config, &packed.manifest] {
        session.store.put(blob)?;
    }
    Ok(Bundle {
        name: packed.name,
        version: packed.version,
        manifest: packed.manifest_digest,
        manifest_size: packed.manifest.len() as u64,
        config: packed.config_digest,
        layer: packed.layer_digest,
        layer_size: packed.layer.len() as u64,
        diff_id: packed.diff_id,
        objects: packed.object_count,
        crds: false,
    })
}

/// One digest over every pin that the cluster uses.
fn inputs(session: &Session<'_>) -> Result<Digest, PlanError> {
    let mut pins: Vec<String> = Vec::new();
    for unit in session.catalogue.units.values() {
        let used = crate::pins::of_unit(session.catalogue, session.lock, unit)?;
        pins.extend(used.into_iter().map(|pin| format!("{pin} {}", pin.digest)));
    }
    pins.sort();
    pins.dedup();
    Ok(Digest::of(pins.join("\n").as_bytes()))
}

fn waves(session: &Session<'_>, whole: &Whole) -> Result<BTreeMap<String, i32>, PlanError> {
    let units = &session.catalogue.units;
    let floor = units.iter().filter_map(|(name, unit)| Some((name.clone(), unit.spec.wave?))).collect();
    whole.graph.waves(&floor).map_err(|cycle| {
        Diagnostic::error(format!("the units wait for each other in a circle: {cycle}"))
            .hint(
                "take one of these edges away: a `needs`, or a custom resource that can move to a later unit",
            )
            .into()
    })
}

fn release_bundle(
    session: &Session<'_>,
    unit: &RenderedUnit,
    bundle: &Bundle,
    units: &[RenderedUnit],
    bundled: &[BundledUnit],
    whole: &Whole,
    waves: &BTreeMap<String, i32>,
) -> ReleaseBundle {
    let described = session.catalogue.units.get(&unit.name);
    // CRDs stand in nobody's namespace and use nobody's kinds: they go first.
    let depends_on = if bundle.crds { Vec::new() } else { before(unit, bundle, units, bundled, whole) };
    let health = described.into_iter().filter(|_| !bundle.crds).flat_map(|unit| {
        unit.spec.health.iter().map(|health| HealthCheck {
            api_version: health.api_version.clone(),
            kind: health.kind.clone(),
            name: health.name.clone(),
            namespace: health.namespace.clone().or_else(|| Some(unit.spec.namespace.clone())),
        })
    });
    ReleaseBundle {
        name: bundle.name.clone(),
        version: bundle.version.clone(),
        digest: bundle.manifest,
        namespace: described.map_or_else(String::new, |unit| unit.spec.namespace.clone()),
        depends_on,
        wave: if bundle.crds { 0 } else { waves.get(&unit.name).copied().unwrap_or(0) + 1 },
        crds: bundle.crds,
        installs: described.and_then(|unit| unit.spec.installs).map(delivery_engine),
        objects: unit.facts.objects.iter().map(object_reference).collect(),
        health: health.collect(),
    }
}

/// The bundles that must be applied and healthy before one.
fn before(
    unit: &RenderedUnit,
    bundle: &Bundle,
    units: &[RenderedUnit],
    bundled: &[BundledUnit],
    whole: &Whole,
) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let needed: Vec<&str> = whole.graph.before(&unit.name).map(|(to, _)| to).collect();
    for (other, packed) in units.iter().zip(bundled) {
        let is_needed = needed.contains(&other.name.as_str());
        for candidate in &packed.bundles {
            let own_crds = other.name == unit.name && candidate.crds;
            if (is_needed || own_crds) && candidate.name != bundle.name {
                names.push(candidate.name.clone());
            }
        }
    }
    names
}

fn object_reference(object: &ObjectFacts) -> HealthCheck {
    HealthCheck {
        api_version: object.api_version.clone(),
        kind: object.kind.clone(),
        name: object.name.clone(),
        namespace: object.namespace.clone(),
    }
}

fn delivery_engine(engine: Engine) -> deliver::Engine {
    match engine {
        Engine::Flux => deliver::Engine::Flux,
        Engine::Argocd => deliver::Engine::ArgoCd,
    }
}
