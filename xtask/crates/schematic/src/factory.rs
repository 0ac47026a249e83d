//! Where a factory serves what.

use crate::asset::{Arch, Asset};

/// An Image Factory, by the host that it is reached at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Factory {
    host: String,
}

impl Factory {
    /// A factory at `host`, which is a name with an optional port; the public one is `factory.talos.dev`.
    pub fn new(host: impl Into<String>) -> Self {
        Self { host: host.into() }
    }

    /// The host.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The address that it is known by, which images carry: `https://factory.talos.dev/`.
    pub fn url(&self) -> String {
        format!("https://{}/", self.host)
    }

    /// Where an asset is fetched from; `version` is a tag, `v1.11.3`.
    pub fn image(&self, schematic: &str, version: &str, file_name: &str) -> String {
        format!("https://{}/image/{schematic}/{version}/{file_name}", self.host)
    }

    /// Where one of the known assets is fetched from.
    pub fn asset(
        &self,
        schematic: &str,
        version: &str,
        asset: Asset,
        (platform, arch, secure_boot): (&str, Arch, bool),
    ) -> String {
        self.image(schematic, version, &asset.file_name(platform, arch, secure_boot))
    }

    /// Where the iPXE script is fetched from.
    pub fn pxe(
        &self,
        schematic: &str,
        version: &str,
        platform: &str,
        arch: Arch,
        secure_boot: bool,
    ) -> String {
        let secure = if secure_boot { "-secureboot" } else { "" };
        format!("https://{}/pxe/{schematic}/{version}/{platform}-{}{secure}", self.host, arch.as_str())
    }

    /// The installer that a machine configuration names: `factory.talos.dev/metal-installer/<schematic>:v1.11.3`.
    pub fn installer(&self, schematic: &str, version: &str, platform: &str, secure_boot: bool) -> String {
        let secure = if secure_boot { "-secureboot" } else { "" };
        format!("{}/{platform}-installer{secure}/{schematic}:{version}", self.host)
    }

    /// The installer under the name that it had before platforms were part of it; it is that of `metal`.
    pub fn old_installer(&self, schematic: &str, version: &str, secure_boot: bool) -> String {
        let secure = if secure_boot { "-secureboot" } else { "" };
        format!("{}/installer{secure}/{schematic}:{version}", self.host)
    }
}
