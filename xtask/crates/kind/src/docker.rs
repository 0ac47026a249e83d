//! The container engine.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use process::{Command, Finished};
use serde_json::json;

use crate::{KindError, State, narrow};

/// How long a daemon may take to answer after its start.
const START: Duration = Duration::from_mins(1);
/// Between two looks at it.
const LOOK: Duration = Duration::from_millis(200);
/// Time for one command.
const DEADLINE: Duration = Duration::from_mins(10);
/// What everything that is made here is marked with.
pub(crate) const LABEL: &str = "xtask.e2e";

/// A Docker that answers.
#[derive(Clone, Debug)]
pub struct Docker {
    program: PathBuf,
    host: Option<String>,
    scratch: PathBuf,
    /// Set when the daemon was started here: its process number is in this file.
    own: Option<PathBuf>,
}

impl Docker {
    /// The user's Docker, or one that is started in the state directory where that is possible: as root, with `dockerd`
    /// installed.
    pub fn reach(state: &State) -> Result<Self, KindError> {
        let missing = |reason: &str| KindError::NoEngine { reason: reason.to_owned() };
        let program = process::find("docker").ok_or_else(|| missing("there is no program `docker`"))?;
        let scratch = state.path().join("scratch");
        fs::create_dir_all(&scratch).map_err(KindError::io("make", &scratch))?;
        let host = std::env::var("DOCKER_HOST").ok().filter(|host| !host.is_empty());
        let users = Self { program, host, scratch, own: None };
        let socket = state.path().join("docker.sock");
        let own = Self {
            host: Some(format!("unix://{}", socket.display())),
            own: Some(state.path().join("docker.pid")),
            ..users.clone()
        };
        // Who looks into a kept cluster has named ours, which is not the user's for that.
        if users.host != own.host && users.answers() {
            return Ok(users);
        }
        if !own.answers() {
            own.start(state)?;
        }
        Ok(own)
    }

    fn answers(&self) -> bool {
        self.try_run(&["version", "--format", "{{.Server.Version}}"])
            .is_ok_and(|finished| finished.succeeded())
    }

    /// Starts a daemon of our own, out of the reach of this process's end: [`Docker::stop`] ends it.
    fn start(&self, state: &State) -> Result<(), KindError> {
        let missing = |reason: &str| KindError::NoEngine { reason: reason.to_owned() };
        let daemon = process::find("dockerd").ok_or_else(|| missing("there is no program `dockerd`"))?;
        self.stop()?;
        let path = |name: &str| state.path().join(name).display().to_string();
        let mut settings = json!({
            "data-root": path("docker"),
            "exec-root": path("exec"),
            "pidfile": path("docker.pid"),
            "hosts": [format!("unix://{}", path("docker.sock"))],
        });
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        if narrow::is_narrow(&status) {
            let runtime = state.write("narrow", narrow::RUNTIME)?;
            executable(&runtime)?;
            settings["runtimes"] = json!({"narrow": {"path": runtime}});
            settings["default-runtime"] = json!("narrow");
        }
        let config = state.write("docker.json", &settings.to_string())?;
        let log = path("docker.log");
        let (apart, daemon, config) = (path("apart"), daemon.display(), config.display());
        let line = format!(
            // runc puts consoles there, and a child's own directory is not made. What is open here, such as a lock or
            // a pipe of whoever called this program, would stay open as long as the daemon (plain shells know only
            // descriptors of one digit). What is still of the shell's process group when the shell ends is ended with it.
            "unset XDG_RUNTIME_DIR; rm -f '{apart}'
             for open in /proc/self/fd/*; do
               open=${{open##*/}}
               if [ $open -gt 2 ] && {{ [ -n \"${{BASH_VERSION:-}}\" ] || [ $open -lt 10 ]; }}
               then eval \"exec $open>&-\"; fi
             done
             setsid sh -c \"touch '{apart}'; exec '{daemon}' --config-file '{config}'\" > '{log}' 2>&1 < /dev/null &
             while [ ! -e '{apart}' ]; do sleep 0.02; done; rm -f '{apart}'",
        );
        let shell = process::find("bash").map_or_else(|| tool("sh"), Ok)?;
        process::run(&Command::new(shell, &self.scratch).args(["-c", &line]))?;
        let started = Instant::now();
        while !self.answers() {
            if started.elapsed() > START || process::interrupted() {
                let said = fs::read_to_string(&log).unwrap_or_default();
                // One that is only slow would stay.
                self.stop()?;
                return Err(KindError::NoEngine { reason: last_lines(&said) });
            }
            thread::sleep(LOOK);
        }
        Ok(())
    }

    /// Ends a daemon that was started here, also by a former run; its containers end with it.
    pub fn stop(&self) -> Result<(), KindError> {
        let Some(file) = &self.own else { return Ok(()) };
        let Some(pid) = fs::read_to_string(file).ok().filter(|pid| is_daemon(pid)) else { return Ok(()) };
        let kill = tool("kill")?;
        let signal = |name: &str| Self::finish(&Command::new(&kill, &self.scratch).args([name, pid.trim()]));
        signal("-TERM")?;
        let started = Instant::now();
        while is_daemon(&pid) {
            if started.elapsed() > START {
                signal("-KILL")?;
            }
            thread::sleep(LOOK);
        }
        Ok(())
    }

    /// Kills a process of a former run.
    pub(crate) fn kill(&self, process: &str) -> Result<(), KindError> {
        Self::finish(&Command::new(tool("kill")?, &self.scratch).args(["-KILL", process])).map(drop)
    }

    /// The address of the daemon, when it is not the usual one.
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// Whether the daemon was started here.
    pub fn is_own(&self) -> bool {
        self.own.is_some()
    }

    /// Where the program is.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// Runs a command of Docker's and gives what it printed.
    pub fn run(&self, args: &[&str]) -> Result<String, KindError> {
        let finished = self.try_run(args)?;
        if finished.succeeded() {
            return Ok(String::from_utf8_lossy(&finished.stdout).trim().to_owned());
        }
        Err(KindError::Failed {
            line: format!("docker {}", args.join(" ")),
            said: last_lines(&finished.stderr),
        })
    }

    fn try_run(&self, args: &[&str]) -> Result<Finished, KindError> {
        Self::finish(&self.command(&self.program).args(args))
    }

    /// Runs a child to its end. After an interrupt all that still runs is what takes things away.
    pub(crate) fn finish(command: &Command) -> Result<Finished, KindError> {
        Ok(if process::interrupted() { process::clean_up(command)? } else { process::run(command)? })
    }

    /// A child that speaks to the same daemon.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program, &self.scratch);
        command.deadline = DEADLINE;
        match &self.host {
            Some(host) => command.env("DOCKER_HOST", host.clone()),
            None => command,
        }
    }

    /// Loads an image from a file unless there is one of this name.
    pub fn load(
        &self,
        name: &str,
        write: impl FnOnce(&Path) -> Result<(), String>,
    ) -> Result<bool, KindError> {
        if self.try_run(&["image", "inspect", name])?.succeeded() {
            return Ok(false);
        }
        let file = self.scratch.join("image.tar");
        let loaded = write(&file)
            .map_err(|said| KindError::Failed { line: format!("docker load {name}"), said })
            .and_then(|()| self.run(&["load", "-q", "-i", &file.display().to_string()]));
        let _ = fs::remove_file(&file);
        loaded.map(|_| true)
    }

    /// What is there with our label, of one sort: `container`, `network` or `volume`.
    pub(crate) fn marked(&self, sort: &str) -> Result<Vec<String>, KindError> {
        let filter = format!("label={LABEL}");
        let args: &[&str] = match sort {
            "container" => &["ps", "-aq", "--filter", &filter],
            sort => &[sort, "ls", "-q", "--filter", &filter],
        };
        Ok(self.run(args)?.lines().map(str::to_owned).collect())
    }
}

/// A program of the machine's.
fn tool(name: &str) -> Result<PathBuf, KindError> {
    process::find(name).ok_or_else(|| KindError::NoEngine { reason: format!("there is no program `{name}`") })
}

/// Whether a process of this number is there and a daemon: numbers are given again.
fn is_daemon(pid: &str) -> bool {
    let name = fs::read_to_string(format!("/proc/{}/comm", pid.trim()));
    name.is_ok_and(|name| name.trim() == "dockerd")
}

fn executable(path: &Path) -> Result<(), KindError> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
        .map_err(KindError::io("make executable", path))
}

/// The end of what a program said, on one line.
pub(crate) fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let start = lines.len().saturating_sub(4);
    lines.get(start..).unwrap_or_default().join("; ")
}
