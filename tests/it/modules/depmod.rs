//! Running `depmod` on the same files.
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use end_to_end::skip;
use kmod::{Kernel, Module, index, is_module};

/// The kernel that generated modules are for.
pub(crate) const VERSION: &str = "6.1.0-test";

/// The modules of a kernel as files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Modules {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) order: Option<Vec<u8>>,
    pub(crate) builtin: Option<Vec<u8>>,
    pub(crate) builtin_info: Option<Vec<u8>>,
}

impl Modules {
    /// Those of an unpacked kernel.
    pub(crate) fn read(directory: &Path) -> Self {
        let mut all = Self {
            order: fs::read(directory.join("modules.order")).ok(),
            builtin: fs::read(directory.join("modules.builtin")).ok(),
            builtin_info: fs::read(directory.join("modules.builtin.modinfo")).ok(),
            ..Self::default()
        };
        let mut open = vec![directory.to_owned()];
        while let Some(below) = open.pop() {
            for entry in fs::read_dir(below).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(directory).unwrap().to_str().unwrap().to_owned();
                match path.is_dir() {
                    true => open.push(path),
                    false if is_module(&name) => drop(all.files.insert(name, fs::read(path).unwrap())),
                    false => {}
                }
            }
        }
        all
    }

    pub(crate) fn parsed(&self) -> Vec<Module> {
        self.files.iter().map(|(path, bytes)| Module::read(path, bytes).unwrap()).collect()
    }

    pub(crate) fn write(&self, directory: &Path) {
        let lists = [
            ("modules.order", &self.order),
            ("modules.builtin", &self.builtin),
            ("modules.builtin.modinfo", &self.builtin_info),
        ];
        let lists = lists.into_iter().filter_map(|(name, list)| Some((name, list.as_ref()?)));
        let files = self.files.iter().map(|(name, bytes)| (name.as_str(), bytes));
        for (name, bytes) in files.chain(lists) {
            let path = directory.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
}

fn program() -> Option<PathBuf> {
    let mut sbin = ["/usr/sbin/depmod", "/sbin/depmod"].map(PathBuf::from).into_iter();
    process::find("depmod").or_else(|| sbin.find(|path| path.is_file()))
}

/// Whether it is there; says so when it is not.
pub(crate) fn installed(test: &str) -> bool {
    let found = program().is_some();
    if !found {
        skip(test, "there is no `depmod`");
    }
    found
}

/// Runs it as Talos' imager does, on the modules below a directory; what it says when it fails.
pub(crate) fn run(below: &Path) -> Result<(), String> {
    let version = fs::read_dir(below.join("lib/modules")).unwrap().next().unwrap().unwrap().file_name();
    let mut command = Command::new(program().unwrap());
    command.args(["--all", "--config", "/no/such/file", "--basedir"]).arg(below).arg(version);
    let output = command.stdin(Stdio::null()).output().unwrap();
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// Every index that it writes is ours, byte for byte.
pub(crate) fn compare(all: &Modules, what: &str) {
    let directory = tempfile::tempdir().unwrap();
    let below = directory.path().join("lib/modules").join(VERSION);
    all.write(&below);
    run(directory.path()).unwrap();
    let kernel = Kernel {
        order: all.order.as_deref(),
        builtin: all.builtin.as_deref(),
        builtin_info: all.builtin_info.as_deref(),
    };
    let ours: BTreeMap<_, _> = index(all.parsed(), &kernel).unwrap().into_iter().collect();
    let mut compared = 0;
    for entry in fs::read_dir(&below).unwrap() {
        let (name, path) = (entry.as_ref().unwrap().file_name(), entry.unwrap().path());
        let Some(index) = ours.get(name.to_str().unwrap()) else { continue };
        compared += 1;
        let theirs = fs::read(path).unwrap();
        if *index != theirs {
            let at = index.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
            let near = |bytes: &[u8]| {
                String::from_utf8_lossy(&bytes[at.saturating_sub(60)..(at + 60).min(bytes.len())])
                    .into_owned()
            };
            panic!(
                "{what}: {} differs at byte {at}:\n{:?}\n{:?}",
                name.display(),
                near(index),
                near(&theirs)
            );
        }
    }
    // kmod 33 and later write `modules.weakdep` as well.
    assert!(compared >= 10, "{what}: only {compared} indexes to compare with");
}
