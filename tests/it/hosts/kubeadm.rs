//! `kubeadm config validate` takes what is made for machines of kubeadm.

use std::fs;

use serde_json::json;

use crate::oracle::{Oracle, built};
use crate::stage::Stage;

#[test]
fn kubeadm_takes_every_file() {
    let Some(program) = built("kubeadm_takes_every_file", "kubeadm") else { return };
    let mut kubeadm = Oracle::start(&program);
    let stage = Stage::with_secrets("homelab-2");
    stage.run(0, &["build", "hosts/homelab-2", "--with-secrets", &stage.text("out")]);
    let mut judged = 0;
    for entry in fs::read_dir(stage.path("out")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(kubeadm.ask(&json!({ "validate": text })), Ok(()), "{}:\n{text}", path.display());
        judged += 1;
    }
    assert_eq!(judged, 3);
    // It is strict: these edits are mistakes.
    let first = stage.read("out/node-1.yaml");
    for (old, new) in [
        ("podSubnet:", "podSubnets:"),
        ("serviceSubnet: 10.96.0.0/12", "serviceSubnet: 10.96.0.0/33"),
        ("clusterDNS:", "clusterDns:"),
        ("advertiseAddress: \"192.168.10.11\"", "advertiseAddress: \"192.168.10.999\""),
        ("kubernetesVersion: v1.34.1", "kubernetesVersion: 1.x"),
    ] {
        assert!(first.contains(old), "{old}:\n{first}");
        let judged = kubeadm.ask(&json!({ "validate": first.replacen(old, new, 1) }));
        assert!(judged.is_err(), "{new}");
    }
}
