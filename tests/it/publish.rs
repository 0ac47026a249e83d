//! Releases in a real registry: published, moved, killed and raced for by the program as users run it.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test, in functions of its own too")]

use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::{Duration, Instant};

use end_to_end::{Program, Registry, Run, Sandbox};
use serde_json::Value;

/// How often a command is killed.
const KILLS: usize = 200;
/// How often two publish at once.
const RACES: usize = 20;

const VALUES: &str = "platform/web/site/cluster/lab.yaml";

/// The program in a sandbox, for one place in a registry.
struct Publisher<'a> {
    sandbox: &'a Sandbox,
    place: String,
}

impl Publisher<'_> {
    fn program(&self, author: &str) -> Program {
        let mirror = self.sandbox.path("mirror").display().to_string();
        let (workspace, home) = (self.sandbox.workspace(), self.sandbox.path("home"));
        let program =
            Program::new(&workspace, &home, &self.sandbox.store()).env("XTASK_REGISTRY", &self.place);
        program.env("XTASK_AUTHOR", author).flags(&["--mirror", &mirror, "--format", "json"])
    }

    fn run(&self, args: &[&str]) -> Run {
        self.program("ada").run(args)
    }

    fn json(&self, args: &[&str]) -> Value {
        self.run(args).json()
    }

    /// Sets a value, so that the release is another one.
    fn change(&self, text: &str) {
        self.sandbox.write(VALUES, format!("greeting: {text}\n"));
    }

    fn verify(&self) {
        let verified = self.run(&["releases", "verify"]);
        assert_eq!(verified.code, 0, "{}", verified.text());
    }

    fn generations(&self) -> Vec<Value> {
        self.json(&["releases"]).as_array().unwrap().clone()
    }
}

#[test]
fn a_release_is_published_promoted_rolled_back_and_collected() {
    let (Some(registry), Some(sandbox)) = (Registry::start(), Sandbox::new()) else { return };
    let publisher = Publisher { sandbox: &sandbox, place: registry.place("home/lab") };
    let first = publisher.json(&["publish", "--channel", "staging"]);
    assert_eq!((first["generation"].as_u64(), first["new"].as_bool()), (Some(1), Some(true)));
    assert_eq!(first["pushed"].as_array().unwrap().len(), 6);
    let again = publisher.json(&["publish", "--channel", "staging"]);
    assert_eq!((again["generation"].as_u64(), again["new"].as_bool()), (Some(1), Some(false)));
    assert!(again["pushed"].as_array().unwrap().is_empty());
    assert_eq!(first["digest"], again["digest"]);
    assert_eq!(again["requests"].as_u64(), Some(3));

    for text in ["two", "three"] {
        publisher.change(text);
        let report = publisher.json(&["publish", "--channel", "staging"]);
        let pushed: Vec<&str> =
            report["pushed"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(pushed, ["platform/web/site", "releases/lab"]);
        assert_eq!(report["changes"][0]["object"], "ConfigMap web/site-settings");
    }
    let told = publisher.json(&["promote", "staging", "production", "--dry-run"]);
    assert_eq!((told["to"].as_u64(), told["moved"].as_bool()), (Some(3), Some(false)));
    publisher.json(&["promote", "staging", "production"]);
    let back = publisher.json(&["rollback", "staging"]);
    assert_eq!((back["from"].as_u64(), back["to"].as_u64()), (Some(3), Some(2)));
    let generations = publisher.generations();
    let seen: Vec<_> = generations
        .iter()
        .map(|one| (one["generation"].as_u64().unwrap(), one["channels"].to_string()))
        .collect();
    assert_eq!(
        seen,
        [(3, "[\"production\"]".to_owned()), (2, "[\"staging\"]".to_owned()), (1, "[]".to_owned())]
    );
    let plain = Program::new(&sandbox.workspace(), &sandbox.path("home"), &sandbox.store());
    let text = plain.env("XTASK_REGISTRY", &publisher.place).run(&["releases", "diff", "1", "3"]).stdout;
    assert!(
        text.contains("~ ConfigMap web/site-settings\n    data.greeting: \"hello from lab\" -> \"three\""),
        "{text}"
    );

    let collected = publisher.json(&["releases", "gc", "--keep", "1"]);
    assert_eq!(collected["generations"].to_string(), "[1]");
    assert_eq!(publisher.generations().len(), 2);
    publisher.verify();
}

#[test]
fn a_channel_moves_to_no_other_address_unless_that_is_meant() {
    let (Some(registry), Some(sandbox)) = (Registry::start(), Sandbox::new()) else { return };
    let publisher = Publisher { sandbox: &sandbox, place: registry.place("home/lab") };
    publisher.json(&["publish", "--channel", "staging"]);
    let other = publisher.place.replace("127.0.0.1", "localhost");
    let refused = publisher.run(&["publish", "--channel", "staging", "--to", &other]);
    assert_eq!(refused.code, 2, "{}", refused.text());
    for told in [&publisher.place, &other, "--new-address"] {
        assert!(refused.stderr.contains(told), "{told} is not in {}", refused.text());
    }
    assert_eq!(publisher.generations().len(), 1);
    let moved = publisher.json(&["publish", "--channel", "staging", "--to", &other, "--new-address"]);
    assert_eq!((moved["generation"].as_u64(), moved["moved"].as_bool()), (Some(2), Some(true)));
    let back = publisher.run(&["rollback", "staging"]);
    assert_eq!(back.code, 2, "{}", back.text());
}

#[test]
fn what_is_signed_is_verified_by_its_key_alone() {
    let (Some(registry), Some(sandbox)) = (Registry::start(), Sandbox::new()) else { return };
    let publisher = Publisher { sandbox: &sandbox, place: registry.place("signed") };
    for (name, seed) in [("ours", 7), ("theirs", 8)] {
        let key = attest::SigningKey::generate(&[seed; 32]).unwrap();
        sandbox.write(&format!("{name}.key"), key.to_pem().as_bytes());
        sandbox.write(&format!("{name}.pub"), key.verifying_key().to_pem());
    }
    publisher.json(&["publish"]);
    let unsigned = publisher.run(&["releases", "verify", "--key", "ours.pub"]);
    assert_eq!(unsigned.code, 1, "{}", unsigned.text());
    assert!(unsigned.stdout.contains("it is not signed"), "{}", unsigned.text());

    publisher.json(&["publish", "--thorough", "--key", "ours.key"]);
    let signed = publisher.run(&["releases", "verify", "--key", "ours.pub"]);
    assert_eq!(signed.code, 0, "{}", signed.text());
    let other = publisher.run(&["releases", "verify", "--key", "theirs.pub"]);
    assert_eq!(other.code, 1, "{}", other.text());
    assert!(other.stdout.contains("was not made by the key"), "{}", other.text());

    publisher.change("two");
    let text = sandbox.read("ours.key");
    let run = publisher.program("ada").env("XTASK_SIGNING_KEY", &text).run(&["publish"]);
    assert!(!run.text().contains("PRIVATE") && run.code == 0, "{}", run.text());
    assert_eq!(publisher.run(&["releases", "verify", "--key", "ours.pub"]).code, 0);
    let wrong = publisher.run(&["publish", "--key", "ours.pub"]);
    assert_eq!(wrong.code, 2, "{}", wrong.text());
    assert!(wrong.stderr.contains("is no key to sign with"), "{}", wrong.text());
    let states: Vec<Value> = publisher.json(&["releases", "--key", "ours.pub"]).as_array().unwrap().clone();
    assert!(states.iter().all(|one| one["signed"] == "verified"), "{states:?}");
}

#[test]
fn each_layout_is_enough() {
    let (Some(registry), Some(sandbox)) = (Registry::start(), Sandbox::new()) else { return };
    let key = attest::SigningKey::generate(&[7; 32]).unwrap();
    sandbox.write("ours.key", key.to_pem().as_bytes());
    sandbox.write("ours.pub", key.verifying_key().to_pem());
    for layout in ["tag", "referrer"] {
        let publisher = Publisher { sandbox: &sandbox, place: registry.place(layout) };
        publisher.json(&["publish"]);
        assert_eq!(publisher.generations()[0]["signed"], "none");
        publisher.json(&["publish", "--thorough", "--key", "ours.key", "--signatures", layout]);
        assert_eq!(publisher.generations()[0]["signed"], "signed");
        let signed = publisher.run(&["releases", "verify", "--key", "ours.pub"]);
        assert_eq!(signed.code, 0, "{layout}: {}", signed.text());
        assert_eq!(spoken_of(&publisher.place), [1, 1], "{layout}");
        // What speaks of a removed generation goes with it.
        publisher.change(layout);
        publisher.json(&["publish", "--key", "ours.key", "--signatures", layout]);
        assert_eq!(spoken_of(&publisher.place), [2, 2], "{layout}");
        publisher.json(&["releases", "gc", "--keep", "1"]);
        assert_eq!(spoken_of(&publisher.place), [1, 1], "{layout}");
    }
}

/// How many versions of a bundle and of the release somebody speaks of.
fn spoken_of(place: &str) -> [usize; 2] {
    let options = registry::distribution::RemoteOptions::new(registry::Network::Allowed);
    let remote = registry::distribution::Remote::new(place, options).unwrap();
    ["platform/web/site", "releases/lab"].map(|repository| {
        let tags = remote.tags(repository).unwrap();
        let digests = tags.iter().filter_map(|tag| tag.strip_prefix("sha256-"));
        digests.map(|rest| rest.split('.').next().unwrap()).collect::<BTreeSet<_>>().len()
    })
}

#[test]
fn keys_may_be_sealed_by_age_or_kept_by_a_program() {
    let (Some(registry), Some(sandbox)) = (Registry::start(), Sandbox::new()) else { return };
    let key = attest::SigningKey::generate(&[7; 32]).unwrap();
    sandbox.write("ours.key", key.to_pem().as_bytes());
    sandbox.write("ours.pub", key.verifying_key().to_pem());
    let identity = age::x25519::Identity::generate();
    let sealed = age::encrypt_and_armor(&identity.to_public(), key.to_pem().as_bytes()).unwrap();
    sandbox.write("ours.key.age", sealed);
    let identity = age::secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned();

    let publisher = Publisher { sandbox: &sandbox, place: registry.place("sealed") };
    let closed = publisher.run(&["publish", "--key", "ours.key.age"]);
    assert_eq!(closed.code, 2, "{}", closed.text());
    assert!(closed.stderr.contains("there is no age identity"), "{}", closed.text());
    let run =
        publisher.program("ada").env("SOPS_AGE_KEY", &identity).run(&["publish", "--key", "ours.key.age"]);
    assert!(run.code == 0 && !run.text().contains(&identity), "{}", run.text());
    assert_eq!(publisher.run(&["releases", "verify", "--key", "ours.pub"]).code, 0);

    let publisher = Publisher { sandbox: &sandbox, place: registry.place("kept") };
    let kept =
        |command: &str| publisher.run(&["publish", "--sign-command", command, "--public-key", "ours.pub"]);
    for (command, said) in
        [("exit 3", "ended with 3"), ("echo no", "no signature that `--public-key` accepts")]
    {
        let refused = kept(command);
        assert_ne!(refused.code, 0, "{}", refused.text());
        assert!(refused.stderr.contains(said), "{}", refused.text());
    }
    let (program, arguments) = ("openssl", "dgst -sha256 -sign ours.key");
    let Some(program) = process::find(program) else {
        end_to_end::skip("keys_may_be_sealed_by_age_or_kept_by_a_program", "there is no openssl");
        return;
    };
    let run = kept(&format!("{} {arguments}", program.display()));
    assert_eq!(run.code, 0, "{}", run.text());
    assert_eq!(publisher.run(&["releases", "verify", "--key", "ours.pub"]).code, 0);
}

#[test]
fn commands_killed_at_any_moment_leave_whole_generations() {
    let (Some(registry), Some(sandbox)) = (Registry::start(), Sandbox::new()) else { return };
    let publisher = Publisher { sandbox: &sandbox, place: registry.place("lab") };
    // Both builds are in the store, so that what is killed is the publishing.
    for text in ["a", "b", "a"] {
        publisher.change(text);
        publisher.json(&["publish", "--channel", "staging"]);
        publisher.json(&["promote", "staging", "production"]);
    }
    let mut seed = 20_260_101_u64;
    let mut random = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut killed = 0;
    let mut round = 0_u64;
    while killed < KILLS {
        round += 1;
        publisher.change(if round.is_multiple_of(2) { "a" } else { "b" });
        let args: &[&str] = match round % 5 {
            0 => &["promote", "staging", "production"],
            1 => &["rollback", "production", "--to", "1"],
            2 => &["releases", "gc", "--keep", "3"],
            _ => &["publish", "--channel", "staging"],
        };
        let mut child = publisher.program("eve").spawn(args);
        sleep(Duration::from_micros(random(70_000)));
        let running = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        child.wait().unwrap();
        if !running {
            continue;
        }
        killed += 1;
        // Generation 1 stays, since the next rollback goes to it.
        if killed.is_multiple_of(10) {
            let start = Instant::now();
            publisher.change(&format!("whole-{killed}"));
            let done = publisher.json(&["publish", "--channel", "staging"]);
            assert_eq!(done["new"], true);
            publisher.verify();
            eprintln!("{killed} commands killed, completed in {:.1} s", start.elapsed().as_secs_f64());
        }
    }
    let generations: BTreeSet<u64> =
        publisher.generations().iter().map(|one| one["generation"].as_u64().unwrap()).collect();
    assert!(generations.len() >= 3, "{generations:?}");
    publisher.verify();
}

#[test]
fn of_two_that_publish_at_once_one_wins_and_the_other_can_go_on() {
    let (Some(registry), Some(sandbox)) = (Registry::start(), Sandbox::new()) else { return };
    let other = sandbox.fork();
    let place = registry.place("lab");
    let publishers = [&sandbox, &other].map(|sandbox| Publisher { sandbox, place: place.clone() });
    for (publisher, name) in publishers.iter().zip(["ada", "bob"]) {
        publisher.change(name);
        publisher.json(&["publish"]);
    }
    let mut overtaken = 0;
    for round in 0..RACES {
        let before = publishers[0].generations().len();
        for (publisher, name) in publishers.iter().zip(["ada", "bob"]) {
            publisher.change(&format!("{name}-{round}"));
            publisher.json(&["build"]);
        }
        let children: Vec<_> = publishers
            .iter()
            .zip(["ada", "bob"])
            .map(|(publisher, name)| publisher.program(name).spawn(&["publish", "--channel", "staging"]))
            .collect();
        let runs: Vec<Run> =
            children.into_iter().map(|child| Run::of(&child.wait_with_output().unwrap())).collect();
        assert!(runs.iter().any(|run| run.code == 0), "{}{}", runs[0].text(), runs[1].text());
        for (run, publisher) in runs.iter().zip(&publishers) {
            if run.code != 0 {
                overtaken += 1;
                assert_eq!(run.code, 1, "{}", run.text());
                assert!(run.stderr.contains("at the same time: "), "{}", run.text());
                assert!(run.stderr.contains("nothing is lost"), "{}", run.text());
                publisher.json(&["publish", "--channel", "staging"]);
            }
        }
        assert_eq!(publishers[0].generations().len(), before + 2, "round {round}");
        publishers[1].verify();
    }
    eprintln!("{overtaken} of {RACES} races had a loser");
}
