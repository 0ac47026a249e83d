//! From a YAML file to a typed value, with every mistake of the file at once.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use diag::{Diagnostic, SourceRef};
use schema::{Local, Rules, Unknown, Violation};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use yaml::{Document, Duplicates};

/// The schemas of the types read so far: making one takes longer than reading a file with it.
static SCHEMAS: Mutex<BTreeMap<TypeId, Arc<Value>>> = Mutex::new(BTreeMap::new());

/// Reads one document as a `T`.
///
/// The errors are those of the YAML text when it cannot be parsed, otherwise every place where it does not fit
/// the schema of `T`.
pub fn decode<T: DeserializeOwned + JsonSchema + 'static>(
    source: &SourceRef,
) -> Result<(T, Document), Vec<Diagnostic>> {
    let document = yaml::parse_one(source, Duplicates::Refuse)?;
    let schema = known_schema::<T>();
    let violations =
        schema::validate(&document.root, &schema, &Local(&schema), Rules { unknown: Unknown::Refuse });
    if !violations.is_empty() {
        return Err(violations.into_iter().map(|violation| diagnostic(source, violation)).collect());
    }
    match serde_json::from_value(document.root.to_json()) {
        Ok(value) => Ok((value, document)),
        Err(error) => Err(vec![Diagnostic::error(error.to_string()).at(source, document.root.span, "")]),
    }
}

/// The JSON schema of a type, as editors take it.
pub fn json_schema<T: JsonSchema>() -> Value {
    let mut schema = schemars::schema_for!(T).to_value();
    remove_null_forms(&mut schema);
    schema
}

/// What may be left out is left out, not written as `null`: with one form less, a mistake inside is told where it is.
fn remove_null_forms(schema: &mut Value) {
    if let Some(fields) = schema.as_object_mut() {
        let is_null = |form: &Value| form.get("type").and_then(Value::as_str) == Some("null");
        let forms = fields.get("anyOf").and_then(Value::as_array);
        let form = match forms.map(Vec::as_slice) {
            Some([form, null]) if is_null(null) => form.as_object().cloned(),
            _ => None,
        };
        if let Some(form) = form {
            fields.remove("anyOf");
            fields.extend(form);
        }
        fields.values_mut().for_each(remove_null_forms);
    } else if let Some(items) = schema.as_array_mut() {
        items.iter_mut().for_each(remove_null_forms);
    }
}

fn known_schema<T: JsonSchema + 'static>() -> Arc<Value> {
    let mut schemas = SCHEMAS.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(schemas.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(json_schema::<T>())))
}

fn diagnostic(source: &SourceRef, violation: Violation) -> Diagnostic {
    let field = violation.pointer.trim_start_matches('/').replace('/', ".");
    let message = if field.is_empty() {
        violation.message.clone()
    } else {
        format!("`{field}`: {}", violation.message)
    };
    let diagnostic = Diagnostic::error(message).at(source, violation.span, "here");
    match violation.hint {
        Some(hint) => diagnostic.hint(hint),
        None => {
            diagnostic.hint("`cargo xtask schema cluster`, `machine` and `unit` print what the fields may be")
        }
    }
}
