//! Everything that can be done with the secrets of a cluster, done right.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::stage::Stage;

/// A cluster of each distribution, and a machine of it.
const CLUSTERS: [(&str, &str); 4] =
    [("home-ops", "k8s-1"), ("homelab-2", "node-2"), ("production", "production-1"), ("staging", "staging")];

#[test]
fn what_works_shows_no_secret() {
    let mut stage = Stage::new("what_works_shows_no_secret");
    for (cluster, machine) in CLUSTERS {
        let unit = format!("hosts/{cluster}");
        let one = format!("{unit}/{machine}");
        let own = if cluster == "staging" { unit.clone() } else { one.clone() };
        let given = stage.text("in/secrets.yaml");
        let [mine, theirs] = stage.recipients.clone();
        stage.run(0, &["-v", "secrets", "import", cluster, &given, "--recipient", &mine]);
        stage.run(0, &["secrets", "import", cluster, &given, "--replace"]);
        stage.run(0, &["secrets", "rotate", cluster]);
        stage.run(0, &["secrets", "rotate", cluster, "--recipient", &mine, "--recipient", &theirs]);
        stage.run(0, &["secrets", "show", cluster]);
        stage.run(0, &["secrets", "show", cluster, "--format", "json"]);
        for words in [
            &["build", unit.as_str()][..],
            &["-v", "build", &unit, "--format", "json"],
            &["show", &unit],
            &["show", &own],
            &["show", &own, "--format", "json"],
            &["show", &own, "--why"],
            &["show", &unit, "--why", "--format", "json"],
            &["diff", &unit],
        ] {
            stage.run(0, words);
        }
        let directory = stage.text(&format!("out/{cluster}"));
        stage.run(0, &["build", &unit, "--with-secrets", &directory]);
        stage.run(0, &["diff", &unit]);
        let mut secret = 0;
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(
                fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600,
                "{}",
                path.display()
            );
            let name = format!("out/{cluster}/{}", path.file_name().unwrap().display());
            secret += usize::from(stage.holds_secrets(&name));
        }
        assert!(secret > 0, "{cluster}");
        if ["home-ops", "homelab-2"].contains(&cluster) {
            stage.run(
                0,
                &["secrets", "kubeconfig", cluster, &stage.text(&format!("out/{cluster}-kubeconfig"))],
            );
        }
        if cluster == "home-ops" {
            stage.run(0, &["secrets", "talosconfig", cluster, &stage.text("out/talosconfig")]);
        }
        let exported = format!("out/{cluster}.yaml");
        stage.run(0, &["secrets", "export", cluster, &stage.text(&exported)]);
        assert_eq!(fs::read_to_string(stage.path(&exported)).unwrap(), stage.bundle);
    }
    stage.done();
}
