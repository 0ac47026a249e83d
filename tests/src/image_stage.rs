//! A workspace with an image whose parts are made up: small, and each of them can be broken.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use hashing::Digest;
use tempfile::TempDir;

use crate::{Dice, Program, Run};

/// The release whose parts the stage has.
pub const RELEASE: &str = "v1.11.3";

/// A workspace, its mirror, store and home.
pub struct ImageStage {
    directory: TempDir,
    /// Pinned files by name; the mirror has them.
    pub parts: BTreeMap<String, Vec<u8>>,
}

impl ImageStage {
    /// A stage with a release of Talos, as far as headers go, and two extensions.
    ///
    /// # Panics
    ///
    /// When a directory cannot be made.
    pub fn new() -> Self {
        let directory = TempDir::new().expect("a directory is made");
        for part in ["workspace/images", "workspace/hosts", "mirror", "home"] {
            fs::create_dir_all(directory.path().join(part)).expect("a directory is made");
        }
        fs::write(directory.path().join("workspace/Cargo.toml"), "").expect("a file is written");
        let parts = [
            ("talos-kernel", kernel(0x8664, 3 << 20)),
            ("talos-stub", stub()),
            ("talos-initramfs", cpio(&[("init", b"init"), ("rootfs.sqsh", b"root")])),
            ("talos-boot", loader()),
            ("talos-installer-base", installer_base("amd64")),
            ("siderolabs/first", extension("first", "", &[("usr/local/first", b"first")])),
            (
                "siderolabs/intel-ucode",
                extension("intel-ucode", "", &[("usr/lib/firmware/intel-ucode/06-9e-0a", b"microcode")]),
            ),
        ];
        let parts = parts.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
        Self { directory, parts }
    }

    /// Something below the stage.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.directory.path().join(relative)
    }

    /// The program on this workspace, with what the stage has now.
    ///
    /// # Panics
    ///
    /// When a file cannot be written.
    pub fn program(&self) -> Program {
        let mut lock = "version = 1\n".to_owned();
        for (name, bytes) in &self.parts {
            let file = name.replace('/', "-");
            fs::write(self.path("mirror").join(&file), bytes).expect("a file is written");
            let digest = Digest::of(bytes);
            lock += &format!(
                "\n[[pin]]\nkind = \"package\"\nname = \"{name}\"\nversion = \"{RELEASE}\"\ndigest = \"{digest}\"\nsources = [\n  {{ mirror = \"{file}\" }},\n]\n"
            );
        }
        fs::write(self.path("workspace/inputs.lock"), lock).expect("a file is written");
        let program = Program::new(&self.path("workspace"), &self.path("home"), &self.path("store"));
        program.env("XTASK_MIRROR", &self.path("mirror").display().to_string()).env("XTASK_OFFLINE", "1")
    }

    /// Describes an image.
    ///
    /// # Panics
    ///
    /// When the file cannot be written.
    pub fn describe(&self, name: &str, text: &str) {
        fs::write(self.path("workspace/images").join(format!("{name}.yaml")), text)
            .expect("a file is written");
    }

    /// Builds an image.
    pub fn build(&self, name: &str, flags: &[&str]) -> Run {
        let unit = format!("images/{name}");
        let mut args = vec!["build", &unit];
        args.extend(flags);
        self.program().run(&args)
    }
}

impl Default for ImageStage {
    fn default() -> Self {
        Self::new()
    }
}

/// Writes bytes at a place.
fn put(into: &mut [u8], at: usize, bytes: &[u8]) {
    into[at..at + bytes.len()].copy_from_slice(bytes);
}

/// A file that is a kernel as far as headers go, for a machine by its number.
pub fn kernel(machine: u16, length: usize) -> Vec<u8> {
    let mut bytes = Dice::new(7).bytes(length.max(0x2000));
    put(&mut bytes, 0, b"MZ");
    put(&mut bytes, 0x3c, &0x40_u32.to_le_bytes());
    put(&mut bytes, 0x40, b"PE\0\0");
    put(&mut bytes, 0x44, &machine.to_le_bytes());
    bytes[0x1f1] = 4;
    put(&mut bytes, 0x202, b"HdrS");
    put(&mut bytes, 0x20e, &0x300_u16.to_le_bytes());
    put(&mut bytes, 0x500, b"6.12.0-talos (builder@example) #1\0");
    // ARM64's own mark of an image.
    put(&mut bytes, 0x38, b"ARMd");
    bytes
}

/// A stub with one section, `.sbat`, and a place for a signature.
pub fn stub() -> Vec<u8> {
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

/// A boot loader: a program that can be signed.
fn loader() -> Vec<u8> {
    let mut loader = stub();
    put(&mut loader, 0x210, b"loader");
    loader
}

/// A cpio archive.
fn cpio(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tree = filetree::Tree::new();
    for (path, content) in files {
        tree.insert(path, filetree::Node::file(0o755, content.to_vec())).expect("a path is good");
    }
    initramfs::write_archive(&tree).expect("an archive is written")
}

/// The flattened root of an extension; `more` goes into `metadata` of its manifest.
pub fn extension(name: &str, more: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let manifest = format!("version: v1alpha1\nmetadata:\n  name: {name}\n  version: v1\n{more}");
    let mut all = vec![("manifest.yaml".to_owned(), manifest.into_bytes())];
    all.extend(files.iter().map(|(path, content)| (format!("rootfs/{path}"), content.to_vec())));
    archive::write_tar(&all).expect("an archive is written")
}

/// An image archive of one layer.
pub fn installer_base(architecture: &str) -> Vec<u8> {
    let layer = archive::write_tar(&[("bin/installer".to_owned(), b"installer".to_vec())]).expect("a layer");
    let digest = Digest::of(&layer);
    let config = serde_json::json!({
        "architecture": architecture,
        "config": { "Entrypoint": ["/bin/installer"] },
        "os": "linux",
        "rootfs": { "type": "layers", "diff_ids": [digest] },
    });
    let config = oci::encode(&config).expect("JSON");
    let described = oci::Descriptor::of(oci::media_type::CONFIG, &config);
    let layers = vec![oci::Descriptor::of(oci::media_type::LAYER_TAR, &layer)];
    let manifest = oci::Manifest::new(described, layers).to_bytes().expect("JSON");
    let entry = oci::IndexEntry::of(oci::Descriptor::of(oci::media_type::MANIFEST, &manifest));
    let files = [
        ("index.json".to_owned(), oci::Index::new(vec![entry]).to_bytes().expect("JSON")),
        ("oci-layout".to_owned(), oci::Layout::default().to_bytes().expect("JSON")),
        (oci::blob_path(&digest), layer),
        (oci::blob_path(&Digest::of(&config)), config),
        (oci::blob_path(&Digest::of(&manifest)), manifest),
    ];
    archive::write_tar(&files).expect("an archive is written")
}
