//! What must be true of a cluster, in `tests/e2e/<cluster>.yaml`.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use api::{ApiError, Client, Reference, probe};
use diag::{Diagnostic, Source};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The port of DNS servers.
const DNS: u16 = 53;

/// The file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assertions {
    /// In the order in which they are looked at.
    #[serde(default)]
    pub assertions: Vec<Assertion>,
    /// What is done after that, in order.
    #[serde(default)]
    pub changes: Vec<crate::Change>,
    /// What cannot run on one machine.
    #[serde(default)]
    pub simulated: Option<crate::Simulated>,
}

/// One thing that must be true.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// What a person would say.
    pub name: String,
    /// The component that it is about: without it nothing can be said.
    pub component: String,
    /// What is deleted before anybody looks.
    #[serde(default)]
    pub delete: Option<Object>,
    /// How one sees it.
    pub expect: Expectation,
}

/// An object, by its names.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Object {
    /// `<group>/<version>`.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace; empty for none.
    #[serde(default)]
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// A service that has an address of the load balancer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Balanced {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub service: String,
}

impl Object {
    fn reference(&self) -> Reference {
        Reference::new(&self.api_version, &self.kind, &self.namespace, &self.name)
    }
}

/// What can be done inside of a cluster's machines.
pub trait Inside {
    /// Runs a program in a container, by its identity in the machine's runtime, and gives what it printed.
    fn run(&self, container: &str, command: &[String]) -> Result<String, String>;
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
    /// The address of a service answers over HTTP, to somebody in the house.
    Http {
        /// The service.
        at: Balanced,
        /// The port.
        port: u16,
        /// The path.
        path: String,
        /// What the answer holds.
        contains: String,
    },
    /// A DNS server in the cluster has the address of a service for a name.
    Name {
        /// The server.
        at: Balanced,
        /// The name.
        name: String,
        /// The service whose address it is.
        is: Balanced,
    },
    /// A program in a pod prints something.
    Command {
        /// The pod's namespace.
        namespace: String,
        /// Labels of the pod: `app=x`.
        selector: String,
        /// The container.
        container: String,
        /// The program and its arguments.
        run: Vec<String>,
        /// What it prints.
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

/// Deletes what an assertion wants to be gone first.
pub fn prepare(client: &Client, assertion: &Assertion) -> Result<(), ApiError> {
    assertion.delete.as_ref().map_or(Ok(()), |object| client.delete(&object.reference()).map(|_| ()))
}

/// Looks once whether an assertion holds; the message says what was seen.
pub fn check(client: &Client, inside: &dyn Inside, assertion: &Assertion) -> Outcome {
    let looked = look(client, inside, &assertion.expect);
    let (holds, message) = looked.unwrap_or_else(|error| (false, error.to_string()));
    Outcome { name: assertion.name.clone(), holds: Some(holds), message }
}

fn look(client: &Client, inside: &dyn Inside, expectation: &Expectation) -> Result<(bool, String), ApiError> {
    match expectation {
        Expectation::Http { at, port, path, contains } => match address(client, at)? {
            Ok(address) => Ok(holds(&probe::http(&format!("http://{address}:{port}{path}"))?, contains)),
            Err(none) => Ok((false, none)),
        },
        Expectation::Name { at, name, is } => match (address(client, at)?, address(client, is)?) {
            (Ok(server), Ok(wanted)) => {
                let found = probe::addresses(SocketAddr::new(server, DNS), name)?;
                Ok((
                    found.iter().any(|found| wanted == *found),
                    format!("{server} has {found:?} for `{name}`"),
                ))
            }
            (Err(none), _) | (_, Err(none)) => Ok((false, none)),
        },
        Expectation::Command { namespace, selector, container, run, contains } => {
            let pods = client.list("v1", "Pod", Some(namespace), selector)?;
            let Some(identity) = pods.iter().find_map(|pod| running(pod, container)) else {
                return Ok((
                    false,
                    format!("no pod of `{selector}` in `{namespace}` has `{container}` running"),
                ));
            };
            Ok(match inside.run(identity, run) {
                Ok(printed) => holds(&printed, contains),
                Err(reason) => (false, reason),
            })
        }
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
            // Nobody wants to read a secret in a report.
            let shown = if kind == "Secret" { "there".to_owned() } else { value.to_string() };
            let holds = match equals {
                Some(expected) => value == *expected,
                None => !matches!(&value, Value::Null) && value != "" && value != Value::Array(Vec::new()),
            };
            let shown = if value.is_null() { "not there".to_owned() } else { shown };
            Ok((holds, format!("`{at}` of {reference} is {shown}")))
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

/// The address that the load balancer gave to a service, or that there is none.
fn address(client: &Client, of: &Balanced) -> Result<Result<IpAddr, String>, ApiError> {
    let service = client.get(&Reference::new("v1", "Service", &of.namespace, &of.service))?;
    let given = service.as_ref().map(|service| text(service, "/status/loadBalancer/ingress/0/ip"));
    let none = || format!("service `{}/{}` has no address of the load balancer", of.namespace, of.service);
    Ok(given.and_then(|given| given.parse().ok()).ok_or_else(none))
}

/// A running container of a pod that stays, by its identity in the machine's runtime.
fn running<'a>(pod: &'a Value, container: &str) -> Option<&'a str> {
    if pod.pointer("/metadata/deletionTimestamp").is_some() {
        return None;
    }
    let all = pod.pointer("/status/containerStatuses")?.as_array()?;
    let status = all.iter().find(|status| text(status, "/name") == container)?;
    status.pointer("/state/running")?;
    text(status, "/containerID").split_once("://").map(|(_, identity)| identity)
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
