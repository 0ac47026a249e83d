//! The [Go module proxy protocol](https://go.dev/ref/mod#goproxy-protocol), on servers and in directories.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use registry::RegistryError;
use serde::Deserialize;

use crate::download::Room;
use crate::{Fetcher, SourceError};

/// One entry of the setting, and when the next one is asked.
#[derive(Debug, PartialEq, Eq)]
struct Entry<'a> {
    place: &'a str,
    /// Separated by `|`: after any failure; by `,`: only if the module is not there.
    on_any_failure: bool,
}

/// The answer to `@latest`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Info {
    version: String,
}

/// Fetches the zip of a module's version.
pub(super) fn zip(
    fetcher: &Fetcher<'_>,
    list: &str,
    module: &str,
    version: &str,
    room: &Room,
) -> Result<PathBuf, SourceError> {
    let path = zip_path(module, version);
    let what = format!("{module}@{version}");
    ask(list, &what, |place| {
        if let Some(directory) = place.strip_prefix("file://") {
            let file = PathBuf::from(directory).join(&path);
            fs::metadata(&file).map_err(SourceError::file(&file, "read"))?;
            return Ok(file);
        }
        let url = format!("{}/{path}", place.trim_end_matches('/'));
        let progress = fetcher.progress(&what);
        fetcher.client()?.download(&url, &room.resumed, &progress)?;
        Ok(room.resumed.clone())
    })
}

/// The released versions of a module; without any, its latest one.
pub(super) fn versions(fetcher: &Fetcher<'_>, list: &str, module: &str) -> Result<Vec<String>, SourceError> {
    let get = |path: String| {
        ask(list, module, |place| match place.strip_prefix("file://") {
            Some(directory) => {
                let file = PathBuf::from(directory).join(&path);
                fs::read(&file).map_err(SourceError::file(&file, "read"))
            }
            None => Ok(fetcher.client()?.get(&format!("{}/{path}", place.trim_end_matches('/')))?),
        })
    };
    let text = get(format!("{}/@v/list", escape(module)))?;
    let text = String::from_utf8_lossy(&text);
    let found: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let info: Info = serde_json::from_slice(&get(format!("{}/@latest", escape(module)))?)
        .map_err(|error| SourceError::Answer { what: module.to_owned(), reason: error.to_string() })?;
    Ok(vec![info.version])
}

/// Where a proxy has the zip of a module's version.
pub(crate) fn zip_path(module: &str, version: &str) -> String {
    format!("{}/@v/{}.zip", escape(module), escape(version))
}

/// Upper-case letters become `!` and the lower-case one, so that no file system mixes modules up.
fn escape(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for c in path.chars() {
        if c.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(c.to_ascii_lowercase());
    }
    escaped
}

/// Asks the proxies in turn, as the setting says.
fn ask<T>(list: &str, what: &str, get: impl Fn(&str) -> Result<T, SourceError>) -> Result<T, SourceError> {
    let mut said = Vec::new();
    for Entry { place, on_any_failure } in entries(list) {
        match place {
            "off" => {
                said.push("`off` forbids to go on".to_owned());
                break;
            }
            "direct" => {
                said.push(
                    "`direct` means the module's own repository, which a `git` source names instead"
                        .to_owned(),
                );
                break;
            }
            _ => match get(place) {
                Err(error) if error_is_offline(&error) => return Err(SourceError::Offline),
                Err(error) => {
                    said.push(error.chain());
                    if !on_any_failure && !is_absence(&error) {
                        break;
                    }
                }
                got => return got,
            },
        }
    }
    let reason = if said.is_empty() { "there is none".to_owned() } else { said.join("; ") };
    Err(SourceError::GoProxy { list: list.to_owned(), module: what.to_owned(), reason })
}

fn error_is_offline(error: &SourceError) -> bool {
    matches!(error, SourceError::Registry(RegistryError::Offline { .. }))
}

/// Whether the proxy said that it does not have the module.
fn is_absence(error: &SourceError) -> bool {
    match error {
        SourceError::Registry(error) => matches!(error.status(), Some(404 | 410)),
        SourceError::File { source, .. } => source.kind() == ErrorKind::NotFound,
        _ => false,
    }
}

fn entries(list: &str) -> Vec<Entry<'_>> {
    list.split_inclusive([',', '|'])
        .map(|entry| Entry {
            place: entry.trim_end_matches([',', '|']).trim(),
            on_any_failure: entry.ends_with('|'),
        })
        .filter(|entry| !entry.place.is_empty())
        .collect()
}

#[cfg(test)]
mod tests;
