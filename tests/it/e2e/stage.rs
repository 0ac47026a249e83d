//! A workspace with a small cluster, and a place for everything that a run makes.
#![allow(clippy::disallowed_methods, reason = "the tests ask the container engine as a shell would")]

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use end_to_end::{Program, Run, checkout, copy, hard_link_all, skip, tools, user_store};
use rustix::process::Pid;
use serde_json::Value;
use tempfile::TempDir;

use crate::left;

/// What the small cluster needs of the checkout.
const PARTS: [&str; 5] =
    ["Cargo.toml", "inputs.lock", "images", "platform/gitops/flux", "platform/core/namespaces"];
/// What a run without the images says first.
const BUILDING: &str = "building image";

const CLUSTER: &str = "name: small
description: Two ConfigMaps and an engine.
environment: staging
role: hub
engines: [flux]
kubernetes: {version: 1.34.1}
endpoint: https://10.5.0.10:6443
networks: {machines: 10.5.0.0/24, pods: 10.244.0.0/16, services: 10.96.0.0/12}
registry: oci://registry.lab.internal:5000/small
units:
  - platform/core/namespaces
  - platform/gitops/flux
  - platform/test/first
  - platform/test/second
";
const CHANGES: &str = "assertions:
  - name: the second has its value
    component: platform/test/second
    expect:
      field: {apiVersion: v1, kind: ConfigMap, namespace: default, name: second, at: /data/value, equals: first}
changes:
  - name: another value
    edits: [{file: platform/test/second/manifests/object.yaml, from: 'value: first', to: 'value: changed'}]
    changed: [platform/test/second]
    assertions:
      - name: the second has the new value
        component: platform/test/second
        expect:
          field: {apiVersion: v1, kind: ConfigMap, namespace: default, name: second, at: /data/value, equals: changed}
";

/// The stage; what it has is gone with it.
pub(crate) struct Stage {
    directory: TempDir,
    interfaces: Vec<String>,
}

/// A run that has not ended.
pub(crate) struct Running {
    child: Child,
    told: JoinHandle<String>,
    printed: JoinHandle<String>,
}

impl Stage {
    /// A stage with all that the user's store has; nothing, and a line that says so, where it cannot be.
    pub(crate) fn new(test: &str) -> Option<Self> {
        tools()?;
        for program in ["docker", "go"] {
            if process::find(program).is_none() {
                skip(test, &format!("there is no program `{program}`"));
                return None;
            }
        }
        let directory = tempfile::Builder::new().prefix("e2e-").tempdir().unwrap();
        let store = user_store();
        if fs::metadata(&store).unwrap().dev() != fs::metadata(directory.path()).unwrap().dev() {
            skip(test, "the store is on another file system than temporary files");
            return None;
        }
        let stage = Self { directory, interfaces: left::interfaces() };
        for part in ["objects", "trees", "tools", "recipes"].iter().filter(|part| store.join(part).exists()) {
            hard_link_all(&store.join(part), &stage.path("store").join(part));
        }
        fs::copy(store.join("version"), stage.path("store/version")).unwrap();
        stage.write_workspace();
        Some(stage)
    }

    fn write_workspace(&self) {
        let workspace = self.path("workspace");
        for part in PARTS {
            let (from, to) = (checkout().join(part), workspace.join(part));
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            copy(&from, &to);
        }
        fs::create_dir_all(self.path("home")).unwrap();
        let write = |path: &str, text: &str| {
            let path = workspace.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("hosts/small/cluster.yaml", CLUSTER);
        write("tests/e2e/small.yaml", CHANGES);
        for (name, needs) in [("first", ""), ("second", "needs: [platform/test/first]\n")] {
            let head =
                "description: One object.\nnamespace: default\nsources: [{manifests: {path: manifests}}]\n";
            write(&format!("platform/test/{name}/component.yaml"), &format!("{head}{needs}"));
            let object = format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: default}}\ndata: {{value: first}}\n"
            );
            write(&format!("platform/test/{name}/manifests/object.yaml"), &object);
        }
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.directory.path().join(relative)
    }

    /// The directory that outlives a run.
    fn state(&self) -> PathBuf {
        self.path("store.e2e")
    }

    /// The file that leads to a kept cluster.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.state().join("kubeconfig")
    }

    fn program(&self) -> Program {
        let program = Program::new(&self.path("workspace"), &self.path("home"), &self.path("store"));
        // Images that the store lacks are not built: Go gets nothing to build them from.
        program.env("GOPROXY", "off")
    }

    /// Runs `e2e` to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.program().run(&[&["e2e"], args].concat())
    }

    /// Starts `e2e` in a process group of its own.
    pub(crate) fn start(&self, args: &[&str]) -> Running {
        let mut command = self.program().command(&[&["e2e"], args].concat());
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).spawn().unwrap();
        let (mut stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        // Read as it comes: whoever writes into a full pipe waits.
        let printed = thread::spawn(move || {
            let mut text = String::new();
            let _ = stdout.read_to_string(&mut text);
            text
        });
        let told = thread::spawn(move || {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text);
            text
        });
        Running { child, told, printed }
    }

    /// Whether a run had no images or no container engine, which is said then.
    pub(crate) fn is_skipped(&self, test: &str, run: &Run) -> bool {
        let reason = if run.stderr.contains(BUILDING) {
            "the container images of a cluster are not built; `cargo xtask e2e` builds them"
        } else if run.code == 3 && run.stderr.contains("no container engine answers") {
            run.stderr.lines().find(|line| line.contains("no container engine answers")).unwrap_or_default()
        } else {
            return false;
        };
        skip(test, reason);
        let _ = self.run(&["down"]);
        true
    }

    /// Waits until a container is there; whether it is, or the run ended before.
    pub(crate) fn wait_for(&self, container: &str, running: &Running) -> bool {
        while !running.has_ended() {
            if self.has(container) {
                return true;
            }
            thread::sleep(Duration::from_millis(100));
        }
        false
    }

    /// Whether a container is there.
    pub(crate) fn has(&self, container: &str) -> bool {
        self.docker(&["ps", "-a", "--format", "{{.Names}}"]).lines().any(|name| name == container)
    }

    /// What Docker prints: the user's, or the one that a run has started; nothing when neither answers.
    fn docker(&self, args: &[&str]) -> String {
        let mut command = Command::new(process::find("docker").unwrap());
        let socket = self.state().join("docker.sock");
        if socket.exists() {
            command.env("DOCKER_HOST", format!("unix://{}", socket.display()));
        }
        let output = command.args(args).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The report of the last run.
    pub(crate) fn report(&self) -> Value {
        let directory = self.path("workspace/target/xtask/e2e");
        for file in ["report.html", "junit.xml"] {
            assert!(directory.join(file).is_file(), "{file}");
        }
        serde_json::from_slice(&fs::read(directory.join("report.json")).unwrap()).unwrap()
    }

    /// That every object of the store is what its name says.
    pub(crate) fn assert_store_is_whole(&self) {
        let verified = self.program().run(&["store", "verify"]);
        assert_eq!(verified.code, 0, "{}", verified.text());
    }

    /// That there is no container, network, interface, process, mount or file of a run.
    pub(crate) fn assert_nothing_left(&self) {
        for sort in [&["ps", "-aq"][..], &["network", "ls", "-q"]] {
            let found = self.docker(&[sort, &["--filter", "label=xtask.e2e"]].concat());
            assert_eq!(found.trim(), "", "{sort:?}");
        }
        let state = self.state();
        assert_eq!(left::processes(self.directory.path()), Vec::<String>::new());
        assert_eq!(left::mounts(&state), Vec::<String>::new());
        assert_eq!(left::files(&state), Vec::<String>::new());
        let more: Vec<String> =
            left::interfaces().into_iter().filter(|name| !self.interfaces.contains(name)).collect();
        assert_eq!(more, Vec::<String>::new());
    }
}

impl Drop for Stage {
    /// A test that fails leaves its cluster to nobody.
    fn drop(&mut self) {
        if left::is_left(&self.state()) {
            let _ = self.run(&["down"]);
        }
    }
}

impl Running {
    /// Its process, which leads its group.
    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Whether it has ended, without waiting.
    fn has_ended(&self) -> bool {
        let stat = fs::read_to_string(Path::new("/proc").join(self.child.id().to_string()).join("stat"));
        // The state stands behind the name in brackets (`proc_pid_stat(5)`); nobody has asked for its end yet.
        stat.is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z')))
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Run {
        use std::os::unix::process::ExitStatusExt as _;
        let status = self.child.wait().unwrap();
        let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default());
        Run { code, stdout: self.printed.join().unwrap(), stderr: self.told.join().unwrap() }
    }
}
