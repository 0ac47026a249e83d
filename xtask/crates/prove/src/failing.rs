//! Which objects of a component are not as they should be.

use std::fmt;

use api::{ApiError, Client, Reference};
use serde_json::Value;

use crate::is_spent;

/// Conditions that say how an object is, where it has them.
const CONDITIONS: [&str; 3] = ["Ready", "Available", "Established"];

/// An object that is missing, not ready or failed.
#[derive(Clone, Debug)]
pub struct Failing {
    /// Which one.
    pub object: Reference,
    /// What is wrong with it.
    pub wrong: String,
}

impl fmt::Display for Failing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.object, self.wrong)
    }
}

/// The objects that are not as they should be.
pub fn failing(client: &Client, objects: &[Value]) -> Result<Vec<Failing>, ApiError> {
    let mut found = Vec::new();
    for wanted in objects {
        let object = Reference::of(wanted)?;
        let wrong = match client.get(&object) {
            Ok(None) if is_spent(wanted) => None,
            Ok(None) => Some("is not there".to_owned()),
            Ok(Some(live)) => wrong(&live),
            Err(error @ ApiError::UnknownKind { .. }) => Some(error.to_string()),
            Err(error) => return Err(error),
        };
        found.extend(wrong.map(|wrong| Failing { object, wrong }));
    }
    Ok(found)
}

/// What an object says is wrong with itself.
fn wrong(object: &Value) -> Option<String> {
    let conditions: Vec<&Value> =
        object.pointer("/status/conditions").and_then(Value::as_array).into_iter().flatten().collect();
    let is = |kind: &str, status: &str| {
        let found = conditions.iter().find(|one| text(one, "/type") == kind)?;
        (text(found, "/status") == status).then(|| text(found, "/message").to_owned())
    };
    if let Some(message) = is("Failed", "True") {
        return Some(format!("failed: {message}"));
    }
    let number = |pointer: &str| object.pointer(pointer).and_then(Value::as_i64);
    let ready = match text(object, "/kind") {
        "Deployment" | "StatefulSet" => {
            let wanted = number("/spec/replicas").unwrap_or(1);
            let updated = number("/status/updatedReplicas").unwrap_or(0);
            let ready = number("/status/readyReplicas").unwrap_or(0).min(updated);
            (ready < wanted).then(|| format!("{ready} of {wanted} pods are ready in their newest form"))
        }
        "DaemonSet" => {
            let wanted = number("/status/desiredNumberScheduled").unwrap_or(0);
            let ready = number("/status/numberReady").unwrap_or(0);
            (ready < wanted).then(|| format!("{ready} of {wanted} pods are ready"))
        }
        "Job" => is("Complete", "True").is_none().then(|| "has not finished".to_owned()),
        _ => None,
    };
    ready.or_else(|| {
        CONDITIONS.iter().find_map(|kind| Some(format!("is not `{kind}`: {}", is(kind, "False")?)))
    })
}

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests;
