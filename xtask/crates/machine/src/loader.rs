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
}

/// How long the menu waits, in the file that Talos' installer writes as well.
const SETTINGS: &str = "# systemd-boot configuration\n\ntimeout 10\n";

/// The tree of the partition, as the installer of Talos makes it. `enroll` is for media that bring keys: when
/// systemd-boot writes them into the firmware.
pub(crate) fn files(
    recipe: &Recipe,
    programs: &Programs,
    enroll: Option<&str>,
) -> Result<Directory, MachineError> {
    let mut tree = Directory::new();
    let mut settings = SETTINGS.to_owned();
    if let Some(enroll) = enroll {
        settings += &format!("\nsecure-boot-enroll {enroll}\n");
    }
    let loader = format!("EFI/BOOT/{}", recipe.boot_file());
    tree.add_file(&loader, programs.loader.clone())?;
    tree.add_file(&format!("EFI/Linux/Talos-{}.efi", recipe.tag), programs.kernel.clone())?;
    tree.add_file("loader/loader.conf", Content::bytes(settings))?;
    Ok(tree)
}
