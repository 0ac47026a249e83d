//! Image references, by the grammar of
//! [`distribution/reference`](https://github.com/distribution/reference/blob/main/reference.go).

use std::fmt;
use std::str::FromStr;

use hashing::Digest;

use crate::{RegistryError, client};

/// The registry of references that name none.
const DOCKER: &str = "docker.io";
/// Where the API of [`DOCKER`] is.
const DOCKER_API: &str = "registry-1.docker.io";
/// Characters of a tag.
const TAG: usize = 128;
/// Characters of a repository's name.
const REPOSITORY: usize = 255;

/// Where an image or another artifact is: `[oci://][registry/]repository[:tag][@digest]`.
///
/// Without a registry, Docker's is meant, and there a repository without a namespace is in `library`; the
/// printed form always says both. Neither tag nor digest means the tag `latest`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// Host and, if it is not the usual one, port.
    pub registry: String,
    /// Path of the repository.
    pub repository: String,
    /// The tag, if one is given.
    pub tag: Option<String>,
    /// The digest of the manifest, if one is given; it wins over the tag.
    pub digest: Option<Digest>,
}

impl Reference {
    /// What stands for the version in the registry's addresses: the digest, else the tag, else `latest`.
    pub fn version(&self) -> String {
        match (&self.digest, &self.tag) {
            (Some(digest), _) => digest.to_string(),
            (None, Some(tag)) => tag.clone(),
            (None, None) => "latest".to_owned(),
        }
    }

    /// Registry and repository, without a version.
    pub fn name(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }

    /// The same repository at another digest, without a tag.
    pub fn at(&self, digest: Digest) -> Self {
        Self { tag: None, digest: Some(digest), ..self.clone() }
    }

    /// The address below which the registry's API has this repository. As everywhere, a registry on the
    /// loopback interface is spoken to without TLS.
    pub(super) fn base(&self) -> String {
        let host = if self.registry == DOCKER { DOCKER_API } else { &self.registry };
        let scheme = if is_loopback(host) { "http" } else { "https" };
        self.base_by(scheme)
    }

    /// The same by another scheme.
    pub(super) fn base_by(&self, scheme: &str) -> String {
        let host = if self.registry == DOCKER { DOCKER_API } else { &self.registry };
        format!("{scheme}://{host}/v2/{}", self.repository)
    }
}

impl FromStr for Reference {
    type Err = RegistryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).map_err(|reason| RegistryError::Reference { text: text.to_owned(), reason })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

fn parse(text: &str) -> Result<Reference, &'static str> {
    let rest = text.strip_prefix("oci://").unwrap_or(text);
    let (rest, digest) = match rest.split_once('@') {
        Some((rest, digest)) => {
            let digest = digest.parse().map_err(|_| "what follows `@` is no `sha256:` digest")?;
            (rest, Some(digest))
        }
        None => (rest, None),
    };
    let (registry, path) = match rest.split_once('/') {
        Some((first, path)) if is_registry(first) => (first, path),
        _ => (DOCKER, rest),
    };
    // A colon in the last part of the path begins the tag; in the first part it was the port.
    let (repository, tag) = match path.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag)),
        _ => (path, None),
    };
    check_registry(registry)?;
    let repository = if registry == DOCKER && !repository.contains('/') {
        format!("library/{repository}")
    } else {
        repository.to_owned()
    };
    check_repository(&repository)?;
    if let Some(tag) = tag {
        check_tag(tag)?;
    }
    let registry = if registry == "index.docker.io" { DOCKER } else { registry };
    Ok(Reference { registry: registry.to_owned(), repository, tag: tag.map(str::to_owned), digest })
}

/// Whether the first part of a reference is a registry and no namespace.
fn is_registry(first: &str) -> bool {
    first == "localhost" || first.contains(['.', ':']) || first.contains(|c: char| c.is_ascii_uppercase())
}

/// Whether a host, with or without a port, is this machine.
pub(super) fn is_loopback(registry: &str) -> bool {
    let host = match registry.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => host,
        _ => registry,
    };
    client::is_loopback(host)
}

fn check_registry(registry: &str) -> Result<(), &'static str> {
    let (host, port) = match registry.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (registry, None),
    };
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Err("the registry's port is no number below 65536");
    }
    let inside = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let fits = match inside {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => host.split('.').all(|label| {
            let edges = |c: char| c.is_ascii_alphanumeric();
            label.starts_with(edges)
                && label.ends_with(edges)
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        }),
    };
    if fits { Ok(()) } else { Err("the registry is no host name") }
}

fn check_repository(repository: &str) -> Result<(), &'static str> {
    if repository.is_empty() || repository.ends_with('/') {
        return Err("the repository is missing");
    }
    if repository.len() > REPOSITORY {
        return Err("the repository is longer than 255 characters");
    }
    if repository.contains(|c: char| c.is_ascii_uppercase()) {
        return Err("the repository has an upper-case letter");
    }
    if repository.split('/').all(is_component) {
        Ok(())
    } else {
        Err(
            "a part of the repository is not made of lower-case letters and digits, joined by `.`, `_`, `__` or `-`",
        )
    }
}

/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
fn is_component(part: &str) -> bool {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let joints = part.split(word).filter(|joint| !joint.is_empty());
    part.starts_with(word)
        && part.ends_with(word)
        && joints
            .into_iter()
            .all(|joint| matches!(joint, "." | "_" | "__") || joint.chars().all(|c| c == '-'))
}

fn check_tag(tag: &str) -> Result<(), &'static str> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if tag.len() > TAG {
        return Err("the tag is longer than 128 characters");
    }
    if tag.starts_with(word) && tag.chars().all(|c| word(c) || c == '.' || c == '-') {
        Ok(())
    } else {
        Err("the tag is not made of letters, digits, `_`, `.` and `-`")
    }
}

#[cfg(test)]
mod tests;
