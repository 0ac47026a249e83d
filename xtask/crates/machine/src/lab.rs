//! The base `lab`: Debian packages in the layout of Talos.
//!
//! The initramfs holds `init` and `rootfs.sqsh` as that of Talos does, and besides a shell and the modules that init
//! needs to mount layers: Debian's kernel has them as modules, Talos' has them built in. The root has them as well, with
//! what the kernel says of its modules, so that extensions with modules get the indexes over all of them.

use archive::unpack::{Limits, only};
use filetree::{Node, Tree};

use crate::error::MachineError;

/// Mounts the layers over the root and goes on there.
const INIT: &str = include_str!("lab/init.sh");
/// The first process of the running system.
const SYSTEM: &str = include_str!("lab/system.sh");
/// What init loads, in this order.
const MODULES: [&str; 3] = ["drivers/block/loop.ko", "fs/squashfs/squashfs.ko", "fs/overlayfs/overlay.ko"];
/// What a kernel says of its modules, beside them.
const LISTS: [&str; 3] = ["modules.builtin", "modules.builtin.modinfo", "modules.order"];
const IMAGE: &str = "boot/vmlinuz-";
const STUB: &str = "usr/lib/systemd/boot/efi/linuxx64.efi.stub";
const LOADER: &str = "usr/lib/systemd/boot/efi/systemd-bootx64.efi";
const SHELL: &str = "bin/busybox";

/// What images of the base are made of.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LabParts {
    /// The kernel.
    pub kernel: Vec<u8>,
    /// systemd's stub, which has symbols.
    pub stub: Vec<u8>,
    /// The initramfs without extensions.
    pub initramfs: Vec<u8>,
    /// systemd-boot.
    pub loader: Vec<u8>,
}

/// Unpacks the packages with kernel, EFI files and shell, and puts the initramfs together.
pub fn lab_parts(kernel: &[u8], boot: &[u8], shell: &[u8]) -> Result<LabParts, MachineError> {
    let is_list = |path: &str| path.rsplit('/').next().is_some_and(|name| LISTS.contains(&name));
    let needed = |path: &str| {
        path.starts_with(IMAGE) || MODULES.iter().any(|module| path.ends_with(module)) || is_list(path)
    };
    let kernel = Package::unpack("kernel", kernel, &needed)?;
    let (path, vmlinuz) = kernel.find(IMAGE)?;
    let release = path.trim_start_matches(IMAGE).to_owned();
    let shell = Package::unpack("shell", shell, &|path| path == SHELL)?.get(SHELL)?;
    let (mut initramfs, mut root) = (Tree::new(), root(shell.clone())?);
    for list in LISTS {
        let content = kernel.get(&format!("lib/modules/{release}/{list}"))?;
        root.insert(&format!("usr/lib/modules/{release}/{list}"), Node::file(0o644, content))?;
    }
    initramfs.insert("init", Node::file(0o755, INIT.as_bytes().to_vec()))?;
    initramfs.insert(SHELL, Node::file(0o755, shell))?;
    for module in MODULES {
        let content = kernel.get(&format!("lib/modules/{release}/kernel/{module}"))?;
        let name = module.rsplit('/').next().unwrap_or(module);
        let place = format!("usr/lib/modules/{release}/kernel/{module}");
        root.insert(&place, Node::file(0o644, content.clone()))?;
        initramfs.insert(&format!("lib/modules/{name}"), Node::file(0o644, content))?;
    }
    for directory in ["dev", "proc", "run", "sys"] {
        initramfs.insert(directory, Node::directory(0o755))?;
    }
    initramfs.insert("rootfs.sqsh", Node::file(0o644, squash::write(&root)?))?;
    let boot = Package::unpack("boot", boot, &|path| [STUB, LOADER].contains(&path))?;
    Ok(LabParts {
        kernel: vmlinuz,
        stub: boot.get(STUB)?,
        initramfs: initramfs::write_archive(&initramfs)?,
        loader: boot.get(LOADER)?,
    })
}

/// The root file system below all layers.
fn root(shell: Vec<u8>) -> Result<Tree, MachineError> {
    let mut root = Tree::new();
    root.insert(SHELL, Node::file(0o755, shell))?;
    root.insert("lib", Node::link("usr/lib"))?;
    root.insert("sbin/init", Node::file(0o755, SYSTEM.as_bytes().to_vec()))?;
    for directory in ["dev", "etc", "proc", "run", "sys", "tmp", "usr/local", "var"] {
        root.insert(directory, Node::directory(0o755))?;
    }
    Ok(root)
}

/// The files that a package installs.
struct Package {
    name: &'static str,
    files: archive::Tree,
}

impl Package {
    fn unpack(name: &'static str, bytes: &[u8], needed: &dyn Fn(&str) -> bool) -> Result<Self, MachineError> {
        let unpacked = only(bytes, needed, Limits::default());
        let files = unpacked.map_err(|source| MachineError::Unpack { package: name.to_owned(), source })?;
        Ok(Self { name, files })
    }

    fn missing(&self, file: &str) -> MachineError {
        MachineError::Package { package: self.name.to_owned(), file: file.to_owned() }
    }

    fn get(&self, path: &str) -> Result<Vec<u8>, MachineError> {
        self.files.get(path).map(|file| file.content.clone()).ok_or_else(|| self.missing(path))
    }

    /// The one file whose path begins so.
    fn find(&self, prefix: &str) -> Result<(String, Vec<u8>), MachineError> {
        let found = self.files.iter().find(|(path, _)| path.starts_with(prefix));
        found.map(|(path, file)| (path.to_owned(), file.content.clone())).ok_or_else(|| self.missing(prefix))
    }
}
