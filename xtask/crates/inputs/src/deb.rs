//! Debian packages, from where the machine's own packages come.

use std::path::PathBuf;

use crate::download::{Room, only_file};
use crate::{Fetcher, SourceError, client};

/// What to do when nothing can bring packages.
const REMEDY: &str = "only `apt-get` knows; on a machine without it give a directory with `--mirror DIR`";

/// The `.deb` file of a package's version.
pub(crate) fn fetch(
    fetcher: &Fetcher<'_>,
    package: &str,
    version: &str,
    architecture: Option<&str>,
    room: &Room,
) -> Result<PathBuf, SourceError> {
    let program = fetcher.program("apt-get", "Debian packages", REMEDY)?;
    let colon = architecture.map(|architecture| format!(":{architecture}")).unwrap_or_default();
    let what = format!("{package}{colon}={version}");
    let command = client::command(program, &room.directory).args(["download", "-q", &what]);
    client::complete(&command)?;
    only_file(&room.directory, ".deb", &what)
}

/// Names that a package's file may have in a directory of packages, dpkg-name(1).
pub(crate) fn file_names(package: &str, version: &str, architecture: Option<&str>) -> Vec<String> {
    let machine = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let architectures = architecture.map_or(vec![machine, "all"], |architecture| vec![architecture]);
    // apt writes the colon of an epoch as `%3a`; dpkg-name leaves the epoch out.
    let short = version.split_once(':').map_or(version, |(_, rest)| rest);
    [version.replace(':', "%3a"), short.to_owned()]
        .iter()
        .flat_map(|version| architectures.iter().map(move |arch| format!("{package}_{version}_{arch}.deb")))
        .collect()
}
