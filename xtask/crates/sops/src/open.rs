//! Decrypting a file.

use diag::SourceRef;
use yaml::{Entry, Map, Node, Value};

use crate::SopsError;
use crate::cipher;
use crate::key::{self, DataKey, Identity};
use crate::mac::Mac;
use crate::metadata::{Metadata, SECTION};
use crate::{leaves, scalar};

/// Decrypts a file and gives its values without the section `sops`.
pub fn decrypt(source: &SourceRef, root: &Node, identities: &[Identity]) -> Result<Node, SopsError> {
    let metadata = Metadata::read(source, root)?;
    let opened = metadata.age.iter().find_map(|(_, encrypted)| key::unwrap(encrypted, identities));
    let key = opened.ok_or_else(|| SopsError::NoKey {
        file: source.name.clone(),
        recipients: match metadata.age.is_empty() {
            true => "no age key at all".to_owned(),
            false => metadata.age.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        },
    })?;
    let mac = Mac::new(metadata.only_encrypted);
    let mut opening = Opening { source, metadata: &metadata, key: &key, mac };
    let entries = root.as_map().map(|map| map.entries.as_slice()).unwrap_or_default();
    let values: Vec<Entry> = entries.iter().filter(|entry| entry.key != SECTION).cloned().collect();
    let values = Node { value: Value::Map(Map { entries: values }), span: root.span };
    let plain = leaves::replace(&values, &mut Vec::new(), &mut |node, path| opening.leaf(node, path))?;
    let computed = opening.mac.finish();
    let (expected, _) = cipher::open(&key, metadata.last_modified, metadata.mac)
        .map_err(|_| SopsError::Tampered { file: source.name.clone() })?;
    if expected.as_slice() == computed.as_bytes() {
        Ok(plain)
    } else {
        Err(SopsError::Tampered { file: source.name.clone() })
    }
}

/// The public keys that a file was encrypted for.
pub fn recipients(source: &SourceRef, root: &Node) -> Result<Vec<String>, SopsError> {
    let metadata = Metadata::read(source, root)?;
    Ok(metadata.age.into_iter().map(|(name, _)| name.to_owned()).collect())
}

struct Opening<'a> {
    source: &'a SourceRef,
    metadata: &'a Metadata<'a>,
    key: &'a DataKey,
    mac: Mac,
}

impl Opening<'_> {
    fn leaf(&mut self, node: &Node, path: &[String]) -> Result<Node, SopsError> {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let covered = self.metadata.rule.covers(&path);
        let failed =
            |reason| SopsError::Value { file: self.source.name.clone(), field: path.join("."), reason };
        let plain = match node.as_str() {
            // SOPS leaves empty texts as they are.
            Some("") => node.clone(),
            Some(text) if covered => {
                let place = cipher::place(&path);
                let (bytes, kind) = cipher::open(self.key, &place, text).map_err(failed)?;
                self.mac.add(&bytes);
                let value = scalar::value(&bytes, kind);
                return value.ok_or_else(|| failed("it is not of the type that it says"));
            }
            _ if covered => return Err(failed("it is in plain text")),
            _ => node.clone(),
        };
        if covered || !self.metadata.only_encrypted {
            let bytes = scalar::scalar(&plain.value);
            self.mac.add(&bytes.ok_or_else(|| failed("SOPS has no such value"))?.bytes);
        }
        Ok(plain)
    }
}
