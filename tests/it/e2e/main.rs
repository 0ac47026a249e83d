//! `cargo xtask e2e` on real clusters of a small release: it converges, and whatever ends it, nothing stays.
//!
//! The store is a copy, in links, of the user's, and nothing is built or fetched here: where the container images of a
//! cluster are not there yet (`cargo xtask e2e` builds them, which takes half an hour), the tests say so.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

mod left;
mod stage;

use std::sync::Mutex;

use end_to_end::Run;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use stage::{Running, Stage};

/// One cluster at a time: two would ask for the same addresses.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn a_release_converges_and_leaves_what_is_to_be_kept_until_it_is_taken_down() {
    let _alone = ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some(stage) = Stage::new("a_release_converges") else { return };
    let kept = stage.run(&["small", "--keep"]);
    if stage.is_skipped("a_release_converges", &kept) {
        return;
    }
    assert_eq!(kept.code, 0, "{}", kept.text());
    let report = stage.report();
    let install = &report["sections"][0];
    for component in install["timeline"]["components"].as_array().unwrap() {
        assert!(component["healthy"].is_u64(), "{component}");
        assert!(component["source"].as_str().unwrap().ends_with(".yaml"), "{component}");
    }
    for section in report["sections"].as_array().unwrap() {
        for outcome in section["outcomes"].as_array().unwrap() {
            assert_eq!(outcome["holds"], true, "{}: {outcome}", section["name"]);
        }
    }
    assert_eq!(report["sections"].as_array().unwrap().len(), 2, "the first release, and a change");
    assert!(report["resources"][0]["processor"].as_u64().unwrap() > 0, "{}", report["resources"]);
    assert!(kept.stderr.contains("KUBECONFIG="), "{}", kept.stderr);
    assert!(stage.kubeconfig().is_file());
    assert!(stage.has("xtask-small-control-plane"), "{}", kept.text());
    let down = stage.run(&["down"]);
    // The registry had files of the store as its own.
    stage.assert_store_is_whole();
    assert_eq!(down.code, 0, "{}", down.text());
    stage.assert_nothing_left();
}

/// A run that is in the middle: there is a machine. Nothing where it cannot be, which is told.
fn with_a_machine(test: &str) -> Option<(Stage, Running)> {
    let stage = Stage::new(test)?;
    let running = stage.start(&["small"]);
    if stage.wait_for("xtask-small-control-plane", &running) {
        return Some((stage, running));
    }
    let ended = running.end();
    assert!(stage.is_skipped(test, &ended), "it ended before there was a machine: {}", ended.text());
    None
}

#[test]
fn an_interrupt_leaves_nothing_and_meanwhile_nobody_else_gets_in() {
    let _alone = ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some((stage, running)) = with_a_machine("an_interrupt_leaves_nothing") else { return };
    let second = stage.run(&["small"]);
    assert_eq!(second.code, 3, "{}", second.text());
    assert!(second.stderr.contains("another run uses"), "{}", second.stderr);
    kill_process(running.pid(), Signal::INT).unwrap();
    let ended = running.end();
    assert_eq!(ended.code, 130, "{}", ended.text());
    stage.assert_nothing_left();
}

#[test]
fn the_next_run_takes_away_what_a_killed_one_left() {
    let _alone = ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some((stage, running)) = with_a_machine("the_next_run_takes_away") else { return };
    let group: Pid = running.pid();
    kill_process_group(group, Signal::KILL).unwrap();
    let ended: Run = running.end();
    assert_eq!(ended.code, 128 + 9, "{}", ended.text());
    assert!(stage.has("xtask-small-control-plane"), "nobody took it away: otherwise this test shows nothing");
    let next = stage.run(&["small", "--change", "another value"]);
    assert_eq!(next.code, 0, "{}", next.text());
    stage.assert_nothing_left();
}
