//! The pins of an image.

use catalogue::{Architecture, Image, Medium};
use inputs::{Kind, Lock, Pin, PinDigest};

use crate::error::PlanError;
use crate::pins;

/// What an image is made of, by what it is for.
pub(super) struct Pins<'l> {
    /// Of a base of packages: kernel, EFI files, shell. Of a release: kernel, stub, initramfs.
    pub(super) base: [&'l Pin; 3],
    /// systemd-boot of a release, where something starts with it.
    pub(super) loader: Option<&'l Pin>,
    /// The image that installers of a release are based on.
    pub(super) installer: Option<&'l Pin>,
    /// Extensions, in the order of the description.
    pub(super) extensions: Vec<&'l Pin>,
}

impl<'l> Pins<'l> {
    /// All of them.
    pub(super) fn all(&self) -> Vec<&'l Pin> {
        self.base
            .into_iter()
            .chain(self.loader)
            .chain(self.installer)
            .chain(self.extensions.iter().copied())
            .collect()
    }
}

/// Looks pins up; tells all that are missing.
pub(super) fn wanted<'l>(image: &Image, lock: &'l Lock) -> Result<Pins<'l>, PlanError> {
    let spec = &image.spec;
    let mut search = Search { image, lock, mistakes: Vec::new(), is_pending: true };
    let (base, loader, installer);
    if let Some(lab) = &spec.base.lab {
        base = [("kernel", &lab.kernel), ("boot", &lab.boot), ("shell", &lab.shell)]
            .map(|(field, name)| search.find(name, None, &["base", "lab", field]));
        (loader, installer) = (None, None);
    } else {
        let suffix = if spec.architecture == Architecture::Arm64 { "-arm64" } else { "" };
        let version = spec.base.talos.as_deref();
        let mut find =
            |name: &str| search.find(&format!("talos-{name}{suffix}"), version, &["base", "talos"]);
        base = ["kernel", "stub", "initramfs"].map(&mut find);
        let starts = spec.outputs.iter().any(|medium| *medium != Medium::Uki);
        loader = starts.then(|| find("boot")).flatten();
        let upgrades = spec.outputs.contains(&Medium::Installer);
        installer = upgrades.then(|| find("installer-base")).flatten();
    }
    let names = spec.extensions.iter().enumerate();
    let extensions: Vec<Option<&Pin>> =
        names.map(|(index, name)| search.find(name, None, &["extensions", &index.to_string()])).collect();
    match (base, search.mistakes.is_empty()) {
        ([Some(first), Some(second), Some(third)], true) => Ok(Pins {
            base: [first, second, third],
            loader,
            installer,
            extensions: extensions.into_iter().flatten().collect(),
        }),
        _ if search.is_pending => Err(PlanError::Pending(search.mistakes)),
        _ => Err(PlanError::Described(search.mistakes)),
    }
}

struct Search<'a, 'l> {
    image: &'a Image,
    lock: &'l Lock,
    mistakes: Vec<diag::Diagnostic>,
    /// Whether a digest is all that is missing.
    is_pending: bool,
}

impl<'l> Search<'_, 'l> {
    fn find(&mut self, name: &str, version: Option<&str>, field: &[&str]) -> Option<&'l Pin> {
        let image = self.image;
        match pins::required(self.lock, Kind::Package, name, version) {
            Ok(pin) if pin.digest == PinDigest::Unresolved => {
                let told = format!("image `{}`: the digest of {pin} is not known yet", image.name);
                let hint = format!(
                    "`cargo xtask lock update {name}` fetches it on a machine that reaches its source, and writes its digest"
                );
                self.mistakes.push(image.mistake(field, told).hint(hint));
                None
            }
            Ok(pin) => Some(pin),
            Err(mistake) => {
                self.is_pending = false;
                let told = format!("image `{}`: {}", image.name, mistake.message);
                let hint = format!(
                    "`cargo xtask lock add package {name} {} …` pins it on a machine that reaches its source",
                    version.unwrap_or("VERSION")
                );
                self.mistakes.push(image.mistake(field, told).hint(hint));
                None
            }
        }
    }
}
