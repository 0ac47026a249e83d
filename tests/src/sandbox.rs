//! A workspace of a test's own.

use std::fs;
use std::path::{Path, PathBuf};

use archive::Tree;
use hashing::Digest;
use tempfile::TempDir;

use crate::program::{Program, Run};
use crate::real::{Tools, prefill, tools};
use crate::{copy, hard_link_all};

/// A pin whose content the sandbox's mirror serves.
#[derive(Clone, Debug)]
pub struct Served {
    /// `chart`, `manifests`, …
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// As the lock has it.
    pub digest: String,
    /// File or directory of the mirror; nothing for an image.
    pub mirror: Option<String>,
}

/// A small workspace with a mirror, a store and a home.
pub struct Sandbox {
    directory: TempDir,
    pins: Vec<Served>,
}

impl Sandbox {
    /// The workspace of `fixtures/workspace`, with nothing built; nothing when its programs cannot be had here.
    pub fn new() -> Option<Self> {
        let tools = tools()?;
        let mut sandbox = Self { directory: temporary(), pins: Vec::new() };
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        copy(&fixtures.join("workspace"), &sandbox.workspace());
        sandbox.write("Cargo.toml", "");
        for directory in ["mirror", "store", "home"] {
            fs::create_dir_all(sandbox.path(directory)).unwrap();
        }
        prefill(tools, &sandbox.store());
        for (pin, _) in &tools.pins {
            let (kind, name) = (pin.kind.to_string(), pin.name.clone());
            let (version, digest) = (pin.version.clone(), pin.digest.to_string());
            let mirror = Some(format!("{name}-{version}"));
            sandbox.pins.push(Served { kind, name, version, digest, mirror });
        }
        copy(&fixtures.join("charts/site"), &sandbox.path("mirror/site-1.2.0"));
        sandbox.serve("chart", "site", "1.2.0");
        sandbox.image("registry.example.org/site", "1.2.0", Some("site"));
        sandbox.image("registry.example.org/hello", "2.0.0", None);
        sandbox.write_lock();
        Some(sandbox)
    }

    /// The same with programs that write a line into [`Sandbox::calls`] each time they run.
    pub fn counting() -> Option<Self> {
        let tools = tools()?;
        let mut sandbox = Self::new()?;
        for name in ["helm", "kubectl"] {
            sandbox.count(tools, name);
        }
        sandbox.write_lock();
        Some(sandbox)
    }

    fn count(&mut self, tools: &Tools, name: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let log = self.path("calls");
        let real = tools.path(name);
        let script =
            format!("#!/bin/sh\necho {name} >> '{}'\nexec '{}' \"$@\"\n", log.display(), real.display());
        let file = self.path("mirror").join(name);
        fs::write(&file, &script).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        let pin = self.pins.iter_mut().find(|pin| pin.name == name).unwrap();
        pin.digest = Digest::of(script.as_bytes()).to_string();
        pin.mirror = Some(name.to_owned());
    }

    /// A copy of this sandbox as it is now, with a store that has all that this one has.
    pub fn fork(&self) -> Self {
        let fork = Self { directory: temporary(), pins: self.pins.clone() };
        for directory in ["workspace", "mirror", "home"] {
            copy(&self.path(directory), &fork.path(directory));
        }
        for part in ["objects", "trees", "tools", "recipes"] {
            if self.store().join(part).exists() {
                hard_link_all(&self.store().join(part), &fork.store().join(part));
            }
        }
        if self.store().join("version").exists() {
            copy(&self.store().join("version"), &fork.store().join("version"));
        }
        fork
    }

    /// Something below the sandbox.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.directory.path().join(relative)
    }

    /// The workspace.
    pub fn workspace(&self) -> PathBuf {
        self.path("workspace")
    }

    /// The store.
    pub fn store(&self) -> PathBuf {
        self.path("store")
    }

    /// The programs that ran so far, one a line; only a [`Sandbox::counting`] one knows.
    pub fn calls(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("calls")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// The program in this sandbox, without network.
    pub fn program(&self) -> Program {
        let mirror = self.path("mirror").display().to_string();
        Program::new(&self.workspace(), &self.path("home"), &self.store()).flags(&[
            "--offline",
            "--mirror",
            &mirror,
        ])
    }

    /// Runs the program.
    pub fn run(&self, args: &[&str]) -> Run {
        self.program().run(args)
    }

    /// Writes a file of the workspace.
    pub fn write(&self, file: &str, content: impl AsRef<[u8]>) {
        let path = self.workspace().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// A file of the workspace.
    pub fn read(&self, file: &str) -> String {
        let path = self.workspace().join(file);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Replaces a text that a file of the workspace has once.
    pub fn replace(&self, file: &str, old: &str, new: &str) {
        let text = self.read(file);
        assert_eq!(text.matches(old).count(), 1, "`{old}` in {file}:\n{text}");
        self.write(file, text.replace(old, new));
    }

    /// Adds text at the end of a file of the workspace.
    pub fn append(&self, file: &str, text: &str) {
        self.write(file, self.read(file) + text);
    }

    /// Removes a file or directory of the workspace.
    pub fn remove(&self, path: &str) {
        let path = self.workspace().join(path);
        if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
    }

    /// Writes a file of the mirror.
    pub fn mirror(&self, file: &str, content: impl AsRef<[u8]>) {
        let path = self.path("mirror").join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Pins the directory `<name>-<version>` of the mirror as it is now.
    pub fn serve(&mut self, kind: &str, name: &str, version: &str) {
        let mirror = format!("{name}-{version}");
        let mut tree = Tree::new();
        add(&self.path("mirror").join(&mirror), "", &mut tree);
        let digest = format!("tree:{}", tree.digest());
        self.pins.retain(|pin| pin.kind != kind || pin.name != name);
        let (kind, name, version) = (kind.to_owned(), name.to_owned(), version.to_owned());
        self.pins.push(Served { kind, name, version, digest, mirror: Some(mirror) });
    }

    /// Pins a file that lies elsewhere.
    pub fn serve_file(&mut self, kind: &str, name: &str, version: &str, file: &Path) {
        let mirror = file.file_name().and_then(|name| name.to_str()).unwrap().to_owned();
        let digest = Digest::of(&fs::read(file).unwrap()).to_string();
        let link = self.path("mirror").join(&mirror);
        if !link.exists() {
            std::os::unix::fs::symlink(file, link).unwrap();
        }
        self.pins.retain(|pin| pin.kind != kind || pin.name != name);
        let (kind, name, version) = (kind.to_owned(), name.to_owned(), version.to_owned());
        self.pins.push(Served { kind, name, version, digest, mirror: Some(mirror) });
    }

    /// Pins an image; without content its digest stands as unresolved.
    pub fn image(&mut self, name: &str, version: &str, content: Option<&str>) {
        let digest =
            content.map_or_else(|| "unresolved".to_owned(), |text| Digest::of(text.as_bytes()).to_string());
        let (kind, name, version) = ("image".to_owned(), name.to_owned(), version.to_owned());
        self.pins.retain(|pin| pin.name != name || pin.version != version);
        self.pins.push(Served { kind, name, version, digest, mirror: None });
    }

    /// Puts a chart into the mirror and pins it: files below `templates/` and others by path.
    pub fn chart(&mut self, name: &str, files: &[(&str, &str)]) {
        let directory = format!("{name}-1.0.0");
        let about = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n");
        self.mirror(&format!("{directory}/Chart.yaml"), about);
        for (file, content) in files {
            self.mirror(&format!("{directory}/{file}"), content);
        }
        self.serve("chart", name, "1.0.0");
        self.write_lock();
    }

    /// Adds a component to the workspace and the cluster: its file after the description.
    pub fn component(&self, name: &str, rest: &str) {
        self.write(&format!("platform/{name}/component.yaml"), format!("description: For a test.\n{rest}"));
        self.append("hosts/lab/cluster.yaml", &format!("  - platform/{name}\n"));
    }

    /// Writes `inputs.lock` with all pins.
    pub fn write_lock(&self) {
        let mut text = "version = 1\n".to_owned();
        for pin in &self.pins {
            let Served { kind, name, version, digest, mirror } = pin;
            text += &format!(
                "\n[[pin]]\nkind = \"{kind}\"\nname = \"{name}\"\nversion = \"{version}\"\ndigest = \"{digest}\"\n"
            );
            if let Some(mirror) = mirror {
                text += &format!("sources = [\n  {{ mirror = \"{mirror}\" }},\n]\n");
            }
        }
        self.write("inputs.lock", text);
    }
}

/// A directory of the test's own, outside of every workspace: the command looks for one upwards.
fn temporary() -> TempDir {
    tempfile::Builder::new().prefix("sandbox-").tempdir().unwrap()
}

fn add(directory: &Path, prefix: &str, tree: &mut Tree) {
    for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            add(&entry.path(), &format!("{name}/"), tree);
        } else {
            tree.insert(&name, false, fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}
