//! A workspace with an image of made-up parts, as large as real ones.

use std::fs;
use std::path::{Path, PathBuf};

use hashing::Digest;
use serde_json::Value;

use super::super::runs::xtask_json;
use super::super::stage::Stage;
use super::super::synthetic::write;
use crate::error::CliError;
use crate::usage::Usage;

/// The release that the image has.
pub(super) const RELEASE: &str = "v1.11.3";
const MIB: usize = 1 << 20;
/// The initramfs of the release, which nobody looks into, in bytes.
const INITRAMFS: usize = 53_000_000;
const KERNEL: usize = 14 * MIB;

/// The workspace, and the mirror that has its parts.
pub(super) struct Parts {
    pub(super) workspace: PathBuf,
    mirror: PathBuf,
}

impl Parts {
    /// The extensions: a small one and a large one.
    pub(super) const EXTENSIONS: [&str; 2] = ["siderolabs/small", "siderolabs/large"];

    /// Writes all of them.
    pub(super) fn write(stage: &Stage<'_>) -> Result<Self, CliError> {
        stage.printer.note("making the parts of an image");
        let parts = Self { workspace: stage.path("images"), mirror: stage.path("images-mirror") };
        stage.done(fs::create_dir_all(&parts.mirror))?;
        write(stage, &parts.workspace.join("Cargo.toml"), "")?;
        write(stage, &parts.workspace.join("hosts/README.md"), "")?;
        for (name, outputs) in [("uki", "uki"), ("all", "uki, raw, raw.zst, qcow2, iso, installer")] {
            let text = format!(
                "kind: machine\ndescription: An image to measure\nbase: {{talos: {RELEASE}}}\nextensions: [{}]\n\
                 outputs: [{outputs}]\n",
                Self::EXTENSIONS.join(", ")
            );
            write(stage, &parts.workspace.join(format!("images/{name}.yaml")), &text)?;
        }
        let files = [
            ("talos-kernel", kernel()),
            ("talos-stub", stub()),
            ("talos-initramfs", noise(1, INITRAMFS)),
            ("talos-boot", stub()),
            ("talos-installer-base", installer_base()?),
            (Self::EXTENSIONS[1], extension("large", 20 * MIB, 0)?),
        ];
        for (name, bytes) in files {
            stage.done(fs::write(parts.file(name), bytes))?;
        }
        parts.change(stage, 0)?;
        Ok(parts)
    }

    /// Writes the small extension with other content, and pins it.
    pub(super) fn change(&self, stage: &Stage<'_>, number: u64) -> Result<(), CliError> {
        let small = extension("small", MIB, number)?;
        stage.done(fs::write(self.file(Self::EXTENSIONS[0]), small))?;
        let mut lock = "version = 1\n".to_owned();
        let base =
            ["kernel", "stub", "initramfs", "boot", "installer-base"].map(|part| format!("talos-{part}"));
        for name in base.iter().map(String::as_str).chain(Self::EXTENSIONS) {
            let path = self.file(name);
            let digest = Digest::of(&stage.done(fs::read(&path))?);
            let file = path.file_name().unwrap_or_default().display();
            lock += &format!(
                "\n[[pin]]\nkind = \"package\"\nname = \"{name}\"\nversion = \"{RELEASE}\"\ndigest = \
                 \"{digest}\"\nsources = [\n  {{ mirror = \"{file}\" }},\n]\n"
            );
        }
        write(stage, &self.workspace.join("inputs.lock"), &lock)
    }

    /// Where a part lies.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.mirror.join(name.replace('/', "-"))
    }

    /// Builds one of the images: what it took, and what was told.
    pub(super) fn build(&self, name: &str, store: &Path) -> Result<(Usage, Value), CliError> {
        let (unit, mirror) = (format!("images/{name}"), self.mirror.display().to_string());
        let words = ["build", &unit, "--offline", "--format", "json", "--mirror", &mirror];
        xtask_json(&self.workspace, store, &words)
    }
}

/// Bytes that do not compress, the same on every run.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend(state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// Writes bytes at a place.
fn put(into: &mut [u8], at: usize, bytes: &[u8]) {
    for (place, byte) in into.iter_mut().skip(at).zip(bytes) {
        *place = *byte;
    }
}

/// A kernel as far as headers go. Sources: `Documentation/arch/x86/boot.rst` of Linux; the PE format.
fn kernel() -> Vec<u8> {
    let mut bytes = noise(2, KERNEL);
    put(&mut bytes, 0, b"MZ");
    put(&mut bytes, 0x3c, &0x40_u32.to_le_bytes());
    put(&mut bytes, 0x40, b"PE\0\0\x64\x86");
    put(&mut bytes, 0x1f1, &[4]);
    put(&mut bytes, 0x202, b"HdrS");
    put(&mut bytes, 0x20e, &0x300_u16.to_le_bytes());
    put(&mut bytes, 0x500, b"6.12.0-talos (builder@example) #1\0");
    bytes
}

/// A stub of one section.
fn stub() -> Vec<u8> {
    let mut stub = vec![0; 0x400];
    put(&mut stub, 0, b"MZ");
    put(&mut stub, 0x3c, &[0x80]);
    put(&mut stub, 0x80, b"PE\0\0\x64\x86\x01");
    put(&mut stub, 0x94, &[240]);
    put(&mut stub, 0x98, &0x20b_u16.to_le_bytes());
    put(&mut stub, 0xb8, &4096_u32.to_le_bytes());
    put(&mut stub, 0xbc, &512_u32.to_le_bytes());
    put(&mut stub, 0xd4, &512_u32.to_le_bytes());
    put(&mut stub, 0x98 + 108, &16_u32.to_le_bytes());
    put(&mut stub, 0x188, b".sbat\0\0\0\x09\0\0\0\0\x10\0\0\0\x02\0\0\0\x02");
    stub
}

/// The flattened root of an extension with one program: what this program is made of, which is as dense as programs are.
fn extension(name: &str, size: usize, number: u64) -> Result<Vec<u8>, CliError> {
    let failed = |error: &dyn std::fmt::Display| CliError::environment(error, "an extension to measure with");
    let own = std::env::current_exe().and_then(fs::read).map_err(|error| failed(&error))?;
    let mut program: Vec<u8> = own.iter().copied().cycle().take(size).collect();
    put(&mut program, 0, &number.to_le_bytes());
    let manifest = format!("version: v1alpha1\nmetadata:\n  name: {name}\n  version: v1\n");
    let path = format!("rootfs/usr/local/bin/{name}");
    let files = [("manifest.yaml".to_owned(), manifest.into_bytes()), (path, program)];
    archive::write_tar(&files).map_err(|error| failed(&error))
}

/// An image archive of one layer.
fn installer_base() -> Result<Vec<u8>, CliError> {
    let failed = |error: &dyn std::fmt::Display| CliError::environment(error, "an installer to measure with");
    let layer = archive::write_tar(&[("bin/installer".to_owned(), noise(3, 8 * MIB))]);
    let layer = layer.map_err(|error| failed(&error))?;
    let digest = Digest::of(&layer);
    let config = serde_json::json!({
        "architecture": "amd64", "config": { "Entrypoint": ["/bin/installer"] }, "os": "linux",
        "rootfs": { "type": "layers", "diff_ids": [digest] },
    });
    let config = oci::encode(&config).map_err(|error| failed(&error))?;
    let described = oci::Descriptor::of(oci::media_type::CONFIG, &config);
    let layers = vec![oci::Descriptor::of(oci::media_type::LAYER_TAR, &layer)];
    let manifest = oci::Manifest::new(described, layers).to_bytes().map_err(|error| failed(&error))?;
    let entry = oci::IndexEntry::of(oci::Descriptor::of(oci::media_type::MANIFEST, &manifest));
    let index = oci::Index::new(vec![entry]).to_bytes().map_err(|error| failed(&error))?;
    let layout = oci::Layout::default().to_bytes().map_err(|error| failed(&error))?;
    let files = [
        ("index.json".to_owned(), index),
        ("oci-layout".to_owned(), layout),
        (oci::blob_path(&digest), layer),
        (oci::blob_path(&Digest::of(&config)), config),
        (oci::blob_path(&Digest::of(&manifest)), manifest),
    ];
    archive::write_tar(&files).map_err(|error| failed(&error))
}
