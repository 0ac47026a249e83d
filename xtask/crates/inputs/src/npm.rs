//! Packages of the npm registry.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;

use crate::download::{Room, only_file};
use crate::{Fetcher, SourceError, client};

/// What to do when nothing can bring packages.
const REMEDY: &str =
    "set `npm_config_registry` to the address of an npm registry, or install npm, which knows one";
/// The shorter form of a package's metadata, which is enough
/// ([package metadata](https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md)).
const METADATA: &str = "application/vnd.npm.install-v1+json, application/json;q=0.8";

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    versions: BTreeMap<String, Version>,
}

#[derive(Deserialize)]
struct Version {
    dist: Dist,
}

#[derive(Deserialize)]
struct Dist {
    tarball: String,
}

/// The packed file of a package's version.
pub(crate) fn fetch(
    fetcher: &Fetcher<'_>,
    package: &str,
    version: &str,
    room: &Room,
) -> Result<PathBuf, SourceError> {
    let what = format!("{package}@{version}");
    if let Some(registry) = registry(fetcher)? {
        let metadata = metadata(fetcher, &registry, package)?;
        let found = metadata.versions.get(version).ok_or_else(|| SourceError::NoVersion {
            package: package.to_owned(),
            version: version.to_owned(),
        })?;
        let progress = fetcher.progress(&what);
        fetcher.client()?.download(&found.dist.tarball, &room.resumed, &progress)?;
        return Ok(room.resumed.clone());
    }
    let program = fetcher.program("npm", "npm packages", REMEDY)?;
    let command = client::command(program, &room.directory)
        .args(["pack", &what, "--ignore-scripts", "--pack-destination"])
        .args([&room.directory]);
    client::complete(&command)?;
    only_file(&room.directory, ".tgz", &what)
}

/// All versions of a package.
pub(crate) fn versions(fetcher: &Fetcher<'_>, package: &str) -> Result<Vec<String>, SourceError> {
    if let Some(registry) = registry(fetcher)? {
        return Ok(metadata(fetcher, &registry, package)?.versions.into_keys().collect());
    }
    let program = fetcher.program("npm", "npm packages", REMEDY)?;
    let directory = fetcher.downloads.aside("npm")?;
    let command = client::command(program, &directory).args(["view", package, "versions", "--json"]);
    let answer: OneOrMore = read(&client::complete(&command)?, package)?;
    Ok(match answer {
        OneOrMore::One(version) => vec![version],
        OneOrMore::More(versions) => versions,
    })
}

/// npm prints a list of one as its element.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// The address of the registry; `None` when npm itself is to be asked.
fn registry(fetcher: &Fetcher<'_>) -> Result<Option<String>, SourceError> {
    if let Some(registry) = &fetcher.settings.npm_registry {
        return Ok(Some(registry.clone()));
    }
    if (fetcher.settings.find)("npm").is_some() {
        return Ok(None);
    }
    let text = fetcher.settings.npmrc.as_ref().and_then(|path| fs::read_to_string(path).ok());
    let registry = text.as_deref().unwrap_or_default().lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "registry").then(|| value.trim().to_owned())
    });
    match registry {
        Some(registry) => Ok(Some(registry)),
        None => Err(SourceError::NoRegistry { what: "npm packages", remedy: REMEDY }),
    }
}

fn metadata(fetcher: &Fetcher<'_>, registry: &str, package: &str) -> Result<Metadata, SourceError> {
    // A scope's slash is part of the name, so it is not one of the address.
    let url = format!("{}/{}", registry.trim_end_matches('/'), package.replace('/', "%2F"));
    read(&fetcher.client()?.get_as(&url, METADATA)?, package)
}

fn read<T: for<'de> Deserialize<'de>>(answer: &[u8], package: &str) -> Result<T, SourceError> {
    serde_json::from_slice(answer)
        .map_err(|error| SourceError::Answer { what: package.to_owned(), reason: error.to_string() })
}
