//! Which pins a unit takes.

use std::collections::BTreeMap;

use catalogue::{Catalogue, Source, Unit};
use diag::Diagnostic;
use inputs::{Kind, Lock, Pin};

/// The pin of a chart or of manifests that a source names, in the version that the cluster takes.
pub(crate) fn find<'l>(
    lock: &'l Lock,
    versions: &BTreeMap<String, String>,
    unit: &Unit,
    kind: Kind,
    name: &str,
    version: Option<&str>,
    index: usize,
) -> Result<&'l Pin, Diagnostic> {
    let version = versions.get(name).map(String::as_str).or(version);
    look_up(lock, kind, name, version).map_err(|problem| {
        let span = unit.place(&["sources", &index.to_string()]);
        Diagnostic::error(format!("unit `{}`: {problem}", unit.name))
            .at(&unit.source, span, "asked for here")
            .hint(missing_hint(kind, name))
    })
}

/// The pin of something that every build uses.
pub(crate) fn required<'l>(
    lock: &'l Lock,
    kind: Kind,
    name: &str,
    version: Option<&str>,
) -> Result<&'l Pin, Diagnostic> {
    look_up(lock, kind, name, version)
        .map_err(|problem| Diagnostic::error(problem).hint(missing_hint(kind, name)))
}

fn look_up<'l>(lock: &'l Lock, kind: Kind, name: &str, version: Option<&str>) -> Result<&'l Pin, String> {
    let known = || {
        let names = lock.pins().iter().filter(|pin| pin.kind == kind).map(|pin| pin.name.as_str());
        diag::nearest(name, names).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
    };
    match (lock.find(kind, name, version), version) {
        (Ok(Some(pin)), _) => Ok(pin),
        (Ok(None), Some(version)) => {
            Err(format!("`inputs.lock` has no {} `{name}` in version {version}{}", kind.as_str(), known()))
        }
        (Ok(None), None) => Err(format!("`inputs.lock` has no {} `{name}`{}", kind.as_str(), known())),
        (Err(ambiguous), _) => Err(ambiguous.to_string()),
    }
}

/// The pins of a unit, one for each source that has one, and for every mounted one.
pub(crate) fn of_unit<'l>(
    catalogue: &Catalogue,
    lock: &'l Lock,
    unit: &Unit,
) -> Result<Vec<&'l Pin>, Vec<Diagnostic>> {
    let versions = &catalogue.cluster.spec.versions;
    let mut pins = Vec::new();
    let mut mistakes = Vec::new();
    for (index, source) in unit.sources().iter().enumerate() {
        let wanted: Vec<(Kind, &str, Option<&str>)> = match source {
            Source::Helm(helm) => {
                let version = helm.version.as_deref();
                helm.chart.iter().map(|chart| (Kind::Chart, chart.as_str(), version)).collect()
            }
            Source::Manifests(manifests) => {
                let version = manifests.version.as_deref();
                manifests.pin.iter().map(|pin| (Kind::Manifests, pin.as_str(), version)).collect()
            }
            Source::Kustomize(kustomize) => {
                kustomize.pins.values().map(|pin| (Kind::Manifests, pin.as_str(), None)).collect()
            }
        };
        for (kind, name, version) in wanted {
            match find(lock, versions, unit, kind, name, version, index) {
                Ok(pin) => pins.push(pin),
                Err(mistake) => mistakes.push(mistake),
            }
        }
    }
    if mistakes.is_empty() { Ok(pins) } else { Err(mistakes) }
}

fn missing_hint(kind: Kind, name: &str) -> String {
    format!(
        "`cargo xtask lock add {} {name} …` pins it; `cargo xtask lock add --help` shows how",
        kind.as_str()
    )
}
