//! What the user's environment says about registries.

use std::env;
use std::path::PathBuf;

use registry::Patience;
use registry::distribution::Credentials;

/// Where registries are, and which programs can be asked to download from them.
///
/// Nothing is looked up before a source needs it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Addresses of Go module proxies, in the form of
    /// [`GOPROXY`](https://go.dev/ref/mod#environment-variables).
    pub go_proxy: Option<String>,
    /// Address of an npm registry.
    pub npm_registry: Option<String>,
    /// A file with npm's settings, read when there is neither an address nor npm itself.
    pub npmrc: Option<PathBuf>,
    /// Logins for container registries.
    pub credentials: Credentials,
    /// Finds a program of the user's by its name.
    pub find: fn(&str) -> Option<PathBuf>,
    /// How patiently servers are asked.
    pub patience: Patience,
}

impl Settings {
    /// The user's: `GOPROXY`, `npm_config_registry`, `~/.npmrc`, the logins of Docker and Podman, and the
    /// programs in `PATH`.
    pub fn of_user() -> Self {
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.trim().is_empty());
        Self {
            go_proxy: variable("GOPROXY"),
            npm_registry: variable("npm_config_registry").or_else(|| variable("NPM_CONFIG_REGISTRY")),
            npmrc: variable("HOME").map(|home| PathBuf::from(home).join(".npmrc")),
            credentials: Credentials::of_user(),
            find: process::find,
            patience: Patience { cancelled: process::interrupted, ..Patience::default() },
        }
    }
}
