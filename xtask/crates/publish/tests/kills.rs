//! Every command is stopped after each of its requests; what engines see is whole, and the next run completes it.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

mod stage;

use std::sync::atomic::Ordering;

use publish::PublishError;
use stage::{Built, Memory, built, who};

type Command = fn(&Memory, &Built) -> Result<(), PublishError>;

fn publish_new(registry: &Memory, new: &Built) -> Result<(), PublishError> {
    new.publish(registry, Some("staging")).map(drop)
}

fn promote(registry: &Memory, _: &Built) -> Result<(), PublishError> {
    publish::promote(registry.cluster(), "staging", "production", Some(&who("ada"))).map(drop)
}

fn rollback(registry: &Memory, _: &Built) -> Result<(), PublishError> {
    publish::rollback(registry.cluster(), "staging", Some(1), Some(&who("ada"))).map(drop)
}

fn collect(registry: &Memory, _: &Built) -> Result<(), PublishError> {
    publish::collect(registry.cluster(), 1, Some(&who("ada"))).map(drop)
}

/// Three generations; production is on the first, staging on the last.
fn prepared() -> Memory {
    let registry = Memory::default();
    built(&[("web/a", "one"), ("web/b", "one")]).publish(&registry, Some("production")).unwrap();
    built(&[("web/a", "two"), ("web/b", "one")]).publish(&registry, Some("staging")).unwrap();
    built(&[("web/a", "three"), ("web/b", "two")]).publish(&registry, Some("staging")).unwrap();
    registry
}

#[test]
fn a_killed_publication_is_completed_by_another_one() {
    let (killed, next) = (built(&[("web/a", "four")]), built(&[("web/a", "five")]));
    let whole = prepared();
    let start = whole.requests();
    publish_new(&whole, &killed).unwrap();
    for killed_after in 1..whole.requests() - start {
        let registry = prepared().copy();
        registry.limit.store(killed_after, Ordering::SeqCst);
        let _ = publish_new(&registry, &killed);
        registry.limit.store(0, Ordering::SeqCst);
        let mut cluster = registry.cluster();
        cluster.patience = std::time::Duration::from_millis(30);
        next.publish_as(cluster, Some("staging"), "ada").unwrap();
        let problems = publish::verify(cluster, &|_, _| Ok(())).unwrap().problems;
        assert!(problems.is_empty(), "killed after {killed_after}: {problems:?}");
    }
}

#[test]
fn a_kill_between_any_two_requests_leaves_old_or_new_and_the_next_run_completes_it() {
    let commands: [(&str, Command); 4] =
        [("publish", publish_new), ("promote", promote), ("rollback", rollback), ("gc", collect)];
    let new = built(&[("web/a", "four"), ("web/c", "one")]);
    let mut kills = 0;
    for (name, command) in commands {
        let whole = prepared();
        let start = whole.requests();
        command(&whole, &new).unwrap();
        let requests = whole.requests() - start;
        let expected = whole.cluster().state().unwrap();
        for killed_after in 1..requests {
            let registry = prepared().copy();
            let old = registry.tags_of("releases/lab");
            registry.limit.store(killed_after, Ordering::SeqCst);
            let killed = command(&registry, &new);
            registry.limit.store(0, Ordering::SeqCst);
            kills += 1;

            let seen = registry.tags_of("releases/lab");
            for channel in ["staging", "production"] {
                let digest = &seen[channel];
                let right = [&old[channel], &whole.tags_of("releases/lab")[channel]];
                assert!(
                    right.contains(&digest),
                    "{name} killed after {killed_after}: {channel} is on neither"
                );
                assert!(
                    registry.is_whole(digest),
                    "{name} killed after {killed_after}: {channel} is not whole"
                );
            }
            // A claim of the killed command may be open, which patience deals with.
            let mut cluster = registry.cluster();
            cluster.patience = std::time::Duration::from_millis(30);
            assert!(killed.is_err() || killed_after + 1 >= requests, "{name} {killed_after}");
            match name {
                "publish" => drop(new.publish_as(cluster, Some("staging"), "ada").unwrap()),
                "promote" => {
                    drop(publish::promote(cluster, "staging", "production", Some(&who("ada"))).unwrap());
                }
                "rollback" => {
                    drop(publish::rollback(cluster, "staging", Some(1), Some(&who("ada"))).unwrap());
                }
                _ => drop(publish::collect(cluster, 1, Some(&who("ada"))).unwrap()),
            }
            assert_eq!(cluster.state().unwrap(), expected, "{name} killed after {killed_after}");
            let problems = publish::verify(cluster, &|_, _| Ok(())).unwrap().problems;
            assert!(problems.is_empty(), "{name} killed after {killed_after}: {problems:?}");
        }
    }
    assert!(kills > 60, "{kills} kills");
}
