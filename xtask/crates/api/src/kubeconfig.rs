//! The file that says where a cluster is and who one is there.
//!
//! Source: <https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/>. Of it, what kubeadm and kind write: one
//! cluster with inline certificates.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diag::Source;
use yaml::{Duplicates, Node};

use crate::ApiError;

/// A cluster and a login to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Kubeconfig {
    /// Address of the API server.
    pub server: String,
    /// The authority that signed the server's certificate, in PEM.
    pub authority: Option<Vec<u8>>,
    /// Certificate and key of the client, in PEM.
    pub identity: Option<Vec<u8>>,
}

impl std::fmt::Debug for Kubeconfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kubeconfig({})", self.server)
    }
}

impl Kubeconfig {
    /// Reads the cluster and the user of the current context.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let source = Arc::new(Source { name: "kubeconfig".to_owned(), text: text.to_owned() });
        let document = yaml::parse_one(&source, Duplicates::LastWins)
            .map_err(|mistakes| wrong(mistakes.first().map_or("no YAML", |first| &first.message)))?;
        let root = &document.root;
        let named = |list: &str, name: &str| {
            let items = root.get(list).and_then(Node::as_seq).unwrap_or_default();
            items.iter().find(|item| item.get("name").and_then(Node::as_str) == Some(name))
        };
        let current = root.get("current-context").and_then(Node::as_str).unwrap_or_default();
        let context = named("contexts", current)
            .and_then(|context| context.get("context"))
            .ok_or_else(|| wrong("`current-context` names none of its contexts"))?;
        let of = |list: &str, key: &str| {
            let name = context.get(key).and_then(Node::as_str)?;
            named(list, name)?.get(key)
        };
        let cluster = of("clusters", "cluster").ok_or_else(|| wrong("the context's cluster is missing"))?;
        let user = of("users", "user").cloned().unwrap_or_else(Node::null);
        let server = cluster.get("server").and_then(Node::as_str).ok_or_else(|| wrong("no `server`"))?;
        let certificate = decoded(&user, "client-certificate-data")?;
        let key = decoded(&user, "client-key-data")?;
        Ok(Self {
            server: server.trim_end_matches('/').to_owned(),
            authority: decoded(cluster, "certificate-authority-data")?,
            identity: certificate.zip(key).map(|(certificate, key)| [certificate, key].join(&b'\n')),
        })
    }
}

fn decoded(node: &Node, key: &str) -> Result<Option<Vec<u8>>, ApiError> {
    let text = node.get(key).and_then(Node::as_str);
    text.map(|text| STANDARD.decode(text).map_err(|_| wrong(&format!("`{key}` is no base64")))).transpose()
}

fn wrong(reason: &str) -> ApiError {
    ApiError::Kubeconfig { reason: reason.to_owned() }
}

#[cfg(test)]
mod tests;
