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
    /// The kernel is for other machines.
    #[error("the kernel is for {found}, the image for {wanted}; pin the kernel of that architecture")]
    Architecture {
        /// What it is for.
        found: &'static str,
        /// What it should be for.
        wanted: &'static str,
    },
    /// The files of the boot loader do not fit.
    #[error(
        "the EFI system partition has {size} MiB, and its files need {needed} MiB; raise `disk.esp` of the image"
    )]
    EspTooSmall {
        /// Its size.
        size: u64,
        /// What they need.
        needed: u64,
    },
    /// The EFI system partition.
    #[error(transparent)]
    Fat(#[from] disk::fat::FatError),
    /// The partition table.
    #[error(transparent)]
    Table(#[from] disk::gpt::GptError),
    /// The META partition.
    #[error(transparent)]
    Meta(#[from] disk::meta::MetaError),
    /// The disk for QEMU.
    #[error(transparent)]
    Qcow2(#[from] disk::qcow2::Qcow2Error),
    /// Files of a medium.
    #[error(transparent)]
    Files(#[from] disk::TreeError),
    /// The ISO image.
    #[error(transparent)]
    Iso(#[from] iso::IsoError),
    /// The signatures of measurements.
    #[error("measurements cannot be signed: {0}")]
    Signing(#[from] secureboot::SecureBootError),
    /// A file cannot be written.
    #[error("cannot write a file of the image: {0}")]
    Written(std::io::Error),
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
