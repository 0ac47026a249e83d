//! Pre-defined annotation keys (image-spec `annotations.md`).

/// Human-readable title.
pub const TITLE: &str = "org.opencontainers.image.title";
/// Version of the packaged content.
pub const VERSION: &str = "org.opencontainers.image.version";
/// Human-readable description.
pub const DESCRIPTION: &str = "org.opencontainers.image.description";
/// Name of a reference, on descriptors in the `index.json` of an image layout only.
pub const REF_NAME: &str = "org.opencontainers.image.ref.name";
