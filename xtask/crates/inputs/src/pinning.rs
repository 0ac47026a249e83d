//! Making pins: what the sources have now becomes what is locked.

use diag::Span;
use hashing::Digest;
use registry::distribution::Reference;

use crate::{Attempt, FetchError, FetchEvent, Fetcher, Kind, Pin, PinDigest, Source, SourceError};

impl Fetcher<'_> {
    /// Fetches from the first source that works, and locks what it has. The content is in the store then.
    ///
    /// Sources of git and Go give trees, a mirror gives what lies there, all others give files. An image
    /// needs no sources: its tag is looked up in its registry.
    pub fn pin_now(
        &self,
        kind: Kind,
        name: &str,
        version: &str,
        sources: Vec<Source>,
    ) -> Result<Pin, FetchError> {
        let mut pin = Pin {
            kind,
            name: name.to_owned(),
            version: version.to_owned(),
            digest: PinDigest::Unresolved,
            sources,
            span: Span::default(),
        };
        if kind == Kind::Image {
            pin.digest = PinDigest::File(self.resolve_image(&format!("{name}:{version}"))?);
            pin.sources.clear();
            return Ok(pin);
        }
        let mut attempts = Vec::new();
        for source in &pin.sources {
            self.tell(FetchEvent::Trying { pin: &pin, source });
            match self.content(source) {
                Ok(digest) => {
                    pin.digest = digest;
                    return Ok(pin);
                }
                Err(attempt) => attempts.push(attempt),
            }
            if process::interrupted() {
                return Err(FetchError::Interrupted { pin: pin.to_string() });
            }
        }
        Err(FetchError::Unavailable { pin: pin.to_string(), name: pin.name, expected: None, attempts })
    }

    /// What a source has now, put into the store.
    fn content(&self, source: &Source) -> Result<PinDigest, Attempt> {
        let failed = |failure| Attempt { from: source.to_string(), failure };
        let material = match source {
            Source::Mirror { file } => self.mirrors.named(file).map_err(std::sync::Arc::new),
            _ => self.obtain(source),
        };
        let kept = material.map_err(failed)?.keep(self.store);
        kept.map_err(|error| failed(std::sync::Arc::new(error)))
    }

    /// The digest of the manifest or index that an image reference names now.
    pub fn resolve_image(&self, reference: &str) -> Result<Digest, FetchError> {
        let parsed: Reference = reference.parse()?;
        let unavailable = |failure: SourceError| FetchError::Unavailable {
            pin: format!("image `{reference}`"),
            name: parsed.name(),
            expected: None,
            attempts: vec![Attempt {
                from: format!("registry `{}`", parsed.registry),
                failure: std::sync::Arc::new(failure),
            }],
        };
        let registries = self.registries().map_err(unavailable)?;
        registries.resolve(&parsed).map_err(|error| unavailable(error.into()))
    }
}
