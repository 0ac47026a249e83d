//! Secrets that another program, a variable or a file outside of the checkout has.

use crate::stage::Stage;

const CLUSTER: &str = "hosts/home-ops/cluster.yaml";

/// A stage whose cluster says where its secrets are.
fn stage(test: &str, from: &str) -> Stage {
    let stage = Stage::new(test);
    let file = format!("workspace/{CLUSTER}");
    let described = std::fs::read_to_string(stage.path(&file)).unwrap();
    stage.write(&file, &format!("{described}\nsecrets: {from}\n"));
    stage
}

/// Everything that such a cluster allows.
fn works(mut stage: Stage, says: &str) {
    let shown = stage.run(0, &["secrets", "show", "home-ops"]);
    assert!(shown.stderr.contains(says), "{}", shown.text());
    stage.run(0, &["build", "hosts/home-ops"]);
    stage.run(0, &["show", "hosts/home-ops/k8s-1", "--why"]);
    let directory = stage.text("out/home-ops");
    stage.run(0, &["build", "hosts/home-ops", "--with-secrets", &directory]);
    assert!(stage.holds_secrets("out/home-ops/k8s-1.yaml"));
    stage.run(0, &["secrets", "export", "home-ops", &stage.text("out/secrets.yaml")]);
    assert_eq!(std::fs::read_to_string(stage.path("out/secrets.yaml")).unwrap(), stage.bundle);
    let refused = stage.run(2, &["secrets", "rotate", "home-ops"]);
    assert!(refused.stderr.contains("change them there"), "{}", refused.text());
    stage.done();
}

/// A manager of passwords that tells what it sees of itself and of who called it.
fn manager(stage: &mut Stage, name: &str) {
    let script = format!(
        "mkdir -p {seen}\nfor of in self $PPID; do tr '\\0' '\\n' < /proc/$of/environ; tr '\\0' ' ' < /proc/$of/cmdline; \
         done >> {seen}/{name}\n[ \"$1\" = read ] || exit 9\n[ \"$SESSION\" = mine ] || exit 8\ncat {bundle}",
        seen = stage.text("seen"),
        bundle = stage.text("in/secrets.yaml")
    );
    std::fs::create_dir_all(stage.path("bin")).unwrap();
    stage.script(&format!("bin/{name}"), &script);
    let path = format!("{}:{}", stage.text("bin"), std::env::var("PATH").unwrap());
    stage.env.push(("PATH".to_owned(), path));
    // What the program of a manager knows of its user comes through.
    stage.env.push(("SESSION".to_owned(), "mine".to_owned()));
}

#[test]
fn of_1password() {
    let from = "{command: [op, read, \"op://homelab/talos/bundle\"]}";
    let mut stage = stage("of_1password", from);
    manager(&mut stage, "op");
    works(stage, "from the command `op`");
}

#[test]
fn of_infisical() {
    let from = "{command: [infisical, read, --plain, TALOS_SECRETS]}";
    let mut stage = stage("of_infisical", from);
    manager(&mut stage, "infisical");
    works(stage, "from the command `infisical`");
}

#[test]
fn of_a_variable() {
    let mut stage = stage("of_a_variable", "{environment: HOMELAB_SECRETS}");
    stage.env.push(("HOMELAB_SECRETS".to_owned(), stage.bundle.clone()));
    works(stage, "from the variable `HOMELAB_SECRETS`");
}

#[test]
fn of_a_file() {
    let stage = stage("of_a_file", "{file: ~/../in/secrets.yaml}");
    works(stage, "from `~/../in/secrets.yaml`");
}

#[test]
fn a_manager_that_fails_is_not_repeated() {
    let mut stage = stage("a_manager_that_fails_is_not_repeated", "{command: [./manager]}");
    let bundle = stage.text("in/secrets.yaml");
    let directory = stage.text("out/home-ops");
    for (script, says) in [
        (format!("cat {bundle}; cat {bundle} >&2; exit 3"), "ended with code 3"),
        (format!("cat {bundle} >&2; exit 0"), "there is no secret for the placeholder"),
        (format!("head -c 900 {bundle}; cat {bundle} >&2"), "there is no secret for the placeholder"),
        (format!("sed 's/^ *//' {bundle}"), "of which nothing is shown"),
        (format!("cat {bundle}; printf '\\377'"), "is no text"),
        (format!("tr '\\n' '!' < {bundle}"), "cannot read the text as YAML"),
    ] {
        stage.script("workspace/manager", &script);
        let run = stage.run(2, &["build", "hosts/home-ops", "--with-secrets", &directory]);
        assert!(run.stderr.contains(says), "{script}: {}", run.text());
    }
    std::fs::remove_file(stage.path("workspace/manager")).unwrap();
    let run = stage.run(3, &["build", "hosts/home-ops", "--with-secrets", &directory]);
    assert!(run.stderr.contains("manager"), "{}", run.text());
    stage.done();
}
