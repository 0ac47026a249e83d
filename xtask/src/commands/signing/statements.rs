//! What is said about a release: how it was built, and what is in it.

use attest::{Bom, Component, ComponentKind, Material, Predicate, Provenance};
use inputs::{Kind, Pin, PinDigest, Source};
use plan::{BundleLine, Evidence, Report};
use serde_json::{Value, json};

/// What the parameters of a provenance mean: `steps` are the recipe keys of each unit, `bundles` what the release pins.
const BUILD_TYPE: &str = "urn:cargo-xtask:release:1";
/// Who built it: this program, by content.
const BUILDER: &str = "urn:cargo-xtask:builder";
/// How the digest of a tree of files is named; in-toto asks for a name of its own.
const TREE: &str = "treeSha256";

/// The provenance and the bill of materials of a release.
pub(crate) fn statements(report: &Report, evidence: &Evidence) -> Result<Vec<Predicate>, String> {
    let provenance = attest::provenance(&provenance(report, evidence)).map_err(|error| error.to_string())?;
    Ok(vec![provenance, attest::bom(&bom(&report.release, evidence))])
}

fn provenance(report: &Report, evidence: &Evidence) -> Provenance {
    let object = |value: Value| value.as_object().cloned().unwrap_or_default();
    let bundles = report.units.iter().flat_map(|unit| &unit.bundles);
    let bundle = |line: &BundleLine| json!({"version": line.version, "digest": line.digest});
    let bundles: serde_json::Map<String, Value> =
        bundles.map(|line| (line.name.clone(), bundle(line))).collect();
    let files = evidence.files.iter().map(|(name, digest)| Material::file(name.clone(), digest));
    let images = evidence.images.iter().filter_map(|(reference, digest)| {
        let uri = format!("oci://{reference}");
        Some(Material::file(format!("image {reference}"), digest.as_ref()?).from(uri))
    });
    Provenance {
        build_type: BUILD_TYPE.to_owned(),
        external_parameters: object(json!({"cluster": report.cluster})),
        internal_parameters: object(json!({"steps": evidence.steps, "bundles": bundles})),
        dependencies: evidence.pins.iter().filter_map(material).chain(files).chain(images).collect(),
        builder: BUILDER.to_owned(),
        builder_versions: [("xtask".to_owned(), evidence.builder.clone())].into(),
        invocation: None,
    }
}

fn material(pin: &Pin) -> Option<Material> {
    let name = format!("{} {} {}", pin.kind, pin.name, pin.version);
    let material = match pin.digest {
        PinDigest::File(digest) => Material::file(name, &digest),
        PinDigest::Tree(digest) => Material::of(name, TREE, &digest),
        PinDigest::Unresolved => return None,
    };
    Some(match pin.sources.iter().find_map(uri) {
        Some(uri) => material.from(uri),
        None => material,
    })
}

/// The name of a source for other tools (package URLs: <https://github.com/package-url/purl-spec>).
fn uri(source: &Source) -> Option<String> {
    Some(match source {
        Source::Url { url, .. } => url.clone(),
        Source::Oci { reference } => format!("oci://{reference}"),
        Source::Git { repository, commit, .. } => format!("git+{repository}@{commit}"),
        Source::Npm { package, version, .. } => format!("pkg:npm/{}@{version}", package.replace('@', "%40")),
        Source::Deb { package, version, .. } => format!("pkg:deb/debian/{package}@{version}"),
        Source::Go { module, version, .. } => format!("pkg:golang/{module}@{version}"),
        Source::Mirror { .. } => return None,
    })
}

fn bom(release: &BundleLine, evidence: &Evidence) -> Bom {
    let pins = evidence.pins.iter().filter_map(|pin| {
        let kind = match pin.kind {
            Kind::Chart => ComponentKind::Chart,
            Kind::Manifests => ComponentKind::Manifests,
            _ => return None,
        };
        let (digest, tree) = match pin.digest {
            PinDigest::File(digest) => (Some(digest), None),
            PinDigest::Tree(digest) => (None, Some((TREE.to_owned(), digest.hex()))),
            PinDigest::Unresolved => (None, None),
        };
        let source = pin.sources.iter().find_map(uri);
        let (name, version) = (pin.name.clone(), pin.version.clone());
        Some(Component { kind, name, version, digest, source, properties: tree.into_iter().collect() })
    });
    let images = evidence.images.iter().map(|(reference, digest)| {
        let tagged = reference.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'));
        let (name, version) = tagged.unwrap_or((reference, ""));
        Component {
            kind: ComponentKind::Image,
            name: name.to_owned(),
            version: version.to_owned(),
            digest: *digest,
            source: None,
            properties: Vec::new(),
        }
    });
    let components = pins.chain(images).collect();
    Bom { name: release.name.clone(), version: release.version.clone(), components }
}
