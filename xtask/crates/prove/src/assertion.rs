//! What must be true of a cluster, in `tests/e2e/<cluster>.yaml`.

use std::sync::Arc;

use api::{ApiError, Client, Reference};
use diag::{Diagnostic, Source};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assertions {
    /// In the order in which they are looked at.
    pub assertions: Vec<Assertion>,
}

/// One thing that must be true.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// What a person would say.
    pub name: String,
    /// The component that it is about: without it nothing can be said.
    pub component: String,
    /// How one sees it.
    pub expect: Expectation,
}

/// How one sees that something is true.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Expectation {
    /// A condition of an object is `True`.
    #[serde(rename_all = "camelCase")]
    Condition {
        /// `<group>/<version>`.
        api_version: String,
        /// Its kind.
        kind: String,
        /// Its namespace; empty for none.
        #[serde(default)]
        namespace: String,
        /// Its name.
        name: String,
        /// The condition's type.
        is: String,
    },
    /// A field of an object has a value.
    #[serde(rename_all = "camelCase")]
    Field {
        /// `<group>/<version>`.
        api_version: String,
        /// Its kind.
        kind: String,
        /// Its namespace; empty for none.
        #[serde(default)]
        namespace: String,
        /// Its name.
        name: String,
        /// Where, as a JSON pointer (RFC 6901).
        at: String,
        /// The value; without one, any that is not empty.
        #[serde(default)]
        equals: Option<Value>,
    },
    /// There is no such object.
    #[serde(rename_all = "camelCase")]
    Absent {
        /// `<group>/<version>`.
        api_version: String,
        /// Its kind.
        kind: String,
        /// Its namespace; empty for none.
        #[serde(default)]
        namespace: String,
        /// Its name.
        name: String,
    },
    /// A service answers over HTTP, by way of the API server.
    Answer {
        /// The service's namespace.
        namespace: String,
        /// The service, with the name or number of its port: `podinfo:http`.
        service: String,
        /// The path.
        path: String,
        /// What the answer holds.
        contains: String,
    },
    /// The server has a document, such as metrics of the machines, that holds something.
    Served {
        /// Its path.
        path: String,
        /// What it holds.
        contains: String,
    },
}

/// What came of an assertion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// Whether it holds; nothing when it could not be asked.
    pub holds: Option<bool>,
    /// What was seen.
    pub message: String,
}

impl Assertions {
    /// Reads the file; all its mistakes at once.
    pub fn parse(name: &str, text: String) -> Result<Self, Vec<Diagnostic>> {
        let source = Arc::new(Source { name: name.to_owned(), text });
        catalogue::decode::<Self>(&source).map(|(assertions, _)| assertions)
    }
}

/// Looks once whether an assertion holds; the message says what was seen.
pub fn check(client: &Client, assertion: &Assertion) -> Outcome {
    let (holds, message) = look(client, &assertion.expect).unwrap_or_else(|error| (false, error.to_string()));
    Outcome { name: assertion.name.clone(), holds: Some(holds), message }
}

fn look(client: &Client, expectation: &Expectation) -> Result<(bool, String), ApiError> {
    match expectation {
        Expectation::Condition { api_version, kind, namespace, name, is } => {
            let reference = Reference::new(api_version, kind, namespace, name);
            let object = client.get(&reference)?;
            let conditions =
                object.as_ref().and_then(|object| object.pointer("/status/conditions")?.as_array());
            let found = conditions.and_then(|all| all.iter().find(|one| text(one, "/type") == is));
            Ok(match (&object, found) {
                (None, _) => (false, format!("there is no {reference}")),
                (_, None) => (false, format!("{reference} has no condition `{is}`")),
                (_, Some(found)) => {
                    let (status, why) = (text(found, "/status"), text(found, "/message"));
                    (status == "True", format!("`{is}` of {reference} is {status}: {why}"))
                }
            })
        }
        Expectation::Field { api_version, kind, namespace, name, at, equals } => {
            let reference = Reference::new(api_version, kind, namespace, name);
            let Some(object) = client.get(&reference)? else {
                return Ok((false, format!("there is no {reference}")));
            };
            let value = object.pointer(at).cloned().unwrap_or_default();
            let holds = match equals {
                Some(expected) => value == *expected,
                None => !matches!(&value, Value::Null) && value != "" && value != Value::Array(Vec::new()),
            };
            Ok((holds, format!("`{at}` of {reference} is {value}")))
        }
        Expectation::Absent { api_version, kind, namespace, name } => {
            let reference = Reference::new(api_version, kind, namespace, name);
            let gone = match client.get(&reference) {
                Err(ApiError::UnknownKind { .. }) => true,
                got => got?.is_none(),
            };
            Ok((gone, format!("{reference} {}", if gone { "is not there" } else { "is there" })))
        }
        Expectation::Answer { namespace, service, path, contains } => {
            let path = format!("/api/v1/namespaces/{namespace}/services/{service}/proxy{path}");
            Ok(holds(&client.text(&path)?, contains))
        }
        Expectation::Served { path, contains } => Ok(holds(&client.text(path)?, contains)),
    }
}

fn holds(answer: &str, contains: &str) -> (bool, String) {
    let beginning: String = answer.chars().take(120).collect();
    (answer.contains(contains), format!("the answer is `{}`", beginning.trim()))
}

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests;
