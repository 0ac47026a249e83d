//! Go programs, the same bytes wherever they are built.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hashing::{Digest, Hasher};
use process::Command;
use serde_json::json;
use store::{Record, Store};

use crate::{ContainerError, Program};

/// Time for one program on a slow machine that has nothing yet.
const DEADLINE: Duration = Duration::from_hours(1);
/// What changes when the way of building does.
const BUILDER: &str = "go program 1";
/// Where Go finds its own settings, caches and servers; nothing of it reaches a program.
const PASSED: [&str; 10] = [
    "HOME",
    "PATH",
    "GOPROXY",
    "GOSUMDB",
    "GOPATH",
    "GOCACHE",
    "GOMODCACHE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
];

/// A Go that is here. Which one does not matter: the module names the toolchain, which Go fetches.
#[derive(Clone, Debug)]
pub struct Toolchain {
    go: PathBuf,
    environment: BTreeMap<String, String>,
}

impl Toolchain {
    /// The Go in `PATH`.
    pub fn of_user() -> Result<Self, ContainerError> {
        let go = process::find("go").ok_or(ContainerError::NoGo)?;
        let set = |name: &&str| Some(((*name).to_owned(), std::env::var(name).ok()?));
        let mut environment: BTreeMap<String, String> = PASSED.iter().filter_map(set).collect();
        // Go keeps what it has built below this one, and a child's own would be empty each time.
        let cache = std::env::var("XDG_CACHE_HOME").ok().filter(|path| !path.is_empty());
        let cache = cache.or_else(|| Some(format!("{}/.cache", environment.get("HOME")?)));
        environment.extend(cache.map(|cache| ("XDG_CACHE_HOME".to_owned(), cache)));
        Ok(Self { go, environment })
    }

    /// The digest of the program in the store; built when no program of these inputs is there.
    pub fn build(&self, store: &Store, programs: &Path, program: &Program) -> Result<Digest, ContainerError> {
        let directory = programs.join(&program.module);
        let key = key(&directory, program)?;
        let (record, _) = store.build(&key, || self.make(store, &directory, program))?;
        record.objects.first().copied().ok_or_else(|| ContainerError::Go {
            package: program.package.clone(),
            said: "the store lost it".to_owned(),
        })
    }

    fn make(&self, store: &Store, directory: &Path, program: &Program) -> Result<Record, ContainerError> {
        let scratch = store.scratch()?;
        let output = scratch.path().join("program");
        let mut linker = "-s -w -buildid=".to_owned();
        for (name, value) in &program.variables {
            linker.push_str(&format!(" -X {name}={value}"));
        }
        let mut command = Command::new(&self.go, scratch.path());
        directory.clone_into(&mut command.directory);
        command.deadline = DEADLINE;
        command.env.clone_from(&self.environment);
        let fixed = [
            ("CGO_ENABLED", "0"),
            ("GOFLAGS", "-mod=readonly"),
            ("GOWORK", "off"),
            ("GOTOOLCHAIN", "auto"),
            ("GOOS", "linux"),
        ];
        let command = fixed.into_iter().fold(command, |command, (name, value)| command.env(name, value));
        let command = command
            .args(["build", "-trimpath", "-buildvcs=false", "-ldflags", &linker, "-o"])
            .args([output.as_os_str()])
            .args([&program.package]);
        let finished = process::run(&command)?;
        if !finished.succeeded() {
            let said = finished.stderr.lines().rev().take(4).collect::<Vec<_>>();
            let said = said.into_iter().rev().collect::<Vec<_>>().join("; ");
            return Err(ContainerError::Go { package: program.package.clone(), said });
        }
        let digest = store.put_file(&output)?;
        Ok(Record { objects: vec![digest], trees: Vec::new(), data: json!({"package": program.package}) })
    }
}

/// All that a program depends on: the module names the toolchain, its sums every byte of source.
pub(crate) fn key(directory: &Path, program: &Program) -> Result<Digest, ContainerError> {
    let mut hasher = Hasher::new();
    let described = json!({"builder": BUILDER, "program": program, "platform": std::env::consts::ARCH});
    hasher.update(described.to_string().as_bytes());
    for (name, content) in files(directory)? {
        hasher.update(format!("\n{name} {}", Digest::of(&content)).as_bytes());
    }
    Ok(hasher.finish())
}

/// The files right in a directory, by name.
fn files(directory: &Path) -> Result<BTreeMap<String, Vec<u8>>, ContainerError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| ContainerError::Io { action: "read", path, source }
    };
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory).map_err(failed(directory))? {
        let path = entry.map_err(failed(directory))?.path();
        if path.is_file() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            found.insert(name, fs::read(&path).map_err(failed(&path))?);
        }
    }
    Ok(found)
}
