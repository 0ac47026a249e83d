//! Bundles from YAML.

use diag::{Diagnostic, SourceRef, nearest};
use yaml::{Document, Duplicates, Node, Value, parse_one};

use super::{Field, SecretsBundle};

impl SecretsBundle {
    /// Reads a bundle; what is absent stays empty, which [`SecretsBundle::mistakes`] tells.
    ///
    /// # Errors
    ///
    /// All mistakes in its form. None shows an excerpt: every line of such a file may be secret.
    pub fn from_yaml(source: &SourceRef) -> Result<Self, Vec<Diagnostic>> {
        let document = parse_one(source, Duplicates::Refuse)
            .map_err(|mistakes| mistakes.into_iter().map(Diagnostic::hidden).collect::<Vec<_>>())?;
        let mut bundle = Self::default();
        let mut mistakes = Vec::new();
        read(&document, &document.root, "", &mut bundle, &mut mistakes);
        if mistakes.is_empty() { Ok(bundle) } else { Err(mistakes) }
    }
}

fn read(
    document: &Document,
    node: &Node,
    path: &str,
    bundle: &mut SecretsBundle,
    mistakes: &mut Vec<Diagnostic>,
) {
    if let Some(field) = Field::of_path(path) {
        match &node.value {
            Value::String(text) => field.set(bundle, text),
            Value::Null => {}
            // The text of a number or the like is what the library takes.
            Value::Int(_) | Value::Uint(_) | Value::Float(_) | Value::Bool(_) => {
                let written = node.span.start as usize..node.span.end as usize;
                field.set(bundle, document.source.text.get(written).unwrap_or_default());
            }
            _ => mistakes.push(mistake(document, format!("`{path}` is {}, not a string", node.kind()))),
        }
        return;
    }
    let Value::Map(map) = &node.value else {
        if !node.is_null() {
            let what = if path.is_empty() { "the bundle" } else { path };
            mistakes.push(mistake(document, format!("`{what}` is {}, not a mapping", node.kind())));
        }
        return;
    };
    for entry in map {
        let below = if path.is_empty() { entry.key.clone() } else { format!("{path}.{}", entry.key) };
        let known = |field: &Field| field.path() == below || field.path().starts_with(&format!("{below}."));
        if Field::ALL.iter().any(known) {
            read(document, &entry.value, &below, bundle, mistakes);
        } else {
            let message = mistake(document, format!("a bundle of secrets has no field `{below}`"));
            let meant = nearest(&below, Field::ALL.iter().map(|field| field.path()));
            mistakes.push(match meant {
                Some(meant) => message.hint(format!("did you mean `{meant}`?")),
                None => message,
            });
        }
    }
}

fn mistake(document: &Document, message: String) -> Diagnostic {
    Diagnostic::error(message).with_note(format!("in `{}`, of which nothing is shown", document.source.name))
}
