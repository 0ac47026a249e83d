//! Where login files are.

use std::env;
use std::path::PathBuf;

pub(super) fn of_user() -> Vec<PathBuf> {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(file) = variable("REGISTRY_AUTH_FILE") {
        return vec![file];
    }
    let home = variable("HOME").unwrap_or_default();
    let config = variable("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
    let docker = variable("DOCKER_CONFIG").unwrap_or_else(|| home.join(".docker"));
    let run = variable("XDG_RUNTIME_DIR").map(|run| run.join("containers/auth.json"));
    run.into_iter().chain([config.join("containers/auth.json"), docker.join("config.json")]).collect()
}
