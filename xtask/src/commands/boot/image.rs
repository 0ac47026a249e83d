//! What an image is, and a file of it that a machine takes.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use diag::Diagnostic;
use disk::fat::{self, FatTime, Volume};
use disk::gpt::{self, Partition};
use disk::{Content, Directory, Guid, Sector};
use qemu::Format;

use crate::error::CliError;

/// An image as a machine takes it.
pub(super) struct Found {
    pub(super) file: PathBuf,
    pub(super) format: Format,
    pub(super) is_iso: bool,
    /// Whether what a machine writes may stay in the file.
    pub(super) keeps: bool,
}

/// What the first bytes of a file tell.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Raw,
    Packed,
    Qcow2,
    Iso,
    Kernel,
}

/// Opens an image; what a machine does not take as it is becomes a disk in `directory`.
pub(super) fn open(path: &Path, directory: &Path) -> Result<Found, CliError> {
    let unreadable = |error: io::Error| {
        let text = format!("cannot read the image `{}`: {error}", path.display());
        CliError::input(Diagnostic::error(text).hint("`cargo xtask boot` takes the path of a file"))
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let made = directory.join("disk.raw");
    let unmade = |error: io::Error| CliError::environment(&error, "cannot make a disk of the image");
    let as_it_is = |format, is_iso| Found { file: path.to_owned(), format, is_iso, keeps: true };
    match kind(&mut file).map_err(unreadable)? {
        Some(Kind::Raw) => Ok(as_it_is(Format::Raw, false)),
        Some(Kind::Iso) => Ok(as_it_is(Format::Raw, true)),
        Some(Kind::Qcow2) => Ok(as_it_is(Format::Qcow2, false)),
        Some(Kind::Packed) => {
            unpack(file, &made).map_err(unreadable)?;
            let mut unpacked = File::open(&made).map_err(unmade)?;
            match kind(&mut unpacked).map_err(unmade)? {
                Some(Kind::Raw) => Ok(Found { file: made, format: Format::Raw, is_iso: false, keeps: true }),
                Some(Kind::Qcow2) => {
                    Ok(Found { file: made, format: Format::Qcow2, is_iso: false, keeps: true })
                }
                Some(Kind::Iso) => Ok(Found { file: made, format: Format::Raw, is_iso: true, keeps: true }),
                _ => Err(unknown(path)),
            }
        }
        Some(Kind::Kernel) => {
            system_disk(file, &made).map_err(unmade)?;
            Ok(Found { file: made, format: Format::Raw, is_iso: false, keeps: true })
        }
        None => Err(unknown(path)),
    }
}

fn unknown(path: &Path) -> CliError {
    let text = format!("`{}` is no image that a machine can start", path.display());
    let hint = "it should be a disk with a GUID partition table, such a disk packed with zstd, a qcow2 file, an ISO or a unified kernel image";
    CliError::input(Diagnostic::error(text).hint(hint))
}

/// Tells by the marks of each format, the most telling one first: an ISO may have a partition table as well.
fn kind(file: &mut File) -> io::Result<Option<Kind>> {
    let marks: [(u64, &[u8], Kind); 6] = [
        (0, b"QFI\xFB", Kind::Qcow2),
        (0, &[0x28, 0xB5, 0x2F, 0xFD], Kind::Packed),
        (0x8001, b"CD001", Kind::Iso),
        (512, b"EFI PART", Kind::Raw),
        (4096, b"EFI PART", Kind::Raw),
        (0, b"MZ", Kind::Kernel),
    ];
    for (offset, mark, kind) in marks {
        file.seek(SeekFrom::Start(offset))?;
        let mut found = Vec::new();
        file.by_ref().take(mark.len() as u64).read_to_end(&mut found)?;
        if found == mark {
            file.rewind()?;
            return Ok(Some(kind));
        }
    }
    Ok(None)
}

fn unpack(mut packed: File, to: &Path) -> io::Result<()> {
    packed.rewind()?;
    let mut out = File::create(to)?;
    let size = disk::zst::unpack(packed, &mut out)?;
    out.set_len(size)
}

/// A disk whose firmware starts a kernel image.
fn system_disk(kernel: File, to: &Path) -> io::Result<()> {
    let mut tree = Directory::new();
    tree.add_file("EFI/BOOT/BOOTX64.EFI", Content::file(kernel)?).map_err(io::Error::other)?;
    let size = fat::least_size(&tree, Sector::B512).map_err(io::Error::other)?;
    let (label, time) = ("EFI".to_owned(), FatTime::FIRST);
    let volume = Volume { size, sector: Sector::B512, label, serial: 1, hidden: 2048, time };
    let system = Partition {
        kind: Guid::EFI_SYSTEM,
        guid: Guid::derived(Guid::NIL, "EFI"),
        name: "EFI".to_owned(),
        attributes: 0,
        content: fat::write(&volume, &tree).map_err(io::Error::other)?,
    };
    let guid = Guid::derived(Guid::NIL, "boot");
    let disk = gpt::Disk { sector: Sector::B512, guid, size: None, partitions: vec![system] };
    let image = gpt::assemble(&disk).map_err(io::Error::other)?;
    let mut out = File::create(to)?;
    out.set_len(image.size())?;
    image.write_sparse(&mut out)
}
