//! The configuration of k3d: `k3d.io/v1alpha5`, kind `Simple`, <https://k3d.io/stable/usage/configfile/>. One file
//! describes the whole cluster.

use catalogue::K3d;
use diag::Diagnostic;
use yaml::Node;

use crate::configuration::{Configuration, Content};
use crate::documents::{authority, host, patch, set, texts};
use crate::fleet::Fleet;
use crate::k3s::registries;
use crate::patch_files::Layer;

pub(crate) fn configurations(fleet: &Fleet, k3d: &K3d) -> Result<Configuration, Vec<Diagnostic>> {
    let spec = &fleet.cluster.spec;
    let mut config = Node::map([
        ("apiVersion", Node::string("k3d.io/v1alpha5")),
        ("kind", Node::string("Simple")),
        ("metadata", Node::map([("name", Node::string(&spec.name))])),
        ("servers", Node::int(i64::from(k3d.servers))),
        ("agents", Node::int(i64::from(k3d.agents))),
        ("image", Node::string(&k3d.image)),
        ("token", Node::string("secret:cluster.secret")),
    ]);
    if let Some((_, port)) = authority(fleet).rsplit_once(':') {
        let api = Node::map([("host", Node::string(host(fleet))), ("hostPort", Node::string(port))]);
        set(&mut config, "kubeAPI", api);
    }
    let ports = k3d.ports.iter().map(|text| {
        let (port, filter) = text.split_once('@').unwrap_or((text, "loadbalancer"));
        Node::map([("port", Node::string(port)), ("nodeFilters", texts([filter]))])
    });
    set(&mut config, "ports", Node::seq(ports));
    if !k3d.mirrors.is_empty() {
        // k3d takes the text of a file of k3s.
        let text = yaml::emit_ordered(&registries(&k3d.mirrors));
        set(&mut config, "registries", Node::map([("config", Node::string(text))]));
    }
    let mut arguments: Vec<(String, &str)> = Vec::new();
    if let Some(networks) = &spec.networks {
        arguments.push((format!("--cluster-cidr={}", networks.pods), "server:*"));
        arguments.push((format!("--service-cidr={}", networks.services), "server:*"));
    }
    arguments.extend(k3d.disable.iter().map(|part| (format!("--disable={part}"), "server:*")));
    let extra = arguments
        .iter()
        .map(|(arg, filter)| Node::map([("arg", Node::string(arg)), ("nodeFilters", texts([filter]))]));
    let options = Node::map([
        // It is used by a program that waits until the API answers.
        ("k3d", Node::map([("wait", Node::bool(true)), ("timeout", Node::string("5m0s"))])),
        ("k3s", Node::map([("extraArgs", Node::seq(extra))])),
        // The kubeconfig is made elsewhere: nobody's own file is changed.
        (
            "kubeconfig",
            Node::map([
                ("updateDefaultKubeconfig", Node::bool(false)),
                ("switchCurrentContext", Node::bool(false)),
            ]),
        ),
    ]);
    set(&mut config, "options", options);
    let mut mistakes = Vec::new();
    let mut documents = [config];
    patch(&mut documents, fleet.patches.iter().filter(|patch| patch.layer == Layer::All), &mut mistakes);
    let name = &spec.name;
    let configuration = Configuration {
        machine: name.clone(),
        file: format!("{name}.yaml"),
        content: Content::Documents(documents.to_vec()),
    };
    if mistakes.is_empty() { Ok(configuration) } else { Err(mistakes) }
}
