//! What the program says to mistakes: one clear message with a place and a way out, the right exit code, never a
//! panic, and a store that is sound afterwards.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

mod case;
mod charts;
mod descriptions;
mod environment;
mod lock;
mod objects;
mod workspace;

use case::{Case, check};
use end_to_end::Sandbox;

#[test]
fn descriptions() {
    run(&descriptions::cases());
}

#[test]
fn locks() {
    run(&lock::cases());
}

#[test]
fn workspaces() {
    run(&workspace::cases());
}

#[test]
fn objects() {
    run(&objects::cases());
}

#[test]
fn charts() {
    run(&charts::cases());
}

#[test]
fn environments() {
    run(&environment::cases());
}

#[test]
fn there_are_enough_cases() {
    let tables = [
        descriptions::cases(),
        lock::cases(),
        workspace::cases(),
        objects::cases(),
        charts::cases(),
        environment::cases(),
    ];
    let count: usize = tables.iter().map(Vec::len).sum();
    assert!(count >= 60, "{count}");
}

/// Runs every case in a copy of a workspace that is built, and tells all that went wrong.
fn run(cases: &[Case]) {
    let Some(good) = Sandbox::new() else { return };
    good.program().build();
    let wrong: Vec<String> = cases.iter().filter_map(|case| check(case, &good).err()).collect();
    assert!(wrong.is_empty(), "{} of {} cases:\n\n{}", wrong.len(), cases.len(), wrong.join("\n\n"));
}
