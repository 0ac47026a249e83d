//! What guests are made of: a kernel of Debian, the boot loader of systemd, and an initramfs with one static program.
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use disk::Content;
use end_to_end::debian::{checked, cloud_kernel};

const LOADER: &str = "/usr/lib/systemd/boot/efi/systemd-bootx64.efi";
/// What the first program says.
pub(crate) const UP: &str = "guest: up";

/// The files of a guest.
pub(crate) struct Guest {
    pub(crate) kernel: PathBuf,
    pub(crate) initrd: PathBuf,
    pub(crate) loader: PathBuf,
}

/// The files, made once for all tests; `Err` tells what this machine lacks.
pub(crate) fn guest() -> Result<&'static Guest, &'static String> {
    static GUEST: OnceLock<Result<Guest, String>> = OnceLock::new();
    GUEST.get_or_init(make).as_ref()
}

fn make() -> Result<Guest, String> {
    for program in ["qemu-system-x86_64", "rustc"] {
        process::find(program).ok_or(format!("there is no `{program}`"))?;
    }
    qemu::Firmware::find().map_err(|error| error.to_string())?;
    let loader = PathBuf::from(LOADER);
    if !loader.is_file() {
        return Err(format!("there is no `{LOADER}`"));
    }
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("boot-{}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    let kernel = kernel()?;
    let initrd = directory.join("initrd");
    fs::write(&initrd, initramfs(&init(&directory)?)).unwrap();
    Ok(Guest { kernel, initrd, loader })
}

/// The kernel of the newest cloud package.
fn kernel() -> Result<PathBuf, String> {
    let package = cloud_kernel(Path::new(env!("CARGO_TARGET_TMPDIR")))?;
    let files = fs::read_dir(package.join("boot")).unwrap();
    let mut paths = files.map(|entry| entry.unwrap().path());
    let kernel = paths.find(|path| path.display().to_string().contains("/vmlinuz-"));
    kernel.ok_or_else(|| "the package has no kernel".to_owned())
}

/// The first program, without a library that a guest would need.
fn init(directory: &Path) -> Result<Vec<u8>, String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("boot/init.rs");
    let program = directory.join("init");
    let flags = [
        "--edition",
        "2024",
        "-C",
        "target-feature=+crt-static",
        "-C",
        "opt-level=s",
        "-C",
        "strip=symbols",
        "-o",
    ];
    checked(Command::new("rustc").args(flags).arg(&program).arg(source))?;
    Ok(fs::read(program).unwrap())
}

/// A name, a mode, the numbers of a device, and content.
type Record<'a> = (&'a str, u32, (u32, u32), &'a [u8]);

/// A cpio archive in the form that kernels read, with the program and the devices that it needs.
fn initramfs(init: &[u8]) -> Vec<u8> {
    const DIRECTORY: u32 = 0o040_755;
    const DEVICE: u32 = 0o020_600;
    let mut archive = Vec::new();
    let entries: [Record; 5] = [
        ("dev", DIRECTORY, (0, 0), &[]),
        ("dev/console", DEVICE, (5, 1), &[]),
        ("dev/port", DEVICE, (1, 4), &[]),
        ("init", 0o100_755, (0, 0), init),
        ("TRAILER!!!", 0, (0, 0), &[]),
    ];
    for (index, (name, mode, device, content)) in entries.into_iter().enumerate() {
        let sizes = [content.len(), 0, 0].map(|size| u32::try_from(size).unwrap());
        let head = [u32::try_from(index).unwrap(), mode, 0, 0, 1, 0, sizes[0], 0, 0, device.0, device.1];
        let name_size = u32::try_from(name.len()).unwrap() + 1;
        archive.extend(b"070701");
        for field in head.into_iter().chain([name_size, 0]) {
            archive.extend(format!("{field:08x}").into_bytes());
        }
        archive.extend(name.bytes().chain([0]));
        archive.resize(archive.len().next_multiple_of(4), 0);
        archive.extend(content);
        archive.resize(archive.len().next_multiple_of(4), 0);
    }
    archive
}

/// A file as content of an image.
pub(crate) fn content(path: &Path) -> Content {
    Content::file(fs::File::open(path).unwrap()).unwrap()
}
