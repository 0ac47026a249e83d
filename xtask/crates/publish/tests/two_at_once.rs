//! Two publishers at once, in every order that a seed gives: one wins, the other is told, nothing is lost.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

mod stage;

use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use publish::{PublishError, Registry};
use stage::{Memory, built};

thread_local! {
    static ME: std::cell::Cell<usize> = const { std::cell::Cell::new(usize::MAX) };
}

/// Lets requests of two threads through in a fixed order.
#[derive(Default)]
struct Turns {
    state: Mutex<(u64, [bool; 2])>,
    changed: Condvar,
}

impl Turns {
    /// Who is next: a bit of a linear congruential sequence.
    fn next(seed: u64) -> (usize, u64) {
        let seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (usize::from(seed >> 63 == 1), seed)
    }

    fn wait(&self) {
        let me = ME.get();
        if me > 1 {
            return;
        }
        let mut state = self.state.lock().unwrap();
        loop {
            let (who, seed) = Self::next(state.0);
            if who == me || state.1[who] {
                state.0 = seed;
                self.changed.notify_all();
                return;
            }
            state = self.changed.wait(state).unwrap();
        }
    }

    fn ended(&self, me: usize) {
        self.state.lock().unwrap().1[me] = true;
        self.changed.notify_all();
    }
}

#[test]
fn one_of_two_wins_in_any_order_of_their_requests() {
    let (mut overtaken, mut in_order) = (0, 0);
    for seed in 0..300_u64 {
        let turns = Arc::new(Turns::default());
        turns.state.lock().unwrap().0 = seed;
        let gate = Arc::clone(&turns);
        let mut registry = Memory::default();
        built(&[("web/a", "one")]).publish(&registry, Some("staging")).unwrap();
        registry.gate = Some(Box::new(move || gate.wait()));
        let releases = [built(&[("web/a", "two")]), built(&[("web/a", "three")])];
        let results = thread::scope(|scope| {
            let threads: Vec<_> = releases
                .iter()
                .enumerate()
                .map(|(me, release)| {
                    let (registry, turns) = (&registry, &turns);
                    scope.spawn(move || {
                        ME.set(me);
                        let result = release.publish_by(registry, Some("staging"), ["ada", "bob"][me]);
                        turns.ended(me);
                        result
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        let won: BTreeSet<u64> = results.iter().flatten().map(|published| published.generation).collect();
        let state = registry.cluster().state().unwrap();
        for (release, result) in releases.iter().zip(&results) {
            match result {
                Ok(published) => {
                    let there = state.generations[&published.generation];
                    assert_eq!(
                        there, release.publication.release.manifest,
                        "seed {seed}: a generation is lost"
                    );
                }
                Err(PublishError::Overtaken { author, .. }) => {
                    assert!(author.is_some(), "seed {seed}: it is told by whom");
                    overtaken += 1;
                    // The way on that the hint tells.
                    release.publish(&registry, Some("staging")).unwrap();
                }
                Err(error) => panic!("seed {seed}: {error}"),
            }
        }
        match won.len() {
            1 => {}
            2 => in_order += 1,
            _ => panic!("seed {seed}: {results:?}"),
        }
        let history = publish::history(registry.cluster()).unwrap();
        let generations: Vec<u64> = history.iter().map(|one| one.generation).collect();
        assert_eq!(generations, [3, 2, 1], "seed {seed}");
        assert!(
            publish::verify(registry.cluster(), &|_, _| Ok(())).unwrap().problems.is_empty(),
            "seed {seed}"
        );
    }
    assert!(overtaken > 50, "the orders are mixed: {overtaken} overtaken, {in_order} one after the other");
}

#[test]
fn a_claim_of_somebody_who_was_killed_is_given_up() {
    let registry = Memory::default();
    let release = built(&[("web/a", "one")]);
    release.publish(&registry, None).unwrap();
    // As one looks that was never withdrawn.
    let tags = registry.tags_of("releases/lab");
    let (tag, _) = tags.iter().find(|(tag, _)| tag.starts_with("claim-1-")).unwrap();
    let withdrawn = registry.manifest("releases/lab", tag).unwrap().unwrap();
    let open = String::from_utf8(withdrawn).unwrap().replace("withdrawn", "eve");
    registry.put_manifest("releases/lab", "claim-2-000000000000", "", open.as_bytes()).unwrap();

    let mut cluster = registry.cluster();
    cluster.patience = Duration::from_millis(50);
    let published = built(&[("web/a", "two")]).publish_as(cluster, Some("staging"), "ada").unwrap();
    assert_eq!(published.generation, 2);
}
