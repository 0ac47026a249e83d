//! Which versions of an input there are.

use registry::distribution::Reference;

use crate::{Fetcher, Source, SourceError, go, npm};

impl Fetcher<'_> {
    /// The versions that a source's registry has, in no particular order; none for sources that know of no
    /// versions (addresses, commits, mirrors, Debian packages).
    pub fn versions(&self, source: &Source) -> Result<Vec<String>, SourceError> {
        match source {
            Source::Go { module, .. } => go::versions(self, module),
            Source::Npm { package, .. } => npm::versions(self, package),
            Source::Oci { reference } => {
                let reference: Reference = reference.parse()?;
                Ok(self.registries()?.tags(&reference)?)
            }
            Source::Url { .. } | Source::Git { .. } | Source::Deb { .. } | Source::Mirror { .. } => {
                Ok(Vec::new())
            }
        }
    }
}
