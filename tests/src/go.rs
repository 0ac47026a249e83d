//! Building the Go programs of the tests, which hold the code of the programs that read what we write.
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The toolchain for machines whose Go is too old to fetch one by itself, and the `toolchain` of each `go.mod`.
const TOOLCHAIN: &str = "go1.26.8";

/// Builds the Go program in the directory `source` as the file `target`; `Err` tells why that cannot be done here.
///
/// # Panics
///
/// When the program is wrong, not its surroundings.
pub fn build(source: &Path, target: &Path) -> Result<(), String> {
    build_flagged(source, &[], target)
}

/// Builds the Go program with the modules of the file `modules` beside its `go.mod`.
///
/// # Errors, panics
///
/// As [`build`].
pub fn build_with(source: &Path, modules: &str, target: &Path) -> Result<(), String> {
    build_flagged(source, &[&format!("-modfile={modules}")], target)
}

fn build_flagged(source: &Path, modules: &[&str], target: &Path) -> Result<(), String> {
    let go = go()?;
    // Loading the packages fetches the modules that have them, which is all that may fail for good reason.
    checked(command(&go, source).arg("list").args(modules).args(["-deps", "."]))?;
    let mut build = command(&go, source);
    build.arg("build").args(modules).args(["-trimpath", "-buildvcs=false", "-o"]).arg(target).arg(".");
    let output = build.output().unwrap();
    assert!(output.status.success(), "{}: {}", source.display(), String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// The directory of a module in the cache of modules, as the checksum database knows it; `Err` tells why it cannot be
/// fetched here.
pub fn module(path: &str, version: &str) -> Result<PathBuf, String> {
    fetched(&go()?, &format!("{path}@{version}"))
}

/// A Go that can build the programs: the one of this machine, or one that it fetches.
fn go() -> Result<PathBuf, String> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut places = env::split_paths(&path).map(|directory| directory.join("go"));
    let go = places.find(|place| place.is_file()).ok_or("there is no `go`")?;
    let here = env::current_dir().unwrap();
    let version = checked(command(&go, &here).args(["env", "GOVERSION"]))?;
    let minor = version.trim().strip_prefix("go1.").and_then(|rest| rest.split('.').next());
    match minor.and_then(|minor| minor.parse::<u32>().ok()) {
        Some(minor) if minor < 21 => toolchain(&go),
        _ => Ok(go),
    }
}

/// A newer Go by means of one before 1.21: a toolchain is a module, whose files need what a module cannot hold.
fn toolchain(go: &Path) -> Result<PathBuf, String> {
    let here = env::current_dir().unwrap();
    let platform = checked(command(go, &here).args(["env", "GOOS", "GOARCH"]))?;
    let platform = platform.split_whitespace().collect::<Vec<_>>().join("-");
    let root = fetched(go, &format!("golang.org/toolchain@v0.0.1-{TOOLCHAIN}.{platform}"))?;
    let tools = fs::read_dir(root.join("pkg/tool")).unwrap().map(|entry| entry.unwrap().path());
    for directory in tools.chain([root.join("bin")]) {
        for file in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
            fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
    for module in ["src", "src/cmd"].map(|directory| root.join(directory)) {
        if !module.join("go.mod").exists() && module.join("_go.mod").exists() {
            fs::set_permissions(&module, fs::Permissions::from_mode(0o755)).unwrap();
            fs::copy(module.join("_go.mod"), module.join("go.mod")).unwrap();
        }
    }
    Ok(root.join("bin/go"))
}

fn fetched(go: &Path, module: &str) -> Result<PathBuf, String> {
    let here = env::current_dir().unwrap();
    let told = checked(command(go, &here).args(["mod", "download", "-json", module]))?;
    let told: Value = serde_json::from_str(&told).map_err(|error| format!("{module}: {error}"))?;
    told["Dir"].as_str().map(PathBuf::from).ok_or_else(|| format!("{module}: no directory"))
}

/// `go` with the user's caches and servers, and none of the flags that change what is built.
fn command(go: &Path, directory: &Path) -> Command {
    let mut command = Command::new(go);
    command.current_dir(directory).stdin(Stdio::null()).env_remove("GOROOT");
    command.envs([("GOFLAGS", ""), ("GOWORK", "off"), ("GOTOOLCHAIN", "auto"), ("CGO_ENABLED", "0")]);
    command
}

/// What a command prints, or the last thing that it says.
fn checked(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    for ours in ["go.sum entry", "updates to go.mod", "checksum mismatch"] {
        assert!(!said.contains(ours), "{said}");
    }
    Err(said.lines().next_back().unwrap_or("`go` failed").to_owned())
}
