//! From a description to an image in the store.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use hashing::{Digest, Hasher};
use inputs::{Fetched, Fetcher, Kind, Lock, Pin};
use oci::{Descriptor, Manifest, media_type};
use serde_json::{Value, json};
use store::{Record, Root, Store};

use crate::{ContainerError, Content, Description, Filesystem, Node, Toolchain, package};

/// What changes when the way of packing does.
const BUILDER: &str = "container 2";
/// Layers are not compressed: they travel over loopback only.
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
/// Where programs are looked for.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// An image whose parts are in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Name of its description.
    pub name: String,
    /// Its manifest.
    pub manifest: Digest,
    /// Its configuration.
    pub config: Digest,
    /// Its only layer, an uncompressed tar.
    pub layer: Digest,
    /// Upstream references that it stands in for.
    pub provides: Vec<String>,
    /// What a store has to keep so that it need not be made again, nor its inputs be fetched again after an edit.
    pub root: Root,
}

/// What the lock has for an image.
struct Pins<'l> {
    trees: Vec<&'l Pin>,
    packages: Vec<&'l Pin>,
}

impl Pins<'_> {
    /// What keeps them, and what was made by `recipes`.
    fn root(&self, recipes: Vec<Digest>) -> Root {
        let mut root = Root { recipes, ..Root::default() };
        for pin in self.trees.iter().chain(&self.packages) {
            pin.keep_in(&mut root);
        }
        root
    }
}

/// Builds images of a workspace.
pub struct Builder<'a> {
    /// Where parts and images are kept.
    pub store: &'a Store,
    /// Brings pins.
    pub fetcher: &'a Fetcher<'a>,
    /// The pins.
    pub lock: &'a Lock,
    /// `images/` of the workspace.
    pub images: PathBuf,
    /// Is told what takes time.
    pub tell: &'a (dyn Fn(&str) + Sync),
}

impl Builder<'_> {
    /// The image of a description; packed when the store has none of the same inputs.
    pub fn build(&self, name: &str, description: &Description) -> Result<Image, ContainerError> {
        let pins = self.pins(name, description)?;
        let own = own_files(&self.images.join(name))?;
        let programs = self.images.join("programs");
        let mut hasher = Hasher::new();
        let described = json!({"builder": BUILDER, "description": description});
        hasher.update(described.to_string().as_bytes());
        for pin in pins.trees.iter().chain(&pins.packages) {
            hasher.update(format!("\n{pin} {}", pin.digest).as_bytes());
        }
        for (path, executable, content) in &own {
            hasher.update(format!("\n{path} {executable} {}", Digest::of(content)).as_bytes());
        }
        let mut recipes = Vec::new();
        for program in &description.programs {
            let key = crate::program::key(&programs.join(&program.module), program)?;
            hasher.update(format!("\n{key}").as_bytes());
            recipes.push(key);
        }
        let key = hasher.finish();
        recipes.push(key);
        let (record, _) = self.store.build(&key, || {
            (self.tell)(&format!("building image {name}"));
            let filesystem = self.assemble(name, description, &pins, &own)?;
            self.pack(name, description, &filesystem)
        })?;
        match record.objects.as_slice() {
            [manifest, config, layer] => Ok(Image {
                name: name.to_owned(),
                manifest: *manifest,
                config: *config,
                layer: *layer,
                provides: description.provides.clone(),
                root: pins.root(recipes),
            }),
            _ => Err(ContainerError::Layer {
                image: name.to_owned(),
                reason: "the store has another record of it".to_owned(),
            }),
        }
    }

    /// The pins of trees and of packages.
    fn pins(&self, image: &str, description: &Description) -> Result<Pins<'_>, ContainerError> {
        let find = |name: &str| {
            let found = self.lock.find(Kind::Package, name, None).ok().flatten();
            found.ok_or_else(|| ContainerError::Unlocked { image: image.to_owned(), name: name.to_owned() })
        };
        Ok(Pins {
            trees: description.trees.iter().map(|tree| find(&tree.pin)).collect::<Result<_, _>>()?,
            packages: description.packages.iter().map(|name| find(name)).collect::<Result<_, _>>()?,
        })
    }

    fn assemble(
        &self,
        name: &str,
        description: &Description,
        pins: &Pins<'_>,
        own: &[(String, bool, Vec<u8>)],
    ) -> Result<Filesystem, ContainerError> {
        let mut filesystem = Filesystem::new();
        for (fetched, pin) in self.fetcher.fetch_all(&pins.packages, 2).into_iter().zip(&pins.packages) {
            let (Fetched::File(digest) | Fetched::Tree(digest)) = fetched?;
            package::unpack(&pin.name, &self.store.get(&digest)?, &mut filesystem)?;
        }
        for (pin, tree) in pins.trees.iter().zip(&description.trees) {
            let (Fetched::Tree(digest) | Fetched::File(digest)) = self.fetcher.fetch(pin)?;
            let content = self.store.tree_content(&digest)?;
            for (path, file) in content.iter() {
                let marked = tree.executable.iter().any(|prefix| path.starts_with(prefix.as_str()));
                filesystem.file(path, file.executable || marked, &file.content)?;
            }
        }
        for path in &description.remove {
            filesystem.remove(path)?;
        }
        let programs = self.images.join("programs");
        for program in &description.programs {
            (self.tell)(&format!("image {name}: {}", program.package));
            let built = Toolchain::of_user()?.build(self.store, &programs, program)?;
            filesystem.file(&program.path, true, &self.store.get(&built)?)?;
        }
        for (path, executable, content) in own {
            filesystem.file(path, *executable, content)?;
        }
        for (path, mode) in &description.directories {
            let mode = u32::from_str_radix(mode, 8).map_err(|_| ContainerError::Path {
                path: path.clone(),
                reason: "its mode is no octal number",
            })?;
            filesystem.put(path, Node { mode, owner: (0, 0), content: Content::Directory })?;
        }
        for (path, target) in &description.links {
            filesystem.link(path, target)?;
        }
        Ok(filesystem)
    }

    fn pack(
        &self,
        name: &str,
        description: &Description,
        filesystem: &Filesystem,
    ) -> Result<Record, ContainerError> {
        let wrong = |reason: String| ContainerError::Layer { image: name.to_owned(), reason };
        let tar = filesystem.to_tar().map_err(|error| wrong(error.to_string()))?;
        let layer = Descriptor::of(LAYER, &tar);
        let config = oci::canonical(&config(description, &layer.digest));
        let manifest = Manifest::new(Descriptor::of(CONFIG, &config), vec![layer]);
        let manifest = manifest.to_bytes().map_err(|error| wrong(error.to_string()))?;
        let objects = [&manifest, &config, &tar].map(|blob| self.store.put(blob));
        let objects = objects.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(Record { objects, trees: Vec::new(), data: json!({"image": name, "type": media_type::MANIFEST}) })
    }
}

/// The configuration that a container engine reads (image-spec `config.md`).
fn config(description: &Description, diff_id: &Digest) -> Value {
    let start = &description.start;
    let mut environment = start.environment.clone();
    environment.entry("PATH".to_owned()).or_insert_with(|| PATH.to_owned());
    let environment: Vec<String> =
        environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut config = json!({"Env": environment});
    let mut set = |name: &str, value: Value| {
        if let (Value::Object(fields), false) = (&mut config, value.is_null() || value == json!([])) {
            fields.insert(name.to_owned(), value);
        }
    };
    set("Entrypoint", json!(start.entrypoint));
    set("Cmd", json!(start.command));
    set("User", json!(start.user));
    set("WorkingDir", json!(start.directory));
    set("StopSignal", json!(start.stop_signal));
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    json!({
        "architecture": architecture,
        "os": "linux",
        "config": config,
        "rootfs": {"type": "layers", "diff_ids": [diff_id]},
    })
}

/// The files below `images/<name>/`: path, whether it may be executed, content; by path.
fn own_files(directory: &Path) -> Result<Vec<(String, bool, Vec<u8>)>, ContainerError> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(next) = open.pop() {
        let failed = |source| ContainerError::Io { action: "read", path: next.clone(), source };
        if !next.exists() {
            continue;
        }
        for entry in fs::read_dir(&next).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let executable = entry.metadata().map_err(failed)?.permissions().mode() & 0o100 != 0;
            let relative = path.strip_prefix(directory).unwrap_or(&path).to_string_lossy().into_owned();
            found.push((relative, executable, fs::read(&path).map_err(failed)?));
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests;
