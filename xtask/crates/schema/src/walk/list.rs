//! Keywords about lists.

use std::collections::BTreeMap;

use serde_json::{Map as Schema, Value as Json};
use yaml::{Node, canonical_json};

use super::{Dialect, Fields, Walk, is_true};

impl Walk<'_> {
    pub(super) fn check_list(&mut self, node: &Node, items: &[Node], keywords: &Schema<String, Json>) {
        match keywords.get("items") {
            // One schema for each place, as in drafts before 2020-12.
            Some(Json::Array(schemas)) => {
                for ((index, item), schema) in items.iter().enumerate().zip(schemas) {
                    self.check_at(&index.to_string(), item, schema, Fields::Strict);
                }
            }
            Some(schema) => {
                for (index, item) in items.iter().enumerate() {
                    self.check_at(&index.to_string(), item, schema, Fields::Strict);
                }
            }
            None => {}
        }
        self.check_count(node, items.len(), keywords, ["minItems", "maxItems"], "items");
        match keywords.get("x-kubernetes-list-type").and_then(Json::as_str) {
            Some("map") => self.check_keys(items, keywords),
            Some("set") => self.check_set(items),
            _ if is_true(keywords, "uniqueItems") => self.check_set(items),
            _ => {}
        }
    }

    fn check_set(&mut self, items: &[Node]) {
        let mut seen = BTreeMap::new();
        for (index, item) in items.iter().enumerate() {
            if let Some(first) = seen.insert(canonical_json(item), index) {
                self.report_item(index, item, &format!("the same item stands at index {first}"));
            }
        }
    }

    /// Server-side apply merges such a list by the keys of its items, and refuses two items with the same.
    fn check_keys(&mut self, items: &[Node], keywords: &Schema<String, Json>) {
        let keys = keywords.get("x-kubernetes-list-map-keys").and_then(Json::as_array);
        let keys: Vec<&str> = keys.into_iter().flatten().filter_map(Json::as_str).collect();
        let item_schema = self.item_schema(keywords);
        let default = |key: &str| {
            // OpenAPI 2.0 documents of Kubernetes leave defaults out; among keys of lists this is the only one.
            if self.dialect == Dialect::BuiltIn && key == "protocol" {
                return Some("\"TCP\"".to_owned());
            }
            let property =
                item_schema.and_then(|schema| schema.get("properties")).and_then(|fields| fields.get(key));
            property
                .and_then(|property| property.get("default"))
                .map(|default| canonical_json(&Node::from_json(default)))
        };
        let mut seen: BTreeMap<Vec<Option<String>>, usize> = BTreeMap::new();
        let mut repeated = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let value = |key: &&str| item.get(key).map(canonical_json).or_else(|| default(key));
            let identity: Vec<_> = keys.iter().map(value).collect();
            if identity.iter().any(Option::is_some)
                && let Some(first) = seen.insert(identity, index)
            {
                repeated.push((index, first));
            }
        }
        for (index, first) in repeated {
            if let Some(item) = items.get(index) {
                let names = keys.join("`, `");
                self.report_item(index, item, &format!("the item at index {first} has the same `{names}`"));
            }
        }
    }

    fn item_schema<'s>(&'s self, keywords: &'s Schema<String, Json>) -> Option<&'s Json> {
        let items = keywords.get("items")?;
        match items.get("$ref").and_then(Json::as_str) {
            Some(reference) => self.definitions.definition(reference),
            None => Some(items),
        }
    }

    fn report_item(&mut self, index: usize, item: &Node, message: &str) {
        let length = self.pointer.len();
        self.push(&index.to_string());
        self.report(item, message);
        self.pointer.truncate(length);
    }
}
