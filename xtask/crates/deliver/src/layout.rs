//! The documents of an OCI image layout that holds artifacts.

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

/// The documents of a layout of these artifacts, in any order. An entry's reference name is
/// `<name>:<version>`, what `skopeo copy oci:<layout>:<name>:<version>` takes.
pub fn layout(packed: &[&Packed]) -> Result<LayoutDocuments, EncodeError> {
    let mut packed = packed.to_vec();
    packed.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    packed.dedup_by(|a, b| a.manifest_digest == b.manifest_digest && a.name == b.name);
    let index = Index::new(packed.into_iter().map(entry).collect());
    Ok(LayoutDocuments { oci_layout: Layout::default().to_bytes()?, index: index.to_bytes()? })
}

fn entry(packed: &Packed) -> IndexEntry {
    let reference = format!("{}:{}", packed.name, packed.version);
    let mut descriptor =
        Descriptor::of(media_type::MANIFEST, &packed.manifest).annotated(annotation::REF_NAME, reference);
    if !packed.description.is_empty() {
        descriptor = descriptor.annotated(annotation::DESCRIPTION, packed.description.clone());
    }
    IndexEntry::of(descriptor)
}
