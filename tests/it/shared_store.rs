//! A registry as a store that machines share.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test, in functions of its own too")]

use std::path::PathBuf;

use attest::SigningKey;
use end_to_end::{Program, Registry, Run, Sandbox, digests};
use registry::Network;
use registry::distribution::{Remote, RemoteOptions};

const VALUES: &str = "platform/web/site/cluster/lab.yaml";

/// A machine with a store of its own and the checkout of the sandbox.
struct Machine<'a> {
    sandbox: &'a Sandbox,
    store: PathBuf,
}

impl<'a> Machine<'a> {
    fn new(sandbox: &'a Sandbox, name: &str) -> Self {
        Self { sandbox, store: sandbox.path(name) }
    }

    fn run(&self, args: &[&str]) -> Run {
        let program = Program::new(&self.sandbox.workspace(), &self.sandbox.path("home"), &self.store);
        program.flags(&["--format", "json"]).run(args)
    }
}

#[test]
fn what_one_machine_made_another_takes() {
    let (Some(registry), Some(sandbox)) = (Registry::start(), Sandbox::new()) else { return };
    let place = registry.place("cache");
    let maker = Machine { sandbox: &sandbox, store: sandbox.store() };
    let mirror = sandbox.path("mirror").display().to_string();
    let nothing = maker.run(&["store", "push", &place]);
    assert_eq!(nothing.code, 2, "{}", nothing.text());
    let made = maker.run(&["build", "--mirror", &mirror]).json()[0].take();
    let pushed = maker.run(&["store", "push", &place]).json();
    assert!(pushed["pushed"].as_u64() == pushed["items"].as_u64(), "{pushed}");
    assert_eq!(maker.run(&["store", "push", &place]).json()["pushed"], 0);

    // No mirror, so that nothing can be fetched.
    let taker = Machine::new(&sandbox, "other");
    assert_ne!(taker.run(&["build", "--offline"]).code, 0);
    let pulled = taker.run(&["store", "pull", &place]).json();
    assert_eq!(pulled["missing"], 0, "{pulled}");
    let again = taker.run(&["build", "--offline"]).json()[0].take();
    assert_eq!(digests(&again), digests(&made));
    assert!(again["units"].as_array().unwrap().iter().all(|unit| unit["status"] == "unchanged"), "{again}");
    assert_eq!(taker.run(&["store", "pull", &place]).json()["pulled"], 0);

    // What another value needs is rendered here, of inputs that come from the registry, too.
    let third = Machine::new(&sandbox, "third");
    sandbox.write(VALUES, "greeting: another\n");
    let pulled = third.run(&["store", "pull", &place]).json();
    assert!(pulled["missing"].as_u64() == Some(1) && pulled["pulled"].as_u64() > Some(2), "{pulled}");
    let built = third.run(&["build", "--offline"]);
    assert_eq!(built.code, 0, "{}", built.text());
    assert_eq!(third.run(&["store", "verify"]).code, 0);
}

#[test]
fn what_is_damaged_or_of_another_key_is_not_taken() {
    let (Some(registry), Some(sandbox)) = (Registry::start(), Sandbox::new()) else { return };
    for (name, seed) in [("ours", 7), ("theirs", 8)] {
        let key = SigningKey::generate(&[seed; 32]).unwrap();
        sandbox.write(&format!("{name}.key"), key.to_pem().as_bytes());
        sandbox.write(&format!("{name}.pub"), key.verifying_key().to_pem());
    }
    let maker = Machine { sandbox: &sandbox, store: sandbox.store() };
    maker.run(&["build", "--mirror", &sandbox.path("mirror").display().to_string()]).json();
    let place = registry.place("cache");
    maker.run(&["store", "push", &place, "--key", "ours.key"]).json();
    let refused = Machine::new(&sandbox, "a").run(&["store", "pull", &place, "--key", "theirs.pub"]);
    assert_eq!(refused.code, 1, "{}", refused.text());
    assert!(refused.stderr.contains("is not trusted"), "{}", refused.text());
    let again = Machine::new(&sandbox, "b").run(&["store", "pull", &place, "--key", "ours.pub"]).json();
    assert_eq!(again["missing"], 0, "{again}");

    // Under the tag of one record lies another one.
    let remote = Remote::new(&place, RemoteOptions::new(Network::Allowed)).unwrap();
    let tags = remote.tags("store").unwrap();
    let records: Vec<&String> = tags.iter().filter(|tag| tag.starts_with("record-")).collect();
    let other = remote.manifest("store", records[1]).unwrap().unwrap();
    for record in &records {
        remote.put_manifest("store", record, oci::media_type::MANIFEST, &other.bytes).unwrap();
    }
    let mixed = Machine::new(&sandbox, "c").run(&["store", "pull", &place]);
    assert_eq!(mixed.code, 3, "{}", mixed.text());
    assert!(mixed.stderr.contains("it says that it is `record-"), "{}", mixed.text());
}
