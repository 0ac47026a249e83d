//! A layout behind a registry on loopback.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::engine::Place;
use crate::go::Engines;

/// A registry with what a layout holds; it ends with this.
pub(crate) struct Served {
    child: Child,
    /// Where it answers, also as a proxy for the registry that it stands for.
    pub(crate) proxy: String,
    /// What it serves, in the order of the index.
    pub(crate) artifacts: Vec<Artifact>,
}

/// One artifact that a registry serves.
pub(crate) struct Artifact {
    /// The reference name of the index.
    pub(crate) name: String,
    /// Its repository, as releases write it.
    pub(crate) url: String,
    /// The digest of its manifest.
    pub(crate) digest: String,
    /// What `crane validate` would say; empty when it has nothing to say.
    pub(crate) invalid: String,
}

impl Artifact {
    /// Where it lies, with the directory in it that is to be read.
    pub(crate) fn place<'a>(&'a self, path: &'a str) -> Place<'a> {
        Place { url: &self.url, digest: &self.digest, path }
    }
}

impl Served {
    /// Serves the layout in a directory as `registry`.
    pub(crate) fn new(engines: &Engines, layout: &Path, registry: &str, scratch: &Path) -> Self {
        let mut command = engines.command("layout", scratch);
        command.arg(layout).arg(registry).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let artifact = |told: &Value| Artifact {
            name: text(&told["name"]),
            url: text(&told["url"]),
            digest: text(&told["digest"]),
            invalid: text(&told["invalid"]),
        };
        let artifacts = told["artifacts"].as_array().unwrap().iter().map(artifact).collect();
        Self { child, proxy: text(&told["address"]), artifacts }
    }

    /// The artifact with a reference name.
    pub(crate) fn named(&self, name: &str) -> &Artifact {
        self.artifacts.iter().find(|artifact| artifact.name == name).unwrap()
    }

    /// The artifact at an address.
    pub(crate) fn find(&self, url: &str, digest: &str) -> Option<&Artifact> {
        self.artifacts.iter().find(|artifact| artifact.url == url && artifact.digest == digest)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It ends when nobody writes to it any more.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
