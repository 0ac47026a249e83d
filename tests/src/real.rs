//! Real things that tests use: the checkout, its pinned programs, published charts.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use diag::Source;
use inputs::{Fetched, Fetcher, Kind, Lock, Pin};
use registry::Network;
use store::Store;

/// The pinned programs of the checkout, and the API of its Kubernetes.
pub struct Tools {
    /// Each with its place in the user's store.
    pub pins: Vec<(Pin, PathBuf)>,
}

impl Tools {
    /// The place of one.
    pub fn path(&self, name: &str) -> &Path {
        let found = self.pins.iter().find(|(pin, _)| pin.name == name);
        found.map(|(_, path)| path.as_path()).expect("the tools are helm, kubectl and kubernetes")
    }
}

/// The root of this checkout.
pub fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the checkout").to_owned()
}

/// The directory of published charts: `XTASK_CHARTS`, or `../shared/charts` beside the checkout.
pub fn charts_directory() -> Option<PathBuf> {
    let named = env::var_os("XTASK_CHARTS").map(PathBuf::from);
    let directory = named.unwrap_or_else(|| checkout().join("../shared/charts"));
    directory.join("SOURCES.yaml").is_file().then_some(directory)
}

/// Helm, kubectl and the Kubernetes API as the checkout pins them, fetched into the user's store if need be; nothing
/// when they cannot be had here.
pub fn tools() -> Option<&'static Tools> {
    static TOOLS: OnceLock<Result<Tools, String>> = OnceLock::new();
    match TOOLS.get_or_init(fetch) {
        Ok(tools) => Some(tools),
        Err(reason) => {
            crate::skip("a test with real programs", reason);
            None
        }
    }
}

/// The lock of the checkout.
pub fn lock() -> Result<Lock, String> {
    let lock = checkout().join("inputs.lock");
    let text = fs::read_to_string(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    Lock::parse(&Arc::new(Source { name: "inputs.lock".to_owned(), text }))
        .map_err(|mistakes| format!("{mistakes:?}"))
}

fn fetch() -> Result<Tools, String> {
    let lock = lock()?;
    let store = Store::open(&user_store()).map_err(|error| error.to_string())?;
    let fetcher = Fetcher::new(&store, Network::Allowed, Vec::new(), &|_| {});
    let mut pins = Vec::new();
    for (kind, name) in [(Kind::Tool, "helm"), (Kind::Tool, "kubectl"), (Kind::Schema, "kubernetes")] {
        let pin = lock.find(kind, name, None).map_err(|error| error.to_string())?;
        let pin = pin.ok_or_else(|| format!("`inputs.lock` has no {name}"))?;
        let path = match fetcher.fetch(pin).map_err(|error| error.to_string())? {
            Fetched::File(digest) => store.executable(&digest),
            Fetched::Tree(digest) => store.tree(&digest),
        };
        pins.push((pin.clone(), path.map_err(|error| error.to_string())?));
    }
    Ok(Tools { pins })
}

/// Where the program keeps its store unless told otherwise.
pub fn user_store() -> PathBuf {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("XTASK_STORE").unwrap_or_else(|| {
        let cache = variable("XDG_CACHE_HOME");
        let cache = cache.or_else(|| variable("HOME").map(|home| home.join(".cache")));
        cache.unwrap_or_else(|| checkout().join("target")).join("xtask")
    })
}

/// Puts pinned things of the user's store into another store, under the names that a store gives them.
pub(crate) fn prefill(tools: &Tools, store: &Path) {
    for (pin, _) in &tools.pins {
        take(pin, store, crate::hard_link_all);
    }
}

/// Puts what a pin names, as far as the user's store has it, into another store by `put`.
pub fn take(pin: &Pin, store: &Path, put: fn(&Path, &Path)) {
    let Some(digest) = pin.digest.digest() else { return };
    let (user, hex) = (user_store(), digest.hex());
    let object = Path::new("objects").join(&hex[..2]).join(&hex);
    for place in [object, Path::new("trees").join(&hex), Path::new("tools").join(&hex)] {
        let (from, to) = (user.join(&place), store.join(&place));
        if from.exists() {
            fs::create_dir_all(to.parent().expect("a store has directories")).expect("a directory is made");
            put(&from, &to);
        }
    }
}
