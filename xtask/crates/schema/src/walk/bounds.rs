//! Keywords about sizes, ranges and single values.

use std::cmp::Ordering;

use serde_json::{Map as Schema, Value as Json};
use yaml::{Node, Value};

use super::{Walk, is_true, types::found};

impl Walk<'_> {
    /// Bounds of scalars.
    pub(super) fn check_bounds(&mut self, node: &Node, keywords: &Schema<String, Json>) {
        match &node.value {
            Value::String(text) => {
                self.check_count(
                    node,
                    text.chars().count(),
                    keywords,
                    ["minLength", "maxLength"],
                    "characters",
                );
            }
            Value::Int(_) | Value::Uint(_) | Value::Float(_) => self.check_range(node, keywords),
            _ => {}
        }
    }

    pub(super) fn check_count(
        &mut self,
        node: &Node,
        count: usize,
        keywords: &Schema<String, Json>,
        [least, most]: [&str; 2],
        what: &str,
    ) {
        let bound = |keyword: &str| keywords.get(keyword).and_then(Json::as_u64);
        if let Some(least) = bound(least).filter(|least| (count as u64) < *least) {
            self.report(node, format!("has {count} {what}, at least {least} are needed"));
        }
        if let Some(most) = bound(most).filter(|most| (count as u64) > *most) {
            self.report(node, format!("has {count} {what}, at most {most} are allowed"));
        }
    }

    fn check_range(&mut self, node: &Node, keywords: &Schema<String, Json>) {
        // `exclusiveMinimum` is a flag up to draft 4 and in OpenAPI 3.0, a bound of its own since draft 6.
        let cases = [
            ("minimum", "exclusiveMinimum", Ordering::Less, "less than", "not more than"),
            ("maximum", "exclusiveMaximum", Ordering::Greater, "more than", "not less than"),
        ];
        for (inclusive, exclusive, wrong, beyond, not_within) in cases {
            if let Some(bound) = keywords.get(inclusive).filter(|bound| bound.is_number()) {
                let order = compare(node, bound);
                let strict = is_true(keywords, exclusive);
                if order == Some(wrong) {
                    self.report(node, format!("{} is {beyond} {bound}", found(node)));
                } else if strict && order == Some(Ordering::Equal) {
                    self.report(node, format!("{} is {not_within} {bound}", found(node)));
                }
            }
            if let Some(bound) = keywords.get(exclusive).filter(|bound| bound.is_number())
                && matches!(compare(node, bound), Some(order) if order == wrong || order == Ordering::Equal)
            {
                self.report(node, format!("{} is {not_within} {bound}", found(node)));
            }
        }
    }

    /// `enum` and `const`.
    pub(super) fn check_values(&mut self, node: &Node, keywords: &Schema<String, Json>) {
        if let Some(Json::Array(allowed)) = keywords.get("enum")
            && !allowed.iter().any(|value| equal(node, value))
        {
            let message = format!("{} is not allowed here", found(node));
            let near =
                node.as_str().and_then(|text| diag::nearest(text, allowed.iter().filter_map(Json::as_str)));
            let hint = if let Some(near) = near {
                format!("did you mean `{near}`?")
            } else {
                let values: Vec<_> = allowed.iter().take(20).map(plain).collect();
                format!("use `{}`", values.join("`, `"))
            };
            self.report_hint(node, message, hint);
        }
        if let Some(value) = keywords.get("const")
            && !equal(node, value)
        {
            self.report(node, format!("expected `{}`, found {}", plain(value), found(node)));
        }
    }
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn equal(node: &Node, value: &Json) -> bool {
    match (&node.value, value) {
        (Value::String(text), Json::String(other)) => text == other,
        (Value::String(_), _) | (_, Json::String(_)) => false,
        // In JSON Schema 1 and 1.0 are the same number.
        (Value::Int(_) | Value::Uint(_) | Value::Float(_), Json::Number(_)) => {
            compare(node, value) == Some(Ordering::Equal)
        }
        _ => node.same(&Node::from_json(value)),
    }
}

/// The order of a number and a bound: exact among integers, by `f64` otherwise.
fn compare(node: &Node, bound: &Json) -> Option<Ordering> {
    let integer = match node.value {
        Value::Int(number) => Some(i128::from(number)),
        Value::Uint(number) => Some(i128::from(number)),
        _ => None,
    };
    let exact = bound.as_i64().map(i128::from).or_else(|| bound.as_u64().map(i128::from));
    if let (Some(number), Some(bound)) = (integer, exact) {
        return Some(number.cmp(&bound));
    }
    #[expect(clippy::cast_precision_loss, reason = "a fractional bound is a float already")]
    let number = match node.value {
        Value::Float(number) => number,
        Value::Int(number) => number as f64,
        Value::Uint(number) => number as f64,
        _ => return None,
    };
    number.partial_cmp(&bound.as_f64()?)
}
