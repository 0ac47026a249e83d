//! What keeps an image from being built.

use thiserror::Error;

/// Why an image, or a part of it, cannot be made.
#[derive(Debug, Error)]
pub enum MachineError {
    /// The unified kernel image.
    #[error(transparent)]
    Uki(#[from] uki::UkiError),
    /// The initramfs.
    #[error(transparent)]
    Initramfs(#[from] initramfs::ArchiveError),
    /// A layer.
    #[error(transparent)]
    Squash(#[from] squash::SquashError),
    /// Files that do not fit together.
    #[error(transparent)]
    Tree(#[from] filetree::TreeError),
    /// The command line.
    #[error(transparent)]
    Cmdline(#[from] cmdline::CmdlineError),
    /// Extensions, all mistakes of all of them.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Extensions(Vec<initramfs::ExtensionError>),
    /// Indexes over modules are not made.
    #[error(
        "extension `{name}` has modules for the kernel {kernel}; images with modules need their indexes \
         (`modules.dep`) made anew, which is not done here yet: take the image from the factory, or leave the extension out"
    )]
    Modules {
        /// Which one.
        name: String,
        /// For which kernel.
        kernel: String,
    },
    /// A package is not what it was taken for.
    #[error("package `{package}` has no `{file}`; pin the package that the description means")]
    Package {
        /// Which one.
        package: String,
        /// What was looked for.
        file: String,
    },
    /// A package cannot be unpacked.
    #[error("package `{package}`: {source}")]
    Unpack {
        /// Which one.
        package: String,
        /// Why.
        source: archive::ArchiveError,
    },
}
