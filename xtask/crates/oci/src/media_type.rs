//! Media types (image-spec `media-types.md`, and those of the programs we speak with).

/// Image manifest.
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// Image index.
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// Image configuration.
pub const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
/// A gzip-compressed tar layer.
pub const LAYER_TAR_GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
/// An uncompressed tar layer.
pub const LAYER_TAR: &str = "application/vnd.oci.image.layer.v1.tar";
/// The empty JSON object `{}`.
pub const EMPTY: &str = "application/vnd.oci.empty.v1+json";
/// Docker's image manifest, version 2, schema 2.
pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// Docker's manifest list.
pub const DOCKER_MANIFEST_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
/// Flux's configuration type (fluxcd/pkg `oci/globals.go`).
pub const FLUX_CONFIG: &str = "application/vnd.cncf.flux.config.v1+json";
/// Flux's content layer (fluxcd/pkg `oci/globals.go`).
pub const FLUX_CONTENT: &str = "application/vnd.cncf.flux.content.v1.tar+gzip";
/// Helm's configuration type (helm `pkg/registry/constants.go`).
pub const HELM_CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
/// Helm's chart layer (helm `pkg/registry/constants.go`).
pub const HELM_CHART: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
