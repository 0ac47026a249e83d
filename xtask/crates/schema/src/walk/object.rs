//! Keywords about mappings.

use diag::Span;
use serde_json::{Map as Schema, Value as Json};
use yaml::{Entry, Map, Node};

use super::{Dialect, Fields, Walk, is_true};
use crate::Violation;

/// Fields of every object, which schemas of custom resources may leave out.
const IMPLIED: [&str; 3] = ["apiVersion", "kind", "metadata"];
/// Names up to which a hint lists all known fields.
const LISTED: usize = 12;

impl Walk<'_> {
    pub(super) fn check_object(
        &mut self,
        node: &Node,
        map: &Map,
        keywords: &Schema<String, Json>,
        fields: Fields,
    ) {
        let embedded = is_true(keywords, "x-kubernetes-embedded-resource");
        let fields = if embedded && fields == Fields::Strict { Fields::Object } else { fields };
        let properties = keywords.get("properties").and_then(Json::as_object);
        let mut unknown = Vec::new();
        for entry in map {
            match properties.and_then(|properties| properties.get(&entry.key)) {
                Some(schema) => {
                    // What objects carry in `metadata` is the same for all kinds, whatever the schema lists.
                    let open =
                        fields == Fields::Open || (fields == Fields::Object && entry.key == "metadata");
                    self.check_field(entry, schema, if open { Fields::Open } else { Fields::Strict });
                }
                None => unknown.push(entry),
            }
        }
        self.check_unknown(&unknown, properties, keywords, fields);
        let required = keywords.get("required").and_then(Json::as_array).into_iter().flatten();
        let implied: &[&str] = if embedded { &IMPLIED } else { &[] };
        for name in required.filter_map(Json::as_str).chain(implied.iter().copied()) {
            self.check_required(node, map, name);
        }
        self.check_count(node, map.len(), keywords, ["minProperties", "maxProperties"], "fields");
    }

    fn check_field(&mut self, entry: &Entry, schema: &Json, fields: Fields) {
        // The server drops nulls before it looks at anything; whether the field may be absent is asked elsewhere.
        if entry.value.is_null() && self.dialect != Dialect::JsonSchema {
            return;
        }
        self.check_at(&entry.key, &entry.value, schema, fields);
    }

    fn check_required(&mut self, node: &Node, map: &Map, name: &str) {
        match map.get(name) {
            None => {
                // A mapping may be long: its first key is enough to find it.
                let span = map.iter().next().map_or(node.span, |entry| entry.key_span);
                let span = if span == Span::default() { node.span } else { span };
                self.found.push(Violation::new(&self.pointer, span, format!("field `{name}` is missing")));
            }
            Some(value) if value.is_null() && self.dialect != Dialect::JsonSchema => {
                let length = self.pointer.len();
                self.push(name);
                self.report(value, format!("field `{name}` is null but may not be absent"));
                self.pointer.truncate(length);
            }
            Some(_) => {}
        }
    }

    fn check_unknown(
        &mut self,
        unknown: &[&Entry],
        properties: Option<&Schema<String, Json>>,
        keywords: &Schema<String, Json>,
        fields: Fields,
    ) {
        let additional = keywords.get("additionalProperties");
        if let Some(schema @ Json::Object(_)) = additional {
            for entry in unknown {
                self.check_field(entry, schema, if fields == Fields::Open { fields } else { Fields::Strict });
            }
            return;
        }
        if !self.refuses_unknown(additional, properties.is_some(), keywords, fields) {
            return;
        }
        let known = properties.into_iter().flat_map(Schema::keys).map(String::as_str);
        let known: Vec<&str> =
            if fields == Fields::Object { known.chain(IMPLIED).collect() } else { known.collect() };
        for entry in unknown {
            if fields == Fields::Object && IMPLIED.contains(&entry.key.as_str()) {
                continue;
            }
            self.report_unknown(entry, &known);
        }
    }

    fn refuses_unknown(
        &self,
        additional: Option<&Json>,
        has_properties: bool,
        keywords: &Schema<String, Json>,
        fields: Fields,
    ) -> bool {
        if additional.is_some() {
            return additional == Some(&Json::Bool(false)) && !keywords.contains_key("patternProperties");
        }
        let is_object = keywords.get("type").and_then(Json::as_str) == Some("object");
        fields != Fields::Open
            && match self.dialect {
                Dialect::JsonSchema => false,
                // A definition that lists no fields is one that Go code decodes as it likes (`RawExtension`).
                Dialect::BuiltIn => has_properties,
                Dialect::Custom => {
                    (has_properties || is_object)
                        && !is_true(keywords, "x-kubernetes-preserve-unknown-fields")
                }
            }
    }

    fn report_unknown(&mut self, entry: &Entry, known: &[&str]) {
        let length = self.pointer.len();
        self.push(&entry.key);
        let violation =
            Violation::new(&self.pointer, entry.key_span, format!("unknown field `{}`", entry.key));
        self.pointer.truncate(length);
        self.found.push(match diag::nearest(&entry.key, known.iter().copied()) {
            Some(name) => violation.hint(format!("did you mean `{name}`?")),
            None if known.is_empty() => violation.hint("no field may stand here"),
            None if known.len() <= LISTED => {
                violation.hint(format!("the fields are `{}`", known.join("`, `")))
            }
            None => violation,
        });
    }
}
