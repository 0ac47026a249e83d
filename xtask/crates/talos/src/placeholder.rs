//! What stands for a secret until a configuration is handed to its machine.
//!
//! A placeholder is a whole string, `secret:` and the path of a field of the bundle: `secret:certs.os.key`. Stored
//! configurations carry nothing else.

use yaml::{Node, Value};

use crate::{Config, Error, Field, SecretsBundle};

/// How every placeholder begins. No base64, token or PEM text does.
pub(crate) const PREFIX: &str = "secret:";

/// Whether a text is a placeholder.
pub(crate) fn is_one(text: &str) -> bool {
    text.starts_with(PREFIX)
}

impl SecretsBundle {
    /// A bundle whose every field is a placeholder for the field of another one.
    pub fn placeholders() -> Self {
        let mut bundle = Self::default();
        for field in Field::ALL.into_iter().filter(|field| *field != Field::AescbcEncryptionSecret) {
            field.set(&mut bundle, &format!("{PREFIX}{}", field.path()));
        }
        bundle
    }
}

/// Puts the secrets in the places of the placeholders. Who asks for it answers for where the configuration goes.
///
/// # Errors
///
/// When a placeholder names no field, or one that the bundle does not have.
pub fn fill(config: &Config, secrets: &SecretsBundle) -> Result<Config, Error> {
    let mut filled = config.clone();
    for document in &mut filled.documents {
        fill_node(&mut document.root, secrets)?;
    }
    Ok(filled)
}

fn fill_node(node: &mut Node, secrets: &SecretsBundle) -> Result<(), Error> {
    match &mut node.value {
        Value::String(text) if is_one(text) => {
            let path = text.strip_prefix(PREFIX).unwrap_or_default();
            let found =
                Field::of_path(path).map(|field| field.of(secrets)).filter(|secret| !secret.is_empty());
            let found = found.ok_or_else(|| Error::Placeholder { placeholder: text.clone() })?;
            *text = found.to_owned();
            Ok(())
        }
        Value::Seq(items) => items.iter_mut().try_for_each(|item| fill_node(item, secrets)),
        Value::Map(map) => map.entries.iter_mut().try_for_each(|entry| fill_node(&mut entry.value, secrets)),
        _ => Ok(()),
    }
}
