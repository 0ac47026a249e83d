//! What an extension says about itself.

use diag::Source;
use goyaml::Value as Yaml;
use yaml::{Duplicates, Node, Value};

/// `manifest.yaml`, and the entry of `extensions.yaml` that is made of it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Manifest {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Who made it.
    pub author: String,
    /// What it is.
    pub description: String,
    /// Which releases of Talos it is for; empty for all.
    pub talos: String,
    /// Whatever else; the virtual extension has its schematic here.
    pub extra_info: String,
}

/// The only version of the format.
const FORMAT: &str = "v1alpha1";

impl Manifest {
    /// Reads `manifest.yaml`; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let source = Source::shared("manifest.yaml", text);
        let document = yaml::parse_one(&source, Duplicates::Refuse).map_err(|mistakes| {
            mistakes.first().map_or_else(String::new, |mistake| mistake.message.clone())
        })?;
        let field = |path: &[&str]| -> Result<String, String> {
            let Some(node) = document.root.at(path) else { return Ok(String::new()) };
            scalar(node, text).ok_or_else(|| format!("`{}` is no text", path.join(".")))
        };
        match field(&["version"])?.as_str() {
            FORMAT => {}
            "" => return Err(format!("it has no `version`; write `version: {FORMAT}`")),
            other => return Err(format!("its format is `{other}`, and only `{FORMAT}` is known")),
        }
        let manifest = Self {
            name: field(&["metadata", "name"])?,
            version: field(&["metadata", "version"])?,
            author: field(&["metadata", "author"])?,
            description: field(&["metadata", "description"])?,
            talos: field(&["metadata", "compatibility", "talos", "version"])?,
            extra_info: field(&["metadata", "extraInfo"])?,
        };
        if manifest.name.is_empty() { Err("it has no `metadata.name`".to_owned()) } else { Ok(manifest) }
    }

    /// As Talos' tools write it into `extensions.yaml`.
    pub(crate) fn to_yaml(&self) -> Yaml {
        let field = |name: &str, value: Yaml| (name.to_owned(), value);
        let talos = Yaml::Map(vec![field("version", Yaml::text(&self.talos))]);
        let mut fields = vec![
            field("name", Yaml::text(&self.name)),
            field("version", Yaml::text(&self.version)),
            field("author", Yaml::text(&self.author)),
            field("description", Yaml::text(&self.description)),
            field("compatibility", Yaml::Map(vec![field("talos", talos)])),
        ];
        if !self.extra_info.is_empty() {
            fields.push(field("extraInfo", Yaml::text(&self.extra_info)));
        }
        Yaml::Map(fields)
    }
}

/// A scalar as it stands there: Go reads `version: 1.0` into a text.
fn scalar(node: &Node, text: &str) -> Option<String> {
    match &node.value {
        Value::String(text) => Some(text.clone()),
        Value::Null => Some(String::new()),
        _ if node.as_map().is_some() || node.as_seq().is_some() => None,
        _ => {
            let range = usize::try_from(node.span.start).ok()?..usize::try_from(node.span.end).ok()?;
            text.get(range).map(|text| text.trim().to_owned())
        }
    }
}
