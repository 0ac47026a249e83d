//! What the engines would make of an artifact, by the rules in their source.
//!
//! An oracle, written against source-controller 1.7 to 1.9, kustomize-controller 1.7 and Argo CD 3.1 to 3.5 with
//! their default settings, and shares no code with the packer. "Accepted" means more than "no error": the engine
//! applies every file below the path, and nothing else. What an engine drops, renders or reads twice
//! without a word is a refusal here.

mod argocd;
mod flux;
mod objects;

use std::fmt;

use hashing::Digest;
use oci::{DocumentError, Manifest};

use crate::Engine;

/// The most bytes that an artifact may unpack to: Argo CD's default.
const UNPACKED_LIMIT: u64 = 1 << 30;

/// Why an engine would not apply an artifact as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Who refuses.
    pub engine: Engine,
    /// What it would do.
    pub reason: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.engine, self.reason)
    }
}

/// Whether both engines apply a bundle unchanged. `layer` is the blob of the manifest's first layer.
pub fn accepts(manifest: &[u8], layer: &[u8]) -> Result<(), Vec<Refusal>> {
    let refusals: Vec<_> =
        Engine::ALL.into_iter().flat_map(|engine| accepts_at(engine, ".", manifest, layer)).collect();
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

/// What keeps `engine` from applying the files below `path` (`.` for all) unchanged; nothing when it does.
pub fn accepts_at(engine: Engine, path: &str, manifest: &[u8], layer: &[u8]) -> Vec<Refusal> {
    let mut reasons = Vec::new();
    match Manifest::parse(manifest) {
        Err(error) => reasons.push(unreadable(engine, &error)),
        Ok(manifest) => {
            check_blob(&manifest, layer, &mut reasons);
            match engine {
                Engine::ArgoCd => argocd::check(&manifest, layer, path, &mut reasons),
                Engine::Flux => flux::check(&manifest, layer, path, &mut reasons),
            }
        }
    }
    reasons.into_iter().map(|reason| Refusal { engine, reason }).collect()
}

fn unreadable(engine: Engine, error: &DocumentError) -> String {
    match (engine, error) {
        (Engine::ArgoCd, DocumentError::MediaType { .. }) => {
            "expected only a single oci content layer, got 0".to_owned()
        }
        (Engine::Flux, DocumentError::MediaType { .. }) => {
            "follows the index to whatever child fits linux/amd64".to_owned()
        }
        _ => error.to_string(),
    }
}

fn check_blob(manifest: &Manifest, layer: &[u8], reasons: &mut Vec<String>) {
    let Some(first) = manifest.layers.first() else { return };
    let digest = Digest::of(layer);
    if first.digest != digest || first.size != layer.len() as u64 {
        reasons.push(format!("the blob is {digest}, the manifest names {}", first.digest));
    }
}

/// The part of a name below `path`.
fn below<'a>(name: &'a str, path: &str) -> Option<&'a str> {
    let name = name.strip_prefix("./").unwrap_or(name);
    let path = path.strip_prefix("./").unwrap_or(path).trim_end_matches('/');
    if path.is_empty() || path == "." { Some(name) } else { name.strip_prefix(path)?.strip_prefix('/') }
}

#[cfg(test)]
mod tests;
