//! Everything that can be done with the secrets of a cluster, done wrong.

use talos::Field;

use crate::stage::Stage;

const SEALED: &str = "workspace/hosts/home-ops/secrets.sops.yaml";

/// A bundle with an edit in each place where one can go wrong.
fn broken(bundle: &str) -> Vec<String> {
    let mut all = vec![
        bundle.replacen("    secret: ", "   secret: ", 1),
        bundle.replacen("    secret: ", "    secret: \"", 1),
        bundle.replacen("    secret: ", "    secret: &", 1),
        bundle.replacen("    secret: ", "    secret: !!int ", 1),
        bundle.replacen("    secret: ", "    secret:", 1),
        bundle.replacen("secrets:", "", 1),
        bundle.replacen("certs:", "certs: \t", 1),
        bundle.replace(": ", ":"),
        bundle.replace('\n', "\n\t"),
        bundle.replace("    ", ""),
        bundle.replace("key: ", "key: [").replacen('[', "[]", 1),
        format!("{bundle}{bundle}"),
        format!("- {bundle}"),
        bundle.chars().take(1500).collect(),
    ];
    for field in Field::ALL {
        let name = field.path().rsplit('.').next().unwrap_or_default();
        all.push(bundle.replace(&format!("{name}: "), &format!("{name}: x")));
        all.push(bundle.replace(&format!("{name}: "), &format!("{name}: - ")));
        all.push(bundle.replace(&format!("{name}: "), &format!("{name}:\n        - ")));
        all.push(bundle.replace(&format!("{name}: "), &format!("{name}s: ")));
    }
    all.retain(|text| text != bundle);
    all
}

#[test]
fn a_broken_bundle_is_not_shown() {
    let mut stage = Stage::new("a_broken_bundle_is_not_shown");
    let [mine, _] = stage.recipients.clone();
    let file = stage.text("in/broken.yaml");
    let mut refused = 0;
    for text in broken(&stage.bundle) {
        stage.write("in/broken.yaml", &text);
        // Some of these are whole bundles, with other secrets.
        let words = ["secrets", "import", "home-ops", &file, "--recipient", &mine, "--replace"];
        let run = stage.look_at(&words);
        refused += usize::from(run.code == 2);
        assert!([0, 2].contains(&run.code), "{}", run.text());
    }
    assert!(refused > 40, "{refused}");
    stage.done();
}

#[test]
fn what_is_refused_shows_no_secret() {
    let mut stage = Stage::new("what_is_refused_shows_no_secret");
    let [mine, theirs] = stage.recipients.clone();
    let (given, out) = (stage.text("in/secrets.yaml"), stage.text("out/home-ops"));
    stage.run(2, &["secrets", "export", "home-ops", &stage.text("out/none.yaml")]);
    stage.run(0, &["secrets", "import", "home-ops", &given, "--recipient", &mine]);
    stage.run(2, &["secrets", "import", "home-ops", &given]);
    stage.run(2, &["secrets", "import", "home-ops", &given, "--replace", "--recipient", "age1x"]);
    stage.run(2, &["secrets", "init", "home-ops", "--recipient", &mine]);
    stage.run(2, &["secrets", "export", "home-ops", "secrets.yaml"]);
    stage.run(3, &["secrets", "export", "home-ops", &given]);
    stage.run(3, &["secrets", "export", "home-ops", &stage.text("out/no/such/place")]);
    stage.run(2, &["build", "hosts/home-ops", "--with-secrets", "with-secrets"]);
    stage.run(2, &["build", "hosts/home-ops", "--with-secrets", &stage.text("workspace/target/secrets")]);
    stage.run(3, &["build", "hosts/home-ops", "--with-secrets", &given]);
    stage.run(2, &["secrets", "kubeconfig", "home-ops", "kubeconfig"]);
    stage.run(3, &["secrets", "talosconfig", "home-ops", &given]);
    stage.run(2, &["secrets", "talosconfig", "production", &stage.text("out/none")]);
    stage.run(2, &["build", "hosts/home-ops/k8s-99", "--with-secrets", &out]);
    stage.run(2, &["secrets", "rotate", "home-ops", "--recipient", "nobody"]);
    stage.run(0, &["secrets", "rotate", "home-ops", "--recipient", &theirs]);
    for words in [
        &["secrets", "show", "home-ops"][..],
        &["secrets", "rotate", "home-ops", "--recipient", &mine],
        &["secrets", "export", "home-ops", &stage.text("out/closed.yaml")],
        &["build", "hosts/home-ops", "--with-secrets", &out],
    ] {
        let run = stage.run(2, words);
        assert!(run.stderr.contains("no age key at hand opens"), "{}", run.text());
    }
    stage.done();
}

#[test]
fn a_sealed_file_that_was_changed_shows_no_secret() {
    let mut stage = Stage::new("a_sealed_file_that_was_changed_shows_no_secret");
    let [mine, _] = stage.recipients.clone();
    let given = stage.text("in/secrets.yaml");
    stage.run(0, &["secrets", "import", "home-ops", &given, "--recipient", &mine]);
    let sealed = std::fs::read_to_string(stage.path(SEALED)).unwrap();
    let kept = sealed.split_inclusive('\n').filter(|line| !line.trim().starts_with("bootstraptoken"));
    let without_a_field: String = kept.collect();
    for text in [
        sealed.replacen("data:", "data:A", 1),
        sealed.replacen(" id: ENC", " identity: ENC", 1),
        sealed.replacen("type:str", "type:int", 1),
        sealed.replacen(" mac: ENC", " mac: xENC", 1),
        sealed.replacen(" id: ", "id: ", 1),
        without_a_field,
        String::new(),
    ] {
        assert_ne!(text, sealed);
        stage.write(SEALED, &text);
        let out = stage.text("out/home-ops");
        for words in [
            &["secrets", "show", "home-ops"][..],
            &["secrets", "rotate", "home-ops", "--recipient", &mine],
            &["build", "hosts/home-ops", "--with-secrets", &out],
        ] {
            stage.run(2, words);
        }
    }
    stage.done();
}

/// Somebody puts plain secrets into the checkout, whole or with a mistake in them: the file itself may hold them, no
/// message may.
#[test]
fn plain_secrets_in_the_checkout_are_refused_without_being_shown() {
    let mut stage = Stage::new("plain_secrets_in_the_checkout_are_refused_without_being_shown");
    let [mine, _] = stage.recipients.clone();
    let bundle = stage.bundle.clone();
    let place = stage.path(SEALED);
    for text in [bundle.clone(), format!("{bundle}sops: {{}}\n")].into_iter().chain(broken(&bundle)) {
        // A link to where secrets may be keeps the search from finding what the test wrote itself.
        stage.write("in/plain.yaml", &text);
        let _ = std::fs::remove_file(&place);
        std::fs::hard_link(stage.path("in/plain.yaml"), &place).unwrap();
        stage.set_aside(SEALED);
        stage.run(2, &["secrets", "show", "home-ops"]);
        stage.run(2, &["secrets", "rotate", "home-ops", "--recipient", &mine]);
    }
    std::fs::remove_file(&place).unwrap();
    let patch = "workspace/hosts/home-ops/patches/all/token.yaml";
    let token =
        bundle.lines().find_map(|line| line.trim().strip_prefix("bootstraptoken: ")).unwrap().to_owned();
    let key = bundle.lines().find_map(|line| line.trim().strip_prefix("key: ")).unwrap().to_owned();
    for text in [
        format!("cluster:\n  token: {token}\n"),
        format!("machine:\n  ca:\n    crt: secret:certs.os.crt\n    key: {key}\n"),
        format!(
            "machine:\n  files:\n    - {{path: /var/x, op: create, permissions: 0o600, content: {key}}}\n"
        ),
        format!("- {{op: replace, path: /cluster/token, value: {token}}}\n"),
        format!("apiVersion: v1alpha1\nkind: SomethingNew\nkey: {key}\n"),
    ] {
        stage.write(patch, &text);
        stage.set_aside(patch);
        for words in [
            &["build", "hosts/home-ops"][..],
            &["show", "hosts/home-ops/k8s-1", "--why"],
            &["diff", "hosts/home-ops"],
        ] {
            let run = stage.run(1, words);
            assert!(run.stderr.contains("holds a secret"), "{text}: {}", run.text());
        }
    }
    stage.done();
}
