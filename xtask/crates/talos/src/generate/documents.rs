//! The documents of a machine, beginning with the root document.

use yaml::Node;

use super::node::Fields;
use super::{Input, url};
use crate::config::Document;
use crate::{Contract, Error};

impl Input<'_> {
    pub(super) fn documents(&self) -> Result<Vec<Document>, Error> {
        let root = Fields::new()
            .text("version", "v1alpha1")
            .flag("debug", false)
            .flag("persist", true)
            .node("machine", self.machine())
            .node("cluster", self.cluster())
            .end();
        let mut documents = vec![document("", "", root)];
        if self.contract() >= Contract::V1_12 {
            for (host, endpoints) in &self.cluster.registry_mirrors {
                documents.push(mirror(host, endpoints)?);
            }
            let hostname = Fields::new().text("auto", "stable");
            documents.push(document("HostnameConfig", "", headed("HostnameConfig", hostname)));
        }
        Ok(documents)
    }
}

fn mirror(host: &str, endpoints: &[String]) -> Result<Document, Error> {
    let mut urls = Vec::new();
    for endpoint in endpoints {
        urls.push(Node::map([("url", Node::string(url(endpoint)?.to_string()))]));
    }
    let fields = Fields::new().text("name", host).node("endpoints", Node::seq(urls));
    Ok(document("RegistryMirrorConfig", host, headed("RegistryMirrorConfig", fields)))
}

fn headed(kind: &str, fields: Fields) -> Node {
    fields.text("apiVersion", "v1alpha1").text("kind", kind).end()
}

fn document(kind: &str, name: &str, root: Node) -> Document {
    let api_version = if kind.is_empty() { "" } else { "v1alpha1" };
    Document { api_version: api_version.to_owned(), kind: kind.to_owned(), name: name.to_owned(), root }
}
