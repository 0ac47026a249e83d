//! The documents of an OCI image layout that holds artifacts.

use hashing::Digest;
use oci::{
    Descriptor, EncodeError, INDEX_FILE, Index, IndexEntry, LAYOUT_FILE, Layout, annotation, media_type,
};

use crate::Packed;

/// The files of a layout besides its blobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutDocuments {
    /// Content of `oci-layout`.
    pub oci_layout: Vec<u8>,
    /// Content of `index.json`.
    pub index: Vec<u8>,
}

impl LayoutDocuments {
    /// The files by name.
    pub fn files(&self) -> [(&'static str, &[u8]); 2] {
        [(LAYOUT_FILE, &self.oci_layout), (INDEX_FILE, &self.index)]
    }
}

/// An artifact as a layout names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LayoutEntry {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// A sentence about it; empty is left out.
    pub description: String,
    /// Digest of its manifest.
    pub digest: Digest,
    /// Size of its manifest, in bytes.
    pub size: u64,
}

/// The documents of a layout of these artifacts, in any order. An entry's reference name is
/// `<name>:<version>`, what `skopeo copy oci:<layout>:<name>:<version>` takes.
pub fn layout(entries: &[LayoutEntry]) -> Result<LayoutDocuments, EncodeError> {
    let mut entries = entries.to_vec();
    entries.sort();
    entries.dedup_by(|a, b| a.digest == b.digest && a.name == b.name);
    let index = Index::new(entries.into_iter().map(entry).collect());
    Ok(LayoutDocuments { oci_layout: Layout::default().to_bytes()?, index: index.to_bytes()? })
}

impl From<&Packed> for LayoutEntry {
    fn from(packed: &Packed) -> Self {
        Self {
            name: packed.name.clone(),
            version: packed.version.clone(),
            description: packed.description.clone(),
            digest: packed.manifest_digest,
            size: packed.manifest.len() as u64,
        }
    }
}

fn entry(artifact: LayoutEntry) -> IndexEntry {
    let reference = format!("{}:{}", artifact.name, artifact.version);
    let mut descriptor = Descriptor::new(media_type::MANIFEST, artifact.digest, artifact.size)
        .annotated(annotation::REF_NAME, reference);
    if !artifact.description.is_empty() {
        descriptor = descriptor.annotated(annotation::DESCRIPTION, artifact.description);
    }
    IndexEntry::of(descriptor)
}
