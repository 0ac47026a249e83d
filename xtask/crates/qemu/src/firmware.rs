//! UEFI firmware for machines.

use std::path::{Path, PathBuf};

use crate::QemuError;

/// Code, and the variables that a new machine starts with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Firmware {
    /// The code, which machines share.
    pub code: PathBuf,
    /// The variables, of which each machine gets a copy. Keys for Secure Boot are among them.
    pub variables: PathBuf,
}

/// Where distributions put it: Debian, Arch, Fedora. All of them enforce Secure Boot once keys are enrolled.
const PLACES: [(&str, &str); 3] = [
    ("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"),
    ("/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd"),
    ("/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"),
];

impl Firmware {
    /// The firmware of this host, without keys. Errors: there is none.
    pub fn find() -> Result<Self, QemuError> {
        let found = PLACES.iter().find(|(code, vars)| Path::new(code).is_file() && Path::new(vars).is_file());
        let (code, variables) = found.ok_or(QemuError::Firmware { secure: false })?;
        Ok(Self { code: PathBuf::from(code), variables: PathBuf::from(variables) })
    }
}
