//! Registries as others run them, on free ports of this machine.

use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

/// A running registry; dropped, it ends.
pub(crate) struct Running {
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    /// What it printed about itself beyond the address.
    pub(crate) told: String,
    child: Child,
    _directory: Option<TempDir>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where `docker-registry` keeps what it has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    InFiles,
    /// Much faster.
    InMemory,
}

/// All that can be run here; tells which cannot.
pub(crate) fn all(kept: Kept) -> Vec<Running> {
    let mut found: Vec<Running> = debian(None, kept).into_iter().collect();
    found.extend(["crane", "referrers", "olareg"].into_iter().filter_map(|kind| in_memory(kind, false)));
    found
}

/// Debian's `docker-registry`, which is `distribution` 2; with a login if there is a line of its password file.
pub(crate) fn debian(password: Option<&str>, kept: Kept) -> Option<Running> {
    let Some(program) = program("docker-registry") else {
        skip("there is no `docker-registry`: `apt-get install docker-registry`");
        return None;
    };
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name).display().to_string();
    // Somebody may take the port before the registry does.
    for _ in 0..5 {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let storage = match kept {
            Kept::InFiles => format!("filesystem: {{rootdirectory: {}}}", at("data")),
            Kept::InMemory => "inmemory: {}".to_owned(),
        };
        let mut config = format!(
            "version: 0.1\nlog: {{level: error}}\nstorage: {{{storage}, delete: {{enabled: true}}}}\nhttp: {{addr: \"{address}\"}}\n"
        );
        if let Some(password) = password {
            fs::write(at("password"), password).unwrap();
            config += &format!("auth: {{htpasswd: {{realm: test, path: {}}}}}\n", at("password"));
        }
        fs::write(at("config.yml"), config).unwrap();
        let mut command = quiet(&program);
        command.arg("serve").arg(at("config.yml")).stdin(Stdio::null());
        let mut child = command.spawn().unwrap();
        if answers(address, &mut child) {
            let told = String::new();
            return Some(Running {
                name: "docker-registry",
                address,
                told,
                child,
                _directory: Some(directory),
            });
        }
        let _ = child.kill();
        let _ = child.wait();
    }
    panic!("`docker-registry` does not start");
}

/// One of `tests/servers`.
pub(crate) fn in_memory(kind: &'static str, tls: bool) -> Option<Running> {
    let program = match servers() {
        Ok(program) => program,
        Err(reason) => {
            skip(&format!("no `{kind}`: {reason}"));
            return None;
        }
    };
    let mut command = quiet(program);
    command.arg(kind).args(tls.then_some("tls")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let address = lines.next().unwrap().parse().unwrap();
    let mut told = String::new();
    while tls && !told.contains("END CERTIFICATE") {
        told += &format!("{}\n", lines.next().unwrap());
    }
    Some(Running { name: kind, address, told, child, _directory: None })
}

/// Builds `tests/servers` once.
fn servers() -> &'static Result<PathBuf, String> {
    static PROGRAM: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let go = program("go").ok_or("there is no `go`")?;
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers");
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("servers-{}", std::process::id()));
        let run = |args: &[&str]| {
            let mut command = Command::new(&go);
            command.args(args).current_dir(&source).stdin(Stdio::null());
            command.envs([("GOFLAGS", ""), ("GOWORK", "off"), ("GOTOOLCHAIN", "auto"), ("CGO_ENABLED", "0")]);
            command.output().unwrap()
        };
        // Loading the packages fetches the modules that have them, which is all that may fail for good reason.
        let loaded = run(&["list", "-deps", "."]);
        if !loaded.status.success() {
            let said = String::from_utf8_lossy(&loaded.stderr).into_owned();
            return Err(said.lines().next_back().unwrap_or("`go list` failed").to_owned());
        }
        let path = target.display().to_string();
        let built = run(&["build", "-trimpath", "-buildvcs=false", "-o", &path, "."]);
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let kept = target.with_file_name("servers");
        // In one step: tests of another run may be starting it.
        fs::rename(&target, &kept).unwrap();
        Ok(kept)
    })
}

fn quiet(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).map(|directory| directory.join(name)).find(|place| place.is_file())
}

/// Waits until something is served.
fn answers(address: SocketAddr, child: &mut Child) -> bool {
    for _ in 0..500 {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        if let Ok(mut stream) = TcpStream::connect(address) {
            stream.write_all(b"GET /v2/ HTTP/1.0\r\n\r\n").unwrap();
            let mut answer = Vec::new();
            if stream.read_to_end(&mut answer).is_ok() && answer.starts_with(b"HTTP/1") {
                return true;
            }
        }
        thread::sleep(Duration::from_millis(20));
    }
    false
}

/// Tells what was not tested, in the form that `cargo xtask test` counts.
pub(crate) fn skip(reason: &str) {
    // Written past the test harness, which shows what passing tests print to nobody.
    let _ = writeln!(std::io::stderr(), "SKIPPED real registries: {reason}");
}
