//! What `depmod` says of our indexes: the modules of a Debian kernel and generated ones, plain and compressed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test, in functions of its own too"
)]
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

mod depmod;
mod generated;
#[path = "../images/imager.rs"]
#[allow(dead_code, reason = "not every test needs all of it")]
mod imager;
mod merged;
#[path = "../images/oracle.rs"]
#[allow(dead_code, reason = "not every test needs all of it")]
mod oracle;

use std::fs;
use std::path::Path;

use end_to_end::debian;
use end_to_end::skip;
use kmod::Kernel;

use crate::depmod::{Modules, VERSION, compare, installed};

#[test]
fn a_kernel_of_debian_is_indexed_as_depmod_does_it() {
    const TEST: &str = "a_kernel_of_debian_is_indexed_as_depmod_does_it";
    if !installed(TEST) {
        return;
    }
    let package = match debian::cloud_kernel(Path::new(env!("CARGO_TARGET_TMPDIR"))) {
        Ok(package) => package,
        Err(reason) => return skip(TEST, &reason),
    };
    let below = package.join("lib/modules");
    let version = fs::read_dir(&below).unwrap().next().unwrap().unwrap().path();
    let all = Modules::read(&version);
    assert!(all.files.len() > 500, "{} modules", all.files.len());
    compare(&all, "debian");
    // Without the list everything is in the order of a hash table.
    compare(&Modules { order: None, ..all }, "debian without order");
}

#[test]
fn generated_modules_are_indexed_as_depmod_does_it() {
    if !installed("generated_modules_are_indexed_as_depmod_does_it") {
        return;
    }
    for seed in 0..60 {
        compare(&generated::modules(seed), &format!("seed {seed}"));
    }
}

#[test]
fn modules_in_a_circle_are_refused_as_depmod_does_it() {
    if !installed("modules_in_a_circle_are_refused_as_depmod_does_it") {
        return;
    }
    let all = generated::circle();
    let refused = kmod::index(all.parsed(), &Kernel::default()).unwrap_err();
    assert!(matches!(refused, kmod::ModuleError::Circle(_)), "{refused}");
    let directory = tempfile::tempdir().unwrap();
    all.write(&directory.path().join("lib/modules").join(VERSION));
    let said = depmod::run(directory.path()).unwrap_err();
    assert!(said.contains("Cycle detected"), "{said}");
}
