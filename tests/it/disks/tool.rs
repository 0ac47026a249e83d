//! Running the tools.
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use disk::Image;
use end_to_end::skip;
use proptest::test_runner::Config;
use tempfile::TempDir;

/// Whether all programs are there; says so when one is not.
pub(crate) fn have(test: &str, programs: &[&str]) -> bool {
    let missing = programs.iter().find(|program| process::find(program).or_else(|| sbin(program)).is_none());
    if let Some(program) = missing {
        skip(test, &format!("there is no `{program}`"));
    }
    missing.is_none()
}

/// Users' paths often lack the directories of these programs.
fn sbin(program: &str) -> Option<PathBuf> {
    ["/usr/sbin", "/sbin"]
        .map(|directory| Path::new(directory).join(program))
        .into_iter()
        .find(|path| path.is_file())
}

/// What a program says, on both pipes; it must succeed.
pub(crate) fn run(program: &str, args: &[&str]) -> String {
    let found = process::find(program).or_else(|| sbin(program)).unwrap();
    let mut command = Command::new(found);
    command.args(args).stdin(Stdio::null()).env("LC_ALL", "C.UTF-8").env("MTOOLSRC", "/dev/null");
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{program} {args:?}: {}\n{said}", output.status);
    said
}

/// An image as a file with holes.
pub(crate) fn file(directory: &TempDir, name: &str, image: &Image) -> String {
    let path = directory.path().join(name);
    let mut file = File::create(&path).unwrap();
    file.set_len(image.size()).unwrap();
    image.write_sparse(&mut file).unwrap();
    path.display().to_string()
}

/// So many generated cases, none of them written down: each failure prints its values.
pub(crate) fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() }
}
