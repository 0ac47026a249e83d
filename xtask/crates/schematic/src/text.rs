//! The canonical text and the name.

use goyaml::Value as Yaml;
use hashing::Digest;
use serde_json::Value;

use crate::fields::{Customization, Meta, Overlay, Schematic};

impl Schematic {
    /// The canonical YAML text, with a line break at its end.
    pub fn to_yaml(&self) -> String {
        let mut fields = Fields::default();
        fields.text("owner", &self.owner);
        if let Some(overlay) = self.overlay.as_ref().filter(|overlay| **overlay != Overlay::default()) {
            fields.put("overlay", overlay.to_yaml());
        }
        fields.put("customization", self.customization.to_yaml());
        goyaml::write(&fields.0.into())
    }

    /// The name: 64 hexadecimal digits.
    pub fn id(&self) -> String {
        Digest::of(self.to_yaml().as_bytes()).hex()
    }
}

impl Overlay {
    fn to_yaml(&self) -> Yaml {
        let mut fields = Fields::default();
        fields.put("image", Yaml::text(&self.image));
        fields.put("name", Yaml::text(&self.name));
        if !self.options.is_empty() {
            fields.put("options", free(&Value::Object(self.options.clone())));
        }
        fields.0.into()
    }
}

impl Customization {
    fn to_yaml(&self) -> Yaml {
        let mut fields = Fields::default();
        fields.text("embeddedMachineConfiguration", &self.embedded_machine_configuration);
        fields.texts("extraKernelArgs", &self.extra_kernel_args);
        if !self.meta.is_empty() {
            fields.put("meta", Yaml::List(self.meta.iter().map(Meta::to_yaml).collect()));
        }
        let mut extensions = Fields::default();
        extensions.texts("officialExtensions", &self.system_extensions.official_extensions);
        fields.group("systemExtensions", extensions);
        if let Some(bootloader) = self.bootloader {
            fields.text("bootloader", bootloader.as_str());
        }
        let mut secureboot = Fields::default();
        if let Some(enroll) = self.secureboot.enroll_keys {
            secureboot.text("enrollKeys", enroll.as_str());
        }
        if self.secureboot.include_well_known_certificates {
            secureboot.put("includeWellKnownCertificates", Yaml::Bool(true));
        }
        fields.group("secureboot", secureboot);
        let mut disk = Fields::default();
        if self.disk_image.sector_size != 0 {
            disk.put("sectorSize", Yaml::Int(i64::from(self.disk_image.sector_size)));
        }
        fields.group("diskImage", disk);
        fields.0.into()
    }
}

impl Meta {
    fn to_yaml(&self) -> Yaml {
        let mut fields = Fields::default();
        fields.put("key", Yaml::Int(i64::from(self.key)));
        fields.put("value", Yaml::text(&self.value));
        fields.0.into()
    }
}

/// Fields of a structure, without those that say nothing.
#[derive(Default)]
struct Fields(Vec<(String, Yaml)>);

impl Fields {
    fn put(&mut self, name: &str, value: Yaml) {
        self.0.push((name.to_owned(), value));
    }

    fn text(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.put(name, Yaml::text(text));
        }
    }

    fn texts(&mut self, name: &str, texts: &[String]) {
        if !texts.is_empty() {
            self.put(name, Yaml::texts(texts));
        }
    }

    fn group(&mut self, name: &str, fields: Self) {
        if !fields.0.is_empty() {
            self.put(name, fields.0.into());
        }
    }
}

/// A value without a structure: its keys are sorted.
fn free(value: &Value) -> Yaml {
    match value {
        Value::Null => Yaml::Null,
        Value::Bool(truth) => Yaml::Bool(*truth),
        Value::Number(number) => number.as_i64().map_or_else(|| Yaml::Bare(number.to_string()), Yaml::Int),
        Value::String(text) => Yaml::text(text),
        Value::Array(items) => Yaml::List(items.iter().map(free).collect()),
        Value::Object(entries) => {
            let mut entries: Vec<(String, Yaml)> =
                entries.iter().map(|(key, value)| (key.clone(), free(value))).collect();
            entries.sort_by(|(left, _), (right, _)| goyaml::natural_order(left, right));
            entries.into()
        }
    }
}

#[cfg(test)]
mod tests;
