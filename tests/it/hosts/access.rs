//! What `secrets talosconfig` and `secrets kubeconfig` write is good for the programs that read it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::oracle::{Oracle, built};
use crate::stage::Stage;

const FROM: &str = "2026-01-01T00:00:00Z";
const SECONDS: i64 = 1_767_225_600;
const YEAR: i64 = 365 * 24 * 3600;

#[test]
fn an_api_server_knows_the_administrator_for_a_year() {
    let test = "an_api_server_knows_the_administrator_for_a_year";
    let Some(program) = built(test, "kubeadm") else { return };
    let mut kubernetes = Oracle::start(&program);
    for (cluster, server) in
        [("home-ops", "https://10.0.60.10:6443"), ("homelab-2", "https://192.168.10.10:6443")]
    {
        let stage = Stage::with_secrets(cluster);
        let kubeconfig = stage.run(0, &["secrets", "kubeconfig", cluster, "-", "--from", FROM]).stdout;
        let mut connect = |now: i64| {
            let authority = &stage.secrets.k8s;
            kubernetes.ask(&json!({ "connect": {
                "kubeconfig": kubeconfig,
                "crt": authority.crt,
                "key": authority.key.reveal(),
                "now": now,
                "user": "admin [system:masters]",
                "server": server,
            } }))
        };
        assert_eq!(connect(SECONDS + 5), Ok(()), "{cluster}");
        assert_eq!(connect(SECONDS + YEAR - 5), Ok(()), "{cluster}");
        for wrong in [SECONDS - 5, SECONDS + YEAR + 5] {
            let refused = connect(wrong).unwrap_err();
            assert!(
                refused.contains("expired or is not yet valid") || refused.contains("bad certificate"),
                "{refused}"
            );
        }
    }
}

#[test]
fn the_same_time_gives_the_same_file() {
    let stage = Stage::with_secrets("home-ops");
    for what in ["talosconfig", "kubeconfig"] {
        let file = |name: &str| stage.text(&format!("out/{what}-{name}"));
        let make = |name: &str, from: &str| {
            stage.run(0, &["secrets", what, "home-ops", &file(name), "--from", from]);
            stage.read(&format!("out/{what}-{name}"))
        };
        let first = make("first", FROM);
        assert_eq!(make("again", FROM), first);
        assert_eq!(stage.run(0, &["secrets", what, "home-ops", "-", "--from", FROM]).stdout, first);
        let later = make("later", "2026-01-01T00:00:01Z");
        let line =
            |text: &str, key: &str| text.lines().find(|line| line.trim().starts_with(key)).map(str::to_owned);
        for key in ["key", "client-key-data", "crt", "client-certificate-data"] {
            assert!(line(&first, key).is_none() || line(&first, key) != line(&later, key), "{what} {key}");
        }
        let mode = fs::metadata(file("first")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let there = stage.run(3, &["secrets", what, "home-ops", &file("first"), "--from", FROM]);
        assert!(there.stderr.contains("File exists"), "{}", there.text());
        stage.run(0, &["secrets", what, "home-ops", &file("first"), "--replace"]);
        assert_ne!(stage.read(&format!("out/{what}-first")), first);
        let inside = stage.run(2, &["secrets", what, "home-ops", "config"]);
        assert!(inside.stderr.contains("is in the checkout"), "{}", inside.text());
    }
    let talosconfig = stage.read("out/talosconfig-again");
    assert!(talosconfig.starts_with("context: home-ops\n"), "{talosconfig}");
    for address in ["10.0.60.21", "10.0.60.23", "10.0.60.25"] {
        assert!(talosconfig.contains(address), "{talosconfig}");
    }
}

#[test]
fn clusters_with_an_authority_of_their_own_are_refused() {
    let stage = Stage::new();
    for (what, cluster, says) in [
        ("talosconfig", "homelab-2", "is not one of Talos"),
        ("talosconfig", "nowhere", "nowhere"),
        ("kubeconfig", "production", "/etc/rancher/k3s/k3s.yaml"),
        ("kubeconfig", "staging", "k3d kubeconfig get"),
        ("kubeconfig", "media", "vcluster connect"),
        ("kubeconfig", "home-ops", "there are no secrets"),
    ] {
        let run = stage.run(2, &["secrets", what, cluster, &stage.text("out/x")]);
        assert!(run.stderr.contains(says), "{}", run.text());
    }
    let run = stage.run(2, &["secrets", "kubeconfig", "home-ops", "-", "--from", "tomorrow"]);
    assert!(run.stderr.contains("tomorrow"), "{}", run.text());
}
