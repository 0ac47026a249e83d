//! A store, a fetcher without any settings of the user's, and packed files.

#![allow(dead_code, reason = "not every test needs everything")]

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use diag::Span;
use hashing::Digest;
use inputs::{FetchEvent, Fetcher, Kind, Pin, PinDigest, Settings, Source};
use registry::distribution::Credentials;
use registry::{Network, Patience};
use store::Store;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

pub(crate) struct Stage {
    pub(crate) directory: TempDir,
    pub(crate) store: Store,
    pub(crate) settings: Settings,
    pub(crate) network: Network,
    pub(crate) mirrors: Vec<PathBuf>,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("store")).unwrap();
        let patience = Patience {
            pause: Duration::from_millis(1),
            longest_pause: Duration::from_millis(1),
            ..Patience::default()
        };
        let settings = Settings {
            go_proxy: None,
            npm_registry: None,
            npmrc: None,
            credentials: Credentials::none(),
            find: |_| None,
            patience,
        };
        Self { directory, store, settings, network: Network::Allowed, mirrors: Vec::new() }
    }

    /// A fetcher that talks to nobody.
    pub(crate) fn fetcher(&self) -> Fetcher<'_> {
        self.fetcher_with(&|_| {})
    }

    pub(crate) fn fetcher_with<'a>(&'a self, events: &'a (dyn Fn(FetchEvent<'_>) + Sync)) -> Fetcher<'a> {
        Fetcher::with_settings(&self.store, self.network, self.mirrors.clone(), events, self.settings.clone())
    }

    /// Writes a file below the test's directory.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }
}

pub(crate) fn pin(name: &str, digest: PinDigest, sources: Vec<Source>) -> Pin {
    Pin {
        kind: Kind::Package,
        name: name.to_owned(),
        version: "1.0.0".to_owned(),
        digest,
        sources,
        span: Span::default(),
    }
}

pub(crate) fn file(content: impl AsRef<[u8]>) -> PinDigest {
    PinDigest::File(Digest::of(content.as_ref()))
}

pub(crate) fn tree(files: &[(&str, &str)]) -> PinDigest {
    let mut tree = archive::Tree::new();
    for (path, content) in files {
        tree.insert(*path, false, content.as_bytes().to_vec()).unwrap();
    }
    PinDigest::Tree(tree.digest())
}

pub(crate) fn url(url: String) -> Source {
    Source::Url { url, member: None }
}

pub(crate) fn go(select: &[&str]) -> Source {
    let select = select.iter().map(|text| text.parse().unwrap()).collect();
    Source::Go { module: "example.org/Group/module".to_owned(), version: "v1.2.3".to_owned(), select }
}

pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in files {
        writer.start_file(*path, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(crate) fn tar_gz(files: &[(&str, &[u8])]) -> Vec<u8> {
    let files: Vec<(String, Vec<u8>)> =
        files.iter().map(|(path, content)| ((*path).to_owned(), content.to_vec())).collect();
    archive::gzip(&archive::write_tar(&files).unwrap())
}

/// A Go module's zip with a chart in it.
pub(crate) fn module_zip() -> Vec<u8> {
    zip(&[
        ("example.org/Group/module@v1.2.3/go.mod", b"module example.org/Group/module\n"),
        ("example.org/Group/module@v1.2.3/charts/m/Chart.yaml", b"name: m\n"),
        ("example.org/Group/module@v1.2.3/charts/m/templates/a.yaml", b"a: 1\n"),
        ("example.org/Group/module@v1.2.3/config/crds/crd.yaml", b"kind: CustomResourceDefinition\n"),
    ])
}

/// The tree that [`MODULE_SELECT`] makes of [`module_zip`].
pub(crate) fn module_tree() -> PinDigest {
    tree(&[
        ("Chart.yaml", "name: m\n"),
        ("templates/a.yaml", "a: 1\n"),
        ("templates/crd.yaml", "kind: CustomResourceDefinition\n"),
    ])
}

pub(crate) const MODULE_SELECT: [&str; 2] = ["charts/m => .", "config/crds => templates"];

pub(crate) fn bytes(stage: &Stage, digest: PinDigest) -> Vec<u8> {
    stage.store.get(&digest.digest().unwrap()).unwrap()
}

pub(crate) fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
