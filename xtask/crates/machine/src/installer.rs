//! The image that upgrades a machine.

use disk::Content;

use crate::loader::Programs;
use crate::recipe::Recipe;

/// The files of the layer that tells an installer of one image from another, by path: where Talos' own program looks for
/// them. Source: `pkg/imager/out.go` of `siderolabs/talos`.
pub fn installer_files(recipe: &Recipe, programs: &Programs) -> [(String, Content); 2] {
    let directory = format!("usr/install/{}", recipe.architecture());
    let kernel = if recipe.quirks.uses_systemd_boot() { "vmlinuz.efi" } else { "vmlinuz.efi.signed" };
    [
        (format!("{directory}/systemd-boot.efi"), programs.loader.clone()),
        (format!("{directory}/{kernel}"), programs.kernel.clone()),
    ]
}
