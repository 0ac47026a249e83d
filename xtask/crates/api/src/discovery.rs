//! Which kinds a server has, and where they are.
//!
//! Source: <https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api>, the unaggregated form, which
//! every server gives.

use serde_json::Value;

use crate::{ApiError, Client};

/// A kind as a server has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// What stands in paths: `deployments`.
    pub plural: String,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
}

impl Client {
    /// Looks a kind up. What was found once is remembered; what was not is asked again the next time.
    pub fn resource(&self, api_version: &str, kind: &str) -> Result<Resource, ApiError> {
        let key = (api_version.to_owned(), kind.to_owned());
        if let Some(known) = self.known().get(&key) {
            return Ok(known.clone());
        }
        let unknown = || ApiError::UnknownKind { api_version: api_version.to_owned(), kind: kind.to_owned() };
        let listed = self.get_raw(&group_path(api_version))?.ok_or_else(unknown)?;
        let items = listed.get("resources").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for item in items {
            let text = |field: &str| item.get(field).and_then(Value::as_str).unwrap_or_default();
            // `pods/log` is a part of a pod, not a kind.
            if text("name").contains('/') {
                continue;
            }
            let resource = Resource {
                plural: text("name").to_owned(),
                namespaced: item.get("namespaced").and_then(Value::as_bool).unwrap_or_default(),
            };
            self.known().insert((api_version.to_owned(), text("kind").to_owned()), resource);
        }
        self.known().get(&key).cloned().ok_or_else(unknown)
    }
}

/// Path of a group's version.
pub(crate) fn group_path(api_version: &str) -> String {
    if api_version.contains('/') { format!("/apis/{api_version}") } else { format!("/api/{api_version}") }
}
