//! What may be in a bundle: the rules that keep both engines from refusing, skipping or re-reading a file.

use std::collections::BTreeSet;

/// The most bytes of YAML in a bundle. Argo CD stops at 10 M by default
/// (`reposerver.max.combined.directory.manifests.size`).
pub const SIZE_LIMIT: u64 = 10_000_000;
/// Argo CD leaves out a file with this text in it (`reposerver/repository/repository.go`).
pub(crate) const SKIP_MARKER: &str = "+argocd:skip-file-rendering";
/// Files that turn a directory of objects into something to be rendered.
pub(crate) const MODE_SWITCHES: [&str; 4] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization", "Chart.yaml"];

/// Why files cannot become a bundle.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The name is no repository path.
    #[error(
        "`{name}` cannot name a bundle: use parts of lower-case letters, digits, `.`, `_` and `-`, separated by `/`"
    )]
    BundleName {
        /// The name.
        name: String,
    },
    /// There is nothing to pack.
    #[error("bundle `{name}` has no files: leave the bundle out")]
    Empty {
        /// Name of the bundle.
        name: String,
    },
    /// A file that is not `*.yaml` at the top, or whose name an engine leaves out.
    #[error("`{path}` cannot be in bundle `{name}`: {reason}")]
    File {
        /// Name of the bundle.
        name: String,
        /// Path of the file in the bundle.
        path: String,
        /// Which rule it breaks.
        reason: &'static str,
    },
    /// More YAML than Argo CD reads.
    #[error(
        "bundle `{name}` has {size} bytes of YAML and Argo CD reads at most {SIZE_LIMIT}: split the component, or give its CRDs a bundle of their own"
    )]
    TooLarge {
        /// Name of the bundle.
        name: String,
        /// Bytes of all files.
        size: u64,
    },
    /// The archive could not be written.
    #[error("cannot pack bundle `{name}`: {source}")]
    Archive {
        /// Name of the bundle.
        name: String,
        /// What the archive writer said.
        source: archive::ArchiveError,
    },
    /// The config or the manifest could not be written.
    #[error("cannot describe bundle `{name}`: {source}")]
    Encode {
        /// Name of the bundle.
        name: String,
        /// What the JSON writer said.
        source: oci::EncodeError,
    },
}

/// Checks name and files of a bundle; gives the bytes of all files.
pub(crate) fn check(name: &str, files: &[(String, String)]) -> Result<u64, PackError> {
    check_name(name)?;
    if files.is_empty() {
        return Err(PackError::Empty { name: name.to_owned() });
    }
    let mut seen = BTreeSet::new();
    let mut size = 0;
    for (path, content) in files {
        let broken = path_rule(path)
            .or_else(|| content_rule(content))
            .or_else(|| (!seen.insert(path)).then_some("it is there twice"));
        if let Some(reason) = broken {
            return Err(PackError::File { name: name.to_owned(), path: path.clone(), reason });
        }
        size += content.len() as u64;
    }
    if size >= SIZE_LIMIT {
        return Err(PackError::TooLarge { name: name.to_owned(), size });
    }
    Ok(size)
}

/// The repository grammar of the OCI distribution specification, a little stricter.
pub(crate) fn check_name(name: &str) -> Result<(), PackError> {
    let part_is_good = |part: &str| {
        let inner = part
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte));
        let ends = |at: Option<u8>| at.is_some_and(|byte| byte.is_ascii_alphanumeric());
        inner && ends(part.bytes().next()) && ends(part.bytes().last())
    };
    if name.len() <= 200 && name.split('/').all(part_is_good) {
        Ok(())
    } else {
        Err(PackError::BundleName { name: name.to_owned() })
    }
}

fn path_rule(path: &str) -> Option<&'static str> {
    if MODE_SWITCHES.contains(&path) {
        Some("an engine would render the bundle instead of applying it")
    } else if path.contains('/') {
        Some("Argo CD does not read sub-directories")
    } else if path.starts_with('.') {
        Some("Flux leaves out hidden files such as `.sops.yaml`")
    } else if path.chars().any(|c| c.is_control() || c == '\\' || !c.is_ascii()) {
        Some("its name has characters that the engines refuse or rewrite")
    } else if path.strip_suffix(".yaml").is_none_or(str::is_empty) {
        Some("only `*.yaml` files hold objects for both engines")
    } else {
        None
    }
}

/// Looks at the lines that start at the margin only, which in block style are the keys of the object itself, so
/// that packing does not parse megabytes of YAML again.
fn content_rule(content: &str) -> Option<&'static str> {
    if content.contains(SKIP_MARKER) {
        return Some("Argo CD leaves out files with `+argocd:skip-file-rendering` in them");
    }
    let mut found = [false; 3];
    for (number, line) in content.lines().enumerate() {
        if line.starts_with([' ', '-', '#']) && !line.starts_with("---") {
            continue;
        }
        if line.starts_with("---") && number > 0 {
            return Some("it holds more than one document");
        }
        for (key, found) in ["apiVersion:", "kind:", "metadata:"].into_iter().zip(&mut found) {
            *found |= line.starts_with(key);
        }
    }
    (!found.into_iter().all(|found| found)).then_some("it is no Kubernetes object in block style")
}

#[cfg(test)]
mod tests;
