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
            if self.contract() >= Contract::V1_14 {
                documents.push(resolver());
            }
            for (host, endpoints) in &self.cluster.registry_mirrors {
                documents.push(mirror(host, endpoints)?);
            }
            let hostname = Fields::new().text("auto", "stable");
            documents.push(document("HostnameConfig", "", headed("HostnameConfig", hostname)));
        }
        if self.contract() >= Contract::V1_14 && self.is_control_plane() {
            documents.extend(self.kubernetes());
        }
        Ok(documents)
    }

    /// What the root document says before Talos 1.14.
    fn kubernetes(&self) -> [Document; 3] {
        let key = Fields::new()
            .text("name", "key1")
            .text("secret", self.secrets.secretbox_encryption_secret.reveal())
            .end();
        let provider = Node::map([("secretbox", Node::map([("keys", Node::seq([key]))]))]);
        let resource = Fields::new()
            .node("providers", Node::seq([provider]))
            .node("resources", Node::seq([Node::string("secrets")]))
            .end();
        let encryption = Fields::new().node("config", Node::map([("resources", Node::seq([resource]))]));
        let image = |name: &str| Fields::new().text("image", &self.image(&format!("registry.k8s.io/{name}")));
        let scheduler = image("kube-scheduler").node("config", Fields::new().end());
        [
            ("KubeEtcdEncryptionConfig", encryption),
            ("KubeControllerManagerConfig", image("kube-controller-manager")),
            ("KubeSchedulerConfig", scheduler),
        ]
        .map(|(kind, fields)| document(kind, "", headed(kind, fields)))
    }
}

fn resolver() -> Document {
    let dns = Fields::new().flag("enabled", true).flag("forwardKubeDNSToHost", true).end();
    let fields = Fields::new().node("hostDNS", dns);
    document("ResolverConfig", "", headed("ResolverConfig", fields))
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
