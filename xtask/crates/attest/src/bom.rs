//! Bill of materials: what is inside, as a `CycloneDX` document
//! (<https://cyclonedx.org/docs/1.6/json/>, ECMA-424).

use hashing::Digest;
use serde_json::{Map, Value, json};

use crate::purl::purl;
use crate::{BOM_PREDICATE, Predicate};

/// What kind of thing a [`Component`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ComponentKind {
    /// A Helm chart.
    Chart,
    /// Manifests of objects.
    Manifests,
    /// A container image.
    Image,
}

/// A thing inside of a [`Bom`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Component {
    /// What it is.
    pub kind: ComponentKind,
    /// Its name; of an image the repository, `host/path`.
    pub name: String,
    /// Its version; of an image the tag, empty when it has none.
    pub version: String,
    /// SHA-256 of its bytes; of an image that of its manifest, none while that is not known.
    pub digest: Option<Digest>,
    /// Where it comes from: a URL, or `oci://host/path` for a chart in a registry.
    pub source: Option<String>,
    /// Further things to tell, by name.
    pub properties: Vec<(String, String)>,
}

/// What is inside of something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bom {
    /// What it is called.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What is inside.
    pub components: Vec<Component>,
}

/// The predicate of a bill of materials, which is also a document of its own: components are sorted and told once,
/// and the serial number is made of the content. There is no clock in it.
pub fn bom(bom: &Bom) -> Predicate {
    let mut components: Vec<_> = bom.components.iter().collect();
    components.sort();
    components.dedup();
    let mut references: Vec<String> = Vec::new();
    for component in &components {
        references.push(unused(&references, component.purl()));
    }
    let own = unused(&references, purl("generic", &bom.name, &bom.version, &[]));
    let listed: Vec<_> =
        components.iter().zip(&references).map(|(component, reference)| component.json(reference)).collect();
    let mut leaves: Vec<_> = references.iter().map(|reference| json!({ "ref": reference })).collect();
    leaves.insert(0, json!({ "ref": own, "dependsOn": references }));
    let mut document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": { "type": "application", "bom-ref": own, "name": bom.name, "version": bom.version },
        },
        "components": listed,
        "dependencies": leaves,
    });
    document["serialNumber"] = serial(&Digest::of(&oci::canonical(&document))).into();
    Predicate::of(BOM_PREDICATE, document)
}

impl Component {
    fn json(&self, reference: &str) -> Value {
        let mut object = Map::new();
        object.insert("type".to_owned(), self.kind.cyclonedx().into());
        object.insert("bom-ref".to_owned(), reference.into());
        object.insert("name".to_owned(), self.name.as_str().into());
        if !self.version.is_empty() {
            object.insert("version".to_owned(), self.version.as_str().into());
        }
        object.insert("purl".to_owned(), self.purl().into());
        if let Some(digest) = self.digest {
            object.insert("hashes".to_owned(), json!([{ "alg": "SHA-256", "content": digest.hex() }]));
        }
        if let Some(source) = &self.source {
            let references = json!([{ "type": "distribution", "url": source }]);
            object.insert("externalReferences".to_owned(), references);
        }
        let kind = ("xtask:kind", self.kind.name());
        let others = self.properties.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let properties = [kind].into_iter().chain(others);
        let properties: Vec<_> =
            properties.map(|(name, value)| json!({ "name": name, "value": value })).collect();
        object.insert("properties".to_owned(), properties.into());
        Value::Object(object)
    }

    /// Its name for other tools. There is no type for charts, so one outside of a registry is a generic download.
    fn purl(&self) -> String {
        let digest = self.digest.map(|digest| digest.to_string()).unwrap_or_default();
        match (self.kind, self.source.as_deref().and_then(|source| source.strip_prefix("oci://"))) {
            (ComponentKind::Image, _) => in_registry(&self.name, &digest, &self.version),
            (ComponentKind::Chart, Some(repository)) => in_registry(repository, &digest, &self.version),
            _ => {
                let source = self.source.as_deref().unwrap_or_default();
                let qualifiers = [("checksum", digest.as_str()), ("download_url", source)];
                purl("generic", &self.name, &self.version, &qualifiers)
            }
        }
    }
}

impl ComponentKind {
    fn name(self) -> &'static str {
        match self {
            Self::Chart => "chart",
            Self::Manifests => "manifests",
            Self::Image => "image",
        }
    }

    /// What is nearest among the kinds of `CycloneDX`.
    fn cyclonedx(self) -> &'static str {
        match self {
            Self::Chart => "application",
            Self::Manifests => "data",
            Self::Image => "container",
        }
    }
}

fn in_registry(repository: &str, digest: &str, tag: &str) -> String {
    let name = repository.rsplit('/').next().unwrap_or(repository).to_lowercase();
    purl("oci", &name, digest, &[("repository_url", repository), ("tag", tag)])
}

/// A reference that nothing else has.
fn unused(taken: &[String], wanted: String) -> String {
    let numbered = (2_u64..).map(|number| format!("{wanted}#{number}"));
    let free = std::iter::once(wanted.clone()).chain(numbered).find(|reference| !taken.contains(reference));
    free.unwrap_or(wanted)
}

/// A UUID of 122 bits of the digest (RFC 9562 §5.8).
fn serial(digest: &Digest) -> String {
    let mut hex: Vec<char> = digest.hex().chars().take(32).collect();
    let variant = hex.get(16).and_then(|digit| digit.to_digit(16)).unwrap_or_default() & 0x3 | 0x8;
    for (position, digit) in [(12, '8'), (16, char::from_digit(variant, 16).unwrap_or('8'))] {
        if let Some(place) = hex.get_mut(position) {
            *place = digit;
        }
    }
    let mut text = "urn:uuid:".to_owned();
    for (position, digit) in hex.into_iter().enumerate() {
        if [8, 12, 16, 20].contains(&position) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
