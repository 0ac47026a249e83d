//! What a text may cost.

/// How deep collections may nest, aliases expanded.
pub const DEPTH_LIMIT: usize = 128;

/// How many nodes anchors and aliases of one stream may copy: against texts of a few lines that expand to gigabytes.
pub const ALIAS_LIMIT: usize = 1_000_000;

/// How many mistakes of one stream are told.
pub(crate) const MISTAKE_LIMIT: usize = 100;
