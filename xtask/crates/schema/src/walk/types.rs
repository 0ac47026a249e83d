//! `type`, and the kinds of values that go by more than one.

use serde_json::{Map, Value as Json};
use yaml::{Node, Value};

use super::{Dialect, Walk, is_true};

const QUANTITY: &str = "#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity";
const INT_OR_STRING: &str = "#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString";

/// Whether a definition that says `string` is decoded by Go code that takes numbers too.
pub(super) fn is_lenient(reference: &str) -> bool {
    reference == QUANTITY || reference == INT_OR_STRING
}

impl Walk<'_> {
    pub(super) fn check_lenient(&mut self, node: &Node, reference: &str) {
        let fits = match node.value {
            Value::String(_) | Value::Int(_) | Value::Uint(_) => true,
            Value::Float(_) => reference == QUANTITY,
            _ => false,
        };
        if !fits {
            let what = if reference == QUANTITY {
                "a quantity such as `100m` or `2Gi`"
            } else {
                "an integer or a string"
            };
            self.report(node, format!("expected {what}, found {}", found(node)));
        }
    }

    /// Whether the type fits; reports it when not.
    pub(super) fn check_type(&mut self, node: &Node, keywords: &Map<String, Json>) -> bool {
        let int_or_string = is_true(keywords, "x-kubernetes-int-or-string")
            || keywords.get("format").and_then(Json::as_str) == Some("int-or-string");
        let wanted: Vec<&str> = if int_or_string {
            vec!["integer", "string"]
        } else {
            match keywords.get("type") {
                Some(Json::String(name)) => vec![name.as_str()],
                Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect(),
                _ => return true,
            }
        };
        if wanted.iter().any(|name| self.fits(node, name)) {
            return self.check_width(node, keywords);
        }
        let names: Vec<_> = wanted.iter().map(|name| with_article(name)).collect();
        let message = format!("expected {}, found {}", names.join(" or "), found(node));
        match hint(node, &wanted) {
            Some(hint) => self.report_hint(node, message, hint),
            None => self.report(node, message),
        }
        false
    }

    fn fits(&self, node: &Node, name: &str) -> bool {
        match (name, &node.value) {
            ("object", Value::Map(_))
            | ("array", Value::Seq(_))
            | ("string", Value::String(_))
            | ("boolean", Value::Bool(_))
            | ("null", Value::Null)
            | ("integer" | "number", Value::Int(_) | Value::Uint(_))
            | ("number", Value::Float(_)) => true,
            // To a validator of trees 1.0 is an integer; Go's decoder refuses it.
            ("integer", Value::Float(number)) => self.dialect != Dialect::BuiltIn && number.fract() == 0.0,
            _ => false,
        }
    }

    /// Go's decoder refuses integers that do not fit their field.
    fn check_width(&mut self, node: &Node, keywords: &Map<String, Json>) -> bool {
        let narrow = keywords.get("format").and_then(Json::as_str) == Some("int32");
        let too_wide = match node.value {
            Value::Int(number) => narrow && i32::try_from(number).is_err(),
            Value::Uint(_) => keywords.get("type").and_then(Json::as_str) == Some("integer"),
            _ => false,
        };
        if self.dialect == Dialect::BuiltIn && too_wide {
            self.report(node, format!("{} does not fit {} bits", found(node), if narrow { 32 } else { 64 }));
            return false;
        }
        true
    }
}

fn with_article(name: &str) -> &str {
    match name {
        "object" => "a mapping",
        "array" => "a list",
        "string" => "a string",
        "boolean" => "a boolean",
        "integer" => "an integer",
        "number" => "a number",
        other => other,
    }
}

/// A value in a message: what it is, and its text where that is short.
pub(super) fn found(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => format!("the boolean `{value}`"),
        Value::Int(number) => format!("the integer `{number}`"),
        Value::Uint(number) => format!("the integer `{number}`"),
        Value::Float(number) => format!("the number `{number:?}`"),
        Value::String(text) if text.chars().count() <= 40 && !text.contains('\n') => {
            format!("the string `{text}`")
        }
        Value::String(_) => "a long string".to_owned(),
        Value::Seq(_) => "a list".to_owned(),
        Value::Map(_) => "a mapping".to_owned(),
    }
}

fn hint(node: &Node, wanted: &[&str]) -> Option<String> {
    let wants = |name: &str| wanted.contains(&name);
    match &node.value {
        Value::Int(_) | Value::Uint(_) | Value::Float(_) | Value::Bool(_) if wants("string") => {
            Some("put the value in quotes".to_owned())
        }
        Value::Float(number) if wants("integer") && number.fract() == 0.0 && number.abs() < 1e15 => {
            Some(format!("write `{number:.0}`: a number in this notation is no integer to Kubernetes"))
        }
        Value::String(text)
            if (wants("integer") && text.parse::<i64>().is_ok())
                || (wants("number") && text.parse::<f64>().is_ok())
                || (wants("boolean") && (text == "true" || text == "false")) =>
        {
            Some("remove the quotes".to_owned())
        }
        Value::Map(_) | Value::String(_) | Value::Int(_) | Value::Bool(_) if wants("array") => {
            Some("begin each item with `- `".to_owned())
        }
        _ => None,
    }
}
