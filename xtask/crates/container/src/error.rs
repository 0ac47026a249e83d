//! What can go wrong.

use std::path::PathBuf;

use diag::Diagnostic;

/// Why there is no image.
#[derive(Debug, thiserror::Error)]
pub enum ContainerError {
    /// A description has mistakes.
    #[error("a description of an image is wrong")]
    Described(Vec<Diagnostic>),
    /// A file cannot be read or written.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Something that the lock should have.
    #[error("`inputs.lock` has no package `{name}`, which image `{image}` holds")]
    Unlocked {
        /// The image.
        image: String,
        /// The package.
        name: String,
    },
    /// A package is none.
    #[error("package `{name}` cannot be unpacked: {reason}")]
    Package {
        /// Its name.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// A path that no image can hold.
    #[error("`{path}` is no path in an image: {reason}")]
    Path {
        /// The path.
        path: String,
        /// Why not.
        reason: &'static str,
    },
    /// The layer cannot be written.
    #[error("the layer of image `{image}` cannot be written: {reason}")]
    Layer {
        /// The image.
        image: String,
        /// Why not.
        reason: String,
    },
    /// A Go program cannot be built.
    #[error("`{package}` cannot be built: {said}")]
    Go {
        /// The package.
        package: String,
        /// The end of what Go says.
        said: String,
    },
    /// There is no Go.
    #[error("programs of images are built by Go, and there is no `go` here")]
    NoGo,
    /// A child could not run.
    #[error(transparent)]
    Process(#[from] process::ProcessError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// An input could not be had.
    #[error(transparent)]
    Fetch(#[from] inputs::FetchError),
}
