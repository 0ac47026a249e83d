//! Go modules.

pub(crate) mod proxy;

use std::path::PathBuf;

use serde::Deserialize;

use crate::download::Room;
use crate::{Fetcher, SourceError, client};

/// What to do when nothing can bring modules.
const REMEDY: &str = "set `GOPROXY` to the address of a Go module proxy, or install Go, which knows one";

/// What `go mod download -json` says about a module.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Module {
    zip: Option<PathBuf>,
}

/// What `go list -m -json` says about a module.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    version: Option<String>,
    #[serde(default)]
    versions: Vec<String>,
}

/// The zip of a module's version: from the proxies of `GOPROXY`, or else through `go` itself, which then
/// also checks it against the checksum database.
pub(crate) fn fetch(
    fetcher: &Fetcher<'_>,
    module: &str,
    version: &str,
    room: &Room,
) -> Result<PathBuf, SourceError> {
    if let Some(list) = &fetcher.settings.go_proxy {
        return proxy::zip(fetcher, list, module, version, room);
    }
    let program = fetcher.program("go", "Go modules", REMEDY)?;
    let command = client::command(program, &room.directory).args([
        "mod",
        "download",
        "-json",
        &format!("{module}@{version}"),
    ]);
    // The module stays in Go's own cache, where other projects of the user's want it as well.
    let answer: Module = read(&client::complete(&command)?, module)?;
    answer
        .zip
        .ok_or_else(|| SourceError::NoVersion { package: module.to_owned(), version: version.to_owned() })
}

/// The released versions of a module; without any, its latest one.
pub(crate) fn versions(fetcher: &Fetcher<'_>, module: &str) -> Result<Vec<String>, SourceError> {
    if let Some(list) = &fetcher.settings.go_proxy {
        return proxy::versions(fetcher, list, module);
    }
    let program = fetcher.program("go", "Go modules", REMEDY)?;
    let directory = fetcher.downloads.aside("go")?;
    let list = client::command(program, &directory).args(["list", "-m", "-json"]);
    let command = list.clone().args(["-versions", module]);
    let answer: Listed = read(&client::complete(&command)?, module)?;
    if !answer.versions.is_empty() {
        return Ok(answer.versions);
    }
    let command = list.args([format!("{module}@latest")]);
    let answer: Listed = read(&client::complete(&command)?, module)?;
    Ok(answer.version.into_iter().collect())
}

fn read<T: for<'de> Deserialize<'de>>(answer: &[u8], module: &str) -> Result<T, SourceError> {
    serde_json::from_slice(answer)
        .map_err(|error| SourceError::Answer { what: module.to_owned(), reason: error.to_string() })
}
