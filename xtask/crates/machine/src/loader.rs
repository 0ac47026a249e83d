//! What firmware starts from: the files of the EFI system partition.

use disk::{Content, Directory};

use crate::error::MachineError;
use crate::recipe::Recipe;

/// The programs of a medium.
#[derive(Clone, Debug)]
pub struct Programs {
    /// systemd-boot.
    pub loader: Content,
    /// The unified kernel image.
    pub kernel: Content,
    /// What firmware without keys is to trust, for Secure Boot.
    pub trusted: Option<Trusted>,
}

/// The files from which firmware gets its keys.
#[derive(Clone, Debug)]
pub struct Trusted {
    /// The certificate of the programs in DER, for people who enroll it by hand.
    pub certificate: Content,
    /// `PK.auth`.
    pub platform: Content,
    /// `KEK.auth`.
    pub exchange: Content,
    /// `db.auth`.
    pub signers: Content,
}

/// How long the menu waits, in the file that Talos' installer writes as well.
const SETTINGS: &str = "# systemd-boot configuration\n\ntimeout 10\n";

/// The tree of the partition, as the imager of Talos makes it: with Secure Boot it brings keys, and says when systemd-boot
/// writes them into the firmware. Sources: `pkg/imager/iso/uefi.go` of `siderolabs/talos`; systemd's `loader.conf(5)`.
pub(crate) fn files(recipe: &Recipe, programs: &Programs) -> Result<Directory, MachineError> {
    let mut tree = Directory::new();
    let mut settings = SETTINGS.to_owned();
    if recipe.secure_boot() {
        settings += &format!("\nsecure-boot-enroll {}\n", recipe.enrolls());
    }
    let loader = format!("EFI/BOOT/{}", recipe.boot_file());
    tree.add_file(&loader, programs.loader.clone())?;
    tree.add_file(&format!("EFI/Linux/Talos-{}.efi", recipe.tag), programs.kernel.clone())?;
    tree.add_file("loader/loader.conf", Content::bytes(settings))?;
    if let Some(trusted) = &programs.trusted {
        for (path, content) in [
            ("EFI/keys/uki-signing-cert.der", &trusted.certificate),
            ("loader/keys/auto/PK.auth", &trusted.platform),
            ("loader/keys/auto/KEK.auth", &trusted.exchange),
            ("loader/keys/auto/db.auth", &trusted.signers),
        ] {
            tree.add_file(path, content.clone())?;
        }
    }
    Ok(tree)
}
