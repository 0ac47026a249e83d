//! Whether an object of a cluster is what a bundle says.
//!
//! The API server is asked what the object would be if the bundle's were applied once more, and nothing may differ from
//! what it is. So defaults, other spellings of a quantity and what webhooks change are nobody's mistake, and fields that the
//! bundle leaves to others are not looked at.

use api::{ApiError, Client, Reference};
use serde_json::Value;

/// As many places as anybody reads.
const MOST: usize = 3;
/// Fields of the metadata that the server keeps about an object.
const KEPT: [&str; 3] = ["managedFields", "resourceVersion", "generation"];

/// Where an object differs from what a bundle says, as JSON pointers (RFC 6901); nothing when it does not. Values are not
/// told: some are secret.
pub fn drift(client: &Client, object: &Value) -> Result<Option<String>, ApiError> {
    let reference = Reference::of(object)?;
    let Some(mut live) = client.get(&reference)? else {
        return Ok((!is_spent(object)).then(|| format!("{reference} is not there")));
    };
    let mut wanted = client.rehearse(object)?;
    for side in [&mut live, &mut wanted] {
        strip(side);
    }
    let mut places = Vec::new();
    differ(&live, &wanted, "", &mut places);
    places.truncate(MOST);
    Ok((!places.is_empty()).then(|| format!("{reference} differs at {}", places.join(", "))))
}

/// Whether an object goes by itself when it has done its work: a Job with a time to live.
pub fn is_spent(object: &Value) -> bool {
    object.pointer("/spec/ttlSecondsAfterFinished").is_some_and(|time| !time.is_null())
}

/// Takes out what is not the bundle's to say.
fn strip(object: &mut Value) {
    let Some(fields) = object.as_object_mut() else { return };
    fields.remove("status");
    if let Some(metadata) = fields.get_mut("metadata").and_then(Value::as_object_mut) {
        for name in KEPT {
            metadata.remove(name);
        }
    }
}

fn differ(live: &Value, wanted: &Value, place: &str, into: &mut Vec<String>) {
    match (live, wanted) {
        (Value::Object(one), Value::Object(other)) => {
            let names: std::collections::BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for name in names {
                let at = format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"));
                match (one.get(name), other.get(name)) {
                    (Some(one), Some(other)) => differ(one, other, &at, into),
                    _ => into.push(at),
                }
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                differ(one, other, &format!("{place}/{index}"), into);
            }
        }
        _ if live == wanted => {}
        _ => into.push(place.to_owned()),
    }
}

#[cfg(test)]
mod tests;
