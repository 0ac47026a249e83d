//! What a kernel says about itself.

use crate::error::UkiError;
use crate::pe::Bytes;

/// The architecture that a kernel is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KernelArch {
    /// x86-64.
    Amd64,
    /// 64-bit ARM.
    Arm64,
}

impl KernelArch {
    pub(crate) fn machine(self) -> u16 {
        match self {
            Self::Amd64 => 0x8664,
            Self::Arm64 => 0xaa64,
        }
    }
}

/// Checks that UEFI can start a kernel, and tells what it is for.
pub fn kernel_arch(kernel: &[u8]) -> Result<KernelArch, UkiError> {
    let bytes = Bytes { what: "the kernel", all: kernel };
    let none = |missing| UkiError::Kernel { missing };
    if kernel.is_empty() {
        return Err(UkiError::Nothing("the kernel"));
    }
    if kernel.get(..2) != Some(b"MZ") {
        return Err(none("it does not begin with `MZ`"));
    }
    let start = u64::from(bytes.u32(0x3c, "the DOS header")?);
    if bytes.slice(start, 4, "the PE signature")? != b"PE\0\0" {
        return Err(none("there is no PE header"));
    }
    match bytes.u16(start + 4, "the file header")? {
        0x8664 => Ok(KernelArch::Amd64),
        0xaa64 => Ok(KernelArch::Arm64),
        _ => Err(none("its PE header names another machine than x86-64 and 64-bit ARM")),
    }
}

/// The release of a kernel, as `uname -r` tells it: from the x86 boot header, which other architectures do not have.
pub fn kernel_version(kernel: &[u8]) -> Option<String> {
    let bytes = Bytes { what: "the kernel", all: kernel };
    if kernel.get(0x202..0x206) != Some(b"HdrS") {
        return None;
    }
    let setup = u64::from(*kernel.get(0x1f1)?) * 0x200;
    let offset = u64::from(bytes.u16(0x20e, "the boot header").ok()?);
    if offset == 0 || offset > setup {
        return None;
    }
    let rest = kernel.get(usize::try_from(offset).ok()? + 0x200..)?;
    let text = rest.get(..256).unwrap_or(rest);
    let end = text.iter().position(|byte| *byte == 0)?;
    let text = std::str::from_utf8(text.get(..end)?).ok()?;
    text.split(' ').next().filter(|version| !version.is_empty()).map(str::to_owned)
}
