//! The API versions of the objects by which engines deliver.

/// Flux's `OCIRepository`, of its source-controller 1.6 or later.
pub const FLUX_SOURCE: &str = "source.toolkit.fluxcd.io/v1";
/// Flux's `Kustomization`.
pub const FLUX_KUSTOMIZATION: &str = "kustomize.toolkit.fluxcd.io/v1";
/// Argo CD's `Application`, `ApplicationSet` and `AppProject`.
pub const ARGO_CD: &str = "argoproj.io/v1alpha1";
