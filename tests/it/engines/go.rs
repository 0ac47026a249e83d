//! Building and running the Go programs of `tests/engines`, which hold the engines' own code.
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

use std::env;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// The toolchain for machines whose Go is too old to fetch one by itself, and the `toolchain` of each `go.mod`.
const TOOLCHAIN: &str = "go1.26.8";

/// The programs, ready to run.
pub(crate) struct Engines {
    directory: PathBuf,
}

impl Engines {
    /// Builds them once for all tests; `Err` tells why that cannot be done here.
    pub(crate) fn get() -> Result<&'static Self, &'static str> {
        static ENGINES: OnceLock<Result<Engines, String>> = OnceLock::new();
        ENGINES.get_or_init(Self::build).as_ref().map_err(String::as_str)
    }

    fn build() -> Result<Self, String> {
        let go = go()?;
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("engines");
        fs::create_dir_all(&directory).unwrap();
        for name in ["layout", "flux", "argocd"] {
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("engines").join(name);
            // Loading the packages fetches the modules that have them, which is all that may fail for good reason.
            checked(command(&go, &source).args(["list", "-deps", "."]))?;
            let target = directory.join(name);
            let build = ["build", "-trimpath", "-buildvcs=false", "-o"];
            let output = command(&go, &source).args(build).arg(&target).arg(".").output().unwrap();
            assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(Self { directory })
    }

    /// A program with nothing around it but a directory for its files: no credentials, proxies and other programs.
    pub(crate) fn command(&self, name: &str, scratch: &Path) -> Command {
        let mut command = Command::new(self.directory.join(name));
        command.env_clear().env("PATH", "").env("HOME", scratch).env("TMPDIR", scratch).current_dir(scratch);
        command
    }

    /// What an engine makes of deliveries: a line of JSON for each.
    pub(crate) fn read(&self, engine: &str, proxy: &str, deliveries: &Value, scratch: &Path) -> Vec<Value> {
        let mut command = self.command(engine, scratch);
        command.arg(proxy).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // The program reads all of it before it prints anything.
        child.stdin.take().unwrap().write_all(deliveries.to_string().as_bytes()).unwrap();
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        assert!(status.success(), "{engine}: {}", String::from_utf8_lossy(&stderr));
        let lines = String::from_utf8(stdout).unwrap();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
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
    let module = format!("golang.org/toolchain@v0.0.1-{TOOLCHAIN}.{platform}");
    let told = checked(command(go, &here).args(["mod", "download", "-json", &module]))?;
    let told: Value = serde_json::from_str(&told).map_err(|error| format!("{module}: {error}"))?;
    let root = PathBuf::from(told["Dir"].as_str().ok_or_else(|| format!("{module}: no directory"))?);
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

/// `go` with the user's caches and servers, and none of the flags that change what is built.
fn command(go: &Path, directory: &Path) -> Command {
    let mut command = Command::new(go);
    command.current_dir(directory).stdin(Stdio::null()).env_remove("GOROOT");
    command.envs([("GOFLAGS", ""), ("GOWORK", "off"), ("GOTOOLCHAIN", "auto"), ("CGO_ENABLED", "0")]);
    command
}

/// What a command prints, or the last thing that it says.
///
/// # Panics
///
/// When the fault lies in the files beside the programs, not in the surroundings.
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
