//! Where an input can be had.

use std::fmt;

use archive::Selection;

/// One place that has an input. Which place it came from changes nothing: the pin's digest decides.
///
/// `member` is the path of a file in the archive that is fetched, `a.zip//b` that of a file in an archive in
/// it; without one, the archive itself is the input. `select` puts the input's tree together from parts of
/// the fetched one; empty, it takes all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A file on a web server.
    Url {
        /// Its address, `https` or `http`.
        url: String,
        /// A file in it.
        member: Option<String>,
    },
    /// The one file of an artifact in a container registry, such as a Helm chart.
    Oci {
        /// Registry, repository and tag or digest.
        reference: String,
    },
    /// Files of a commit.
    Git {
        /// What `git fetch` takes.
        repository: String,
        /// The commit's name, in full.
        commit: String,
        /// Which of its files.
        select: Vec<Selection>,
    },
    /// A package of the npm registry.
    Npm {
        /// Its name, with its scope.
        package: String,
        /// Its version.
        version: String,
        /// A file in it, as the archive has it: usually below `package/`.
        member: Option<String>,
    },
    /// A Debian package, from where the machine's apt gets its packages.
    Deb {
        /// Its name.
        package: String,
        /// Its version, in full.
        version: String,
        /// Its architecture, if it is not the machine's or `all`.
        architecture: Option<String>,
        /// A file it installs.
        member: Option<String>,
    },
    /// A Go module.
    Go {
        /// Its path.
        module: String,
        /// Its version, with the `v`.
        version: String,
        /// Which of its files.
        select: Vec<Selection>,
    },
    /// A file or directory that only the mirrors have.
    Mirror {
        /// Its path in a mirror.
        file: String,
    },
}

impl Source {
    /// The key that makes an entry of the lock this source.
    pub(crate) fn key(&self) -> &'static str {
        match self {
            Self::Url { .. } => "url",
            Self::Oci { .. } => "oci",
            Self::Git { .. } => "git",
            Self::Npm { .. } => "npm",
            Self::Deb { .. } => "deb",
            Self::Go { .. } => "go",
            Self::Mirror { .. } => "mirror",
        }
    }

    /// The value of that key.
    pub(crate) fn place(&self) -> String {
        match self {
            Self::Url { url, .. } => url.clone(),
            Self::Oci { reference } => reference.clone(),
            Self::Git { repository, .. } => repository.clone(),
            Self::Npm { package, version, .. } => format!("{package}@{version}"),
            Self::Deb { package, version, .. } => format!("{package}={version}"),
            Self::Go { module, version, .. } => format!("{module}@{version}"),
            Self::Mirror { file } => file.clone(),
        }
    }

    /// The file in what is fetched, if only that is the input.
    pub(crate) fn member(&self) -> Option<&str> {
        match self {
            Self::Url { member, .. } | Self::Npm { member, .. } | Self::Deb { member, .. } => {
                member.as_deref()
            }
            _ => None,
        }
    }

    /// Which files make the input's tree; `None` for sources that give a file.
    pub(crate) fn select(&self) -> Option<&[Selection]> {
        match self {
            Self::Git { select, .. } | Self::Go { select, .. } => Some(select),
            _ => None,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.key(), self.place())?;
        if let Self::Git { commit, .. } = self {
            write!(f, " at {commit}")?;
        }
        Ok(())
    }
}
