//! SOPS opens what is sealed here, and what it seals is opened here.

use std::fs;

use age::secrecy::ExposeSecret as _;

use crate::oracle::{built, filter};
use crate::stage::Stage;

const SEALED: &str = "workspace/hosts/home-ops/secrets.sops.yaml";

#[test]
fn sops_and_this_program_open_files_of_each_other() {
    let Some(sops) = built("sops_and_this_program_open_files_of_each_other", "sops") else { return };
    let stage = Stage::new();
    let people = ["mine", "theirs"].map(|name| {
        let key = age::x25519::Identity::generate();
        fs::write(stage.path(name), key.to_string().expose_secret()).unwrap();
        (stage.text(name), key.to_public().to_string())
    });
    let open =
        |file: &str, key: &str| filter(&sops, &["decrypt"], &[("SOPS_AGE_KEY_FILE", key)], &stage.read(file));
    let [(mine, my_name), (theirs, their_name)] = &people;
    let run = |args: &[&str]| {
        let run = stage.program().env("SOPS_AGE_KEY_FILE", mine).run(args);
        assert_eq!(run.code, 0, "{args:?}: {}", run.text());
    };
    let plain = stage.secrets.to_yaml();
    run(&["secrets", "import", "home-ops", &stage.text("secrets.yaml"), "--recipient", my_name]);
    assert_eq!(open(SEALED, mine), Ok(plain.clone()));
    assert!(open(SEALED, theirs).is_err());
    run(&["secrets", "rotate", "home-ops", "--recipient", my_name, "--recipient", their_name]);
    assert_eq!(open(SEALED, theirs), Ok(plain.clone()));
    let changed = stage.read(SEALED).replacen("data:", "data:A", 1);
    fs::write(stage.path("changed"), changed).unwrap();
    assert!(open("changed", mine).is_err());

    let sealed = filter(&sops, &["encrypt", my_name, their_name], &[], &plain).unwrap();
    fs::write(stage.path(SEALED), sealed).unwrap();
    run(&["secrets", "export", "home-ops", &stage.text("out/secrets.yaml")]);
    assert_eq!(stage.read("out/secrets.yaml"), plain);
}
