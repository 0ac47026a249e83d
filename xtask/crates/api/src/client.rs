//! The calls.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

use reqwest::Method;
use reqwest::blocking::{RequestBuilder, Response};
use reqwest::{Certificate, Identity};
use serde_json::Value;

use crate::discovery::group_path;
use crate::{ApiError, Kubeconfig, Reference, Resource, Watch};

/// Time for one call.
const DEADLINE: Duration = Duration::from_secs(30);
/// Who owns the fields that are applied here.
const MANAGER: &str = "xtask";

/// Kinds by group, version and name.
type Known = BTreeMap<(String, String), Resource>;

/// A connection to a cluster; clones share it.
#[derive(Clone, Debug)]
pub struct Client {
    server: String,
    http: reqwest::blocking::Client,
    known: Arc<Mutex<Known>>,
}

impl Client {
    /// A client of the cluster that a kubeconfig names. Nothing is asked yet.
    pub fn new(config: &Kubeconfig) -> Result<Self, ApiError> {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            // An error only says that a provider is there already.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let wrong = |error: reqwest::Error| ApiError::Kubeconfig { reason: chain(&error) };
        let mut builder = reqwest::blocking::Client::builder().no_proxy().timeout(DEADLINE);
        if let Some(authority) = &config.authority {
            builder = builder.tls_certs_only(Certificate::from_pem_bundle(authority).map_err(wrong)?);
        }
        if let Some(identity) = &config.identity {
            builder = builder.identity(Identity::from_pem(identity).map_err(wrong)?);
        }
        let http = builder.build().map_err(wrong)?;
        Ok(Self { server: config.server.clone(), http, known: Arc::default() })
    }

    /// The object; none when there is none.
    pub fn get(&self, reference: &Reference) -> Result<Option<Value>, ApiError> {
        self.get_raw(&self.path(reference)?)
    }

    /// All objects of a kind, in one namespace or in all. `selector` chooses by labels; empty takes all.
    pub fn list(
        &self,
        api_version: &str,
        kind: &str,
        namespace: Option<&str>,
        selector: &str,
    ) -> Result<Vec<Value>, ApiError> {
        let path = self.collection(api_version, kind, namespace)?;
        let query = if selector.is_empty() { String::new() } else { format!("?labelSelector={selector}") };
        let mut listed = self.get_raw(&format!("{path}{query}"))?.unwrap_or_default();
        let items = listed.get_mut("items").map(Value::take).unwrap_or_default();
        let Value::Array(mut items) = items else { return Ok(Vec::new()) };
        for item in items.iter_mut().filter_map(Value::as_object_mut) {
            // Lists leave out of their items what is the same in all of them.
            item.entry("apiVersion").or_insert_with(|| Value::from(api_version));
            item.entry("kind").or_insert_with(|| Value::from(kind));
        }
        Ok(items)
    }

    /// Changes of a kind from now on, for at most `seconds`.
    pub fn watch(
        &self,
        api_version: &str,
        kind: &str,
        namespace: Option<&str>,
        seconds: u64,
    ) -> Result<Watch, ApiError> {
        let path = self.collection(api_version, kind, namespace)?;
        let path = format!("{path}?watch=true&timeoutSeconds={seconds}");
        let request = self.request(Method::GET, &path).timeout(Duration::from_secs(seconds + 5));
        let response = self.send("GET", &path, request)?;
        Ok(Watch::new(accepted("GET", &path, response)?))
    }

    /// Applies an object by server-side apply; fields that others own are taken over. Gives the object as it is then.
    pub fn apply(&self, object: &Value) -> Result<Value, ApiError> {
        let path = self.path(&Reference::of(object)?)?;
        let path = format!("{path}?fieldManager={MANAGER}&force=true");
        // Every JSON document is a YAML document.
        self.change(Method::PATCH, "PATCH", &path, "application/apply-patch+yaml", object)
    }

    /// What an object would be after [`Client::apply`]; nothing is changed.
    pub fn rehearse(&self, object: &Value) -> Result<Value, ApiError> {
        let path = self.path(&Reference::of(object)?)?;
        let path = format!("{path}?fieldManager={MANAGER}&force=true&dryRun=All");
        self.change(Method::PATCH, "PATCH", &path, "application/apply-patch+yaml", object)
    }

    /// Merges fields into an object (RFC 7386). Gives the object as it is then.
    pub fn merge(&self, reference: &Reference, fields: &Value) -> Result<Value, ApiError> {
        let path = self.path(reference)?;
        self.change(Method::PATCH, "PATCH", &path, "application/merge-patch+json", fields)
    }

    /// Deletes an object; whether there was one. Its dependents go in the background.
    pub fn delete(&self, reference: &Reference) -> Result<bool, ApiError> {
        let path = self.path(reference)?;
        let response = self.send("DELETE", &path, self.request(Method::DELETE, &path))?;
        if response.status() == 404 {
            return Ok(false);
        }
        accepted("DELETE", &path, response).map(|_| true)
    }

    /// A JSON document of the server; none when there is none.
    pub fn get_raw(&self, path: &str) -> Result<Option<Value>, ApiError> {
        let response = self.send("GET", path, self.request(Method::GET, path))?;
        if response.status() == 404 {
            return Ok(None);
        }
        document(path, accepted("GET", path, response)?).map(Some)
    }

    /// A text of the server, say a log, or what a service says behind the server's proxy.
    pub fn text(&self, path: &str) -> Result<String, ApiError> {
        let response = self.send("GET", path, self.request(Method::GET, path))?;
        let response = accepted("GET", path, response)?;
        response.text().map_err(|error| answer(path, &error))
    }

    /// The path of an object.
    pub fn path(&self, reference: &Reference) -> Result<String, ApiError> {
        let Reference { api_version, kind, namespace, name } = reference;
        let resource = self.resource(api_version, kind)?;
        let namespace = match (resource.namespaced, namespace) {
            (true, Some(namespace)) => Some(namespace.as_str()),
            (true, None) => Some("default"),
            (false, _) => None,
        };
        Ok(format!("{}/{name}", self.collection(api_version, kind, namespace)?))
    }

    fn collection(&self, api_version: &str, kind: &str, namespace: Option<&str>) -> Result<String, ApiError> {
        let resource = self.resource(api_version, kind)?;
        let group = group_path(api_version);
        let plural = resource.plural;
        Ok(match namespace.filter(|_| resource.namespaced) {
            Some(namespace) => format!("{group}/namespaces/{namespace}/{plural}"),
            None => format!("{group}/{plural}"),
        })
    }

    pub(crate) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(
        &self,
        method: Method,
        name: &'static str,
        path: &str,
        content_type: &str,
        body: &Value,
    ) -> Result<Value, ApiError> {
        let request = self.request(method, path).header("content-type", content_type).body(body.to_string());
        document(path, accepted(name, path, self.send(name, path, request)?)?)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.server))
    }

    fn send(&self, method: &'static str, path: &str, request: RequestBuilder) -> Result<Response, ApiError> {
        request.send().map_err(|error| ApiError::Unreachable {
            url: format!("{method} {}{path}", self.server),
            reason: chain(&error),
        })
    }
}

fn accepted(method: &'static str, path: &str, response: Response) -> Result<Response, ApiError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let text = response.text().unwrap_or_default();
    let told: Option<Value> = serde_json::from_str(&text).ok();
    let message = told.as_ref().and_then(|told| told.get("message")).and_then(Value::as_str);
    Err(ApiError::Refused {
        method,
        path: path.split('?').next().unwrap_or(path).to_owned(),
        status: status.as_u16(),
        message: message.unwrap_or(&text).trim().to_owned(),
    })
}

fn document(path: &str, response: Response) -> Result<Value, ApiError> {
    let bytes = response.bytes().map_err(|error| answer(path, &error))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| ApiError::Answer { path: path.to_owned(), reason: error.to_string() })
}

fn answer(path: &str, error: &reqwest::Error) -> ApiError {
    ApiError::Unreachable { url: path.to_owned(), reason: chain(error) }
}

/// An error and what caused it; the library's own text leaves the causes out.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}

#[cfg(test)]
mod tests;
