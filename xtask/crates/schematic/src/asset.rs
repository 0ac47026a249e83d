//! What a factory makes of a schematic, by the name under which it is fetched.

/// The architecture of a machine.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Arch {
    /// x86-64.
    Amd64,
    /// 64-bit ARM.
    Arm64,
}

impl Arch {
    /// As Go and Talos write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Amd64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }
}

/// The format of a disk image.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DiskFormat {
    /// Sector after sector.
    Raw,
    /// QEMU's.
    Qcow2,
    /// Of Virtual PC.
    Vhd,
    /// Of `VMware`, with a description.
    Ova,
}

/// How a disk image is packed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Packing {
    /// Not at all.
    Bare,
    /// xz.
    Xz,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// tar in gzip.
    TarGzip,
}

/// One of the things that a factory makes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Asset {
    /// The kernel.
    Kernel,
    /// The text of the kernel's command line.
    CommandLine,
    /// The initial file system; `.xz` in name only.
    Initramfs,
    /// A bootable ISO 9660 image.
    Iso,
    /// The unified kernel image.
    Uki,
    /// The installer as an image archive.
    Installer,
    /// A disk image.
    Disk(DiskFormat, Packing),
}

impl Asset {
    /// The last part of its address.
    pub fn file_name(self, platform: &str, arch: Arch, secure_boot: bool) -> String {
        let arch = arch.as_str();
        let secure = if secure_boot { "-secureboot" } else { "" };
        match self {
            Self::Kernel => format!("kernel-{arch}"),
            Self::CommandLine => format!("cmdline-{platform}-{arch}{secure}"),
            Self::Initramfs => format!("initramfs-{arch}.xz"),
            Self::Iso => format!("{platform}-{arch}{secure}.iso"),
            Self::Uki => format!("{platform}-{arch}{secure}-uki.efi"),
            Self::Installer if platform == "metal" => format!("installer-{arch}{secure}.tar"),
            Self::Installer => format!("{platform}-installer-{arch}{secure}.tar"),
            Self::Disk(format, packing) => {
                format!("{platform}-{arch}{secure}.{}{}", format.extension(), packing.extension())
            }
        }
    }
}

impl DiskFormat {
    fn extension(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Qcow2 => "qcow2",
            Self::Vhd => "vhd",
            Self::Ova => "ova",
        }
    }
}

impl Packing {
    fn extension(self) -> &'static str {
        match self {
            Self::Bare => "",
            Self::Xz => ".xz",
            Self::Gzip => ".gz",
            Self::Zstd => ".zst",
            Self::TarGzip => ".tar.gz",
        }
    }
}
