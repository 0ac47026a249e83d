//! What commands that speak to the registry of a cluster share.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use catalogue::ClusterSpec;
use diag::Diagnostic;
use plan::{Destination, Strictness};
use publish::{Blobs, Cluster, PublishError, Who};
use registry::Patience;
use registry::distribution::{Remote, RemoteOptions};
use store::Store;

use crate::args::Global;
use crate::commands::login;
use crate::context;
use crate::error::CliError;

/// How long a claim of a publisher that was killed is respected.
const PATIENCE: Duration = Duration::from_secs(6);

/// Where the releases are, and how to get there.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct RemoteArgs {
    /// The registry, `oci://host[:port]/path`; that of the cluster unless given
    #[arg(long, value_name = "URL", env = "XTASK_REGISTRY", hide_env_values = true)]
    pub(crate) registry: Option<String>,
    /// Speak HTTP without TLS; to a loopback address that is done anyway
    #[arg(long)]
    pub(crate) plain_http: bool,
    /// A file of further certificate authorities to trust, in PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
}

/// Who is behind a change.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct AuthorArgs {
    /// Who is behind the change; what `GITHUB_ACTOR` or `USER` says unless given
    #[arg(long, value_name = "NAME", env = "XTASK_AUTHOR", hide_env_values = true)]
    author: Option<String>,
}

/// The releases of a cluster in a registry.
pub(crate) struct Place {
    pub(crate) remote: Remote,
    pub(crate) spec: ClusterSpec,
    hosts: PathBuf,
    /// Set when the registry is not the cluster's own.
    pub(crate) destination: Option<Destination>,
    /// The store; without it everything is fetched.
    pub(crate) local: Option<StoredBlobs>,
}

impl Place {
    pub(crate) fn open(args: &RemoteArgs, cluster: &str, global: &Global) -> Result<Self, CliError> {
        let workspace = context::workspace(global)?;
        let spec = catalogue::load(&workspace, cluster).map_err(CliError::inputs)?.cluster.spec;
        let registry = args.registry(&spec)?;
        let remote = args.remote(registry, global)?;
        let plain_http = args.plain_http || remote.is_plain();
        let own = registry == spec.registry.trim_end_matches('/') && !plain_http;
        let destination = (!own).then(|| Destination { registry: registry.to_owned(), plain_http });
        let local = context::store(global).ok().map(StoredBlobs::new);
        let hosts = workspace.root().join("hosts").join(&spec.name);
        Ok(Self { remote, spec, hosts, destination, local })
    }

    /// The file of the public key of the cluster's releases.
    pub(crate) fn public_key(&self) -> Option<PathBuf> {
        self.spec.delivery.public_key.as_ref().map(|name| self.hosts.join(name))
    }

    pub(crate) fn cluster(&self) -> Cluster<'_> {
        Cluster {
            registry: &self.remote,
            name: &self.spec.name,
            patience: PATIENCE,
            local: self.local.as_ref().map(|local| local as &dyn Blobs),
        }
    }

    /// The options of a build whose release is for this place.
    pub(crate) fn options(&self, global: &Global, strictness: Strictness) -> plan::Options {
        plan::Options { destination: self.destination.clone(), ..context::options(global, strictness) }
    }
}

impl RemoteArgs {
    /// The registry at `url`, with the user's logins.
    pub(crate) fn remote(&self, url: &str, global: &Global) -> Result<Remote, CliError> {
        let authorities = self.ca.as_ref().map(|file| {
            std::fs::read(file).map_err(|error| {
                let diagnostic = Diagnostic::error(format!("cannot read `{}`: {error}", file.display()));
                CliError::input(diagnostic.hint("`--ca` names a file of certificates in PEM"))
            })
        });
        let options = RemoteOptions {
            patience: Patience { cancelled: process::interrupted, ..Patience::default() },
            credentials: login::credentials(),
            plain_http: self.plain_http,
            authorities: authorities.transpose()?,
            ..RemoteOptions::new(context::network(global))
        };
        Remote::new(url, options).map_err(|error| CliError::registry(&error))
    }

    /// The registry that is meant, without a `/` at its end.
    pub(crate) fn registry<'a>(&'a self, spec: &'a ClusterSpec) -> Result<&'a str, CliError> {
        let registry = self.registry.as_deref().unwrap_or(&spec.registry).trim_end_matches('/');
        if registry.starts_with("oci://") {
            return Ok(registry);
        }
        let diagnostic = Diagnostic::error(format!("`{registry}` is no registry for releases"));
        Err(CliError::input(diagnostic.hint("write `oci://<host>[:port]/<path>`")))
    }
}

impl AuthorArgs {
    /// Who does something now.
    #[allow(clippy::disallowed_methods, reason = "the journal of releases says when something happened")]
    pub(crate) fn who(&self) -> Who {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let author = self.author.clone().or_else(|| variable("GITHUB_ACTOR")).or_else(|| variable("USER"));
        Who {
            time: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
            author: author.unwrap_or_else(|| "somebody".to_owned()),
        }
    }
}

/// Blobs of the store.
pub(crate) struct StoredBlobs(Store);

impl StoredBlobs {
    pub(crate) fn new(store: Store) -> Self {
        Self(store)
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0
    }
}

impl Blobs for StoredBlobs {
    fn read(&self, digest: &hashing::Digest) -> Result<Vec<u8>, PublishError> {
        self.0.get(digest).map_err(|error| PublishError::Local { digest: *digest, reason: error.to_string() })
    }
}
