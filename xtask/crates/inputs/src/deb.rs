//! Debian packages, from where the machine's own packages come.

use std::collections::BTreeMap;
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

impl Fetcher<'_> {
    /// The newest version that the machine's archives serve of each Debian package, by its name as apt says it: with an
    /// architecture where that is not the machine's own. Packages that no archive has are not in it.
    pub fn newest_packages(&self, names: &[String]) -> Result<BTreeMap<String, String>, SourceError> {
        let program = self.program("apt-cache", "Debian packages", REMEDY)?;
        let directory = self.downloads.aside("deb")?;
        let command = client::command(program, &directory).args(["madison"]).args(names);
        Ok(listed(&String::from_utf8_lossy(&client::complete(&command)?)))
    }
}

/// What `apt-cache madison` prints (apt-cache(8)): `name | version | archive`, the newest version of a package first.
fn listed(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for line in text.lines() {
        let mut columns = line.split('|').map(str::trim);
        if let (Some(name), Some(version), Some(_)) = (columns.next(), columns.next(), columns.next()) {
            found.entry(name.to_owned()).or_insert_with(|| version.to_owned());
        }
    }
    found
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

#[cfg(test)]
mod tests;
