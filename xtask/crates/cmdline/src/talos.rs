//! The command line of an image.

use quirks::Quirks;
use thiserror::Error;

use crate::line::CommandLine;
use crate::meta::{MetaValue, encode_meta};
use crate::platform::{Arch, Platform};

/// What the line is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Output {
    /// A bootable ISO 9660 image.
    Iso,
    /// A disk image, which has a META partition of its own.
    Disk,
    /// An installer.
    Installer,
    /// A unified kernel image.
    Uki,
}

/// Everything that a line depends on.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The release.
    pub quirks: Quirks,
    /// Where the machine runs.
    pub platform: Platform,
    /// Its architecture.
    pub arch: Arch,
    /// What the line is for.
    pub output: Output,
    /// Whether Secure Boot is asked for.
    pub secure_boot: bool,
    /// What an overlay adds.
    pub overlay: &'a [String],
    /// Values of the META partition.
    pub meta: &'a [MetaValue],
    /// What the user adds.
    pub extra: &'a [String],
}

/// Why there is no line.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum CmdlineError {
    /// An argument would become two.
    #[error("kernel argument `{0}` is empty or has white space in it; list each argument by itself")]
    White(String),
    /// There is no key.
    #[error("kernel argument `{0}` has no name before its `=`")]
    Nameless(String),
    /// The kernel would read something else.
    #[error("kernel argument `{0}` has a character that is not ASCII or cannot be seen")]
    Unprintable(String),
    /// Longer than kernels read.
    #[error("the kernel's command line has {length} bytes; Linux reads {limit} on this architecture")]
    TooLong {
        /// Its length in bytes.
        length: usize,
        /// What is read, without the NUL at its end.
        limit: usize,
    },
}

/// The kernel's command line of an image.
pub fn talos(request: &Request<'_>) -> Result<CommandLine, CmdlineError> {
    request.overlay.iter().chain(request.extra).try_for_each(|argument| check(argument))?;
    let mut line = CommandLine::default();
    line.append("talos.platform", request.platform.name());
    line.set_all(request.platform.arguments(request.arch, request.quirks));
    if request.output == Output::Iso && request.quirks.halts_if_installed() {
        line.append("talos.halt_if_installed", "1");
    }
    line.set_all(request.overlay);
    line.append_all(&defaults(request.quirks));
    if request.secure_boot && request.quirks.locks_down_by_argument() {
        line.append("lockdown", "confidentiality");
    }
    if !request.meta.is_empty() && request.output != Output::Disk {
        let values = encode_meta(request.meta, request.quirks.has_compressed_meta());
        line.append("talos.environment", &format!("INSTALLER_META_BASE64={values}"));
    }
    line.customize(request.extra);
    let limit = match request.arch {
        // COMMAND_LINE_SIZE of each architecture.
        Arch::Amd64 | Arch::Arm64 => 2047,
    };
    let length = line.to_string().len();
    if length > limit { Err(CmdlineError::TooLong { length, limit }) } else { Ok(line) }
}

/// The line of the second entry in the boot menu, which makes a machine forget: an ISO clears the whole system disk,
/// an installed system what it knows about itself. `None` for outputs that have no such entry.
pub fn reset_line(output: Output, line: &CommandLine) -> Option<String> {
    let wipe = match output {
        Output::Iso => "system",
        Output::Disk | Output::Installer => "system:EPHEMERAL,STATE",
        Output::Uki => return None,
    };
    Some(format!("{line} talos.experimental.wipe={wipe}"))
}

/// What every machine of a release gets.
fn defaults(quirks: Quirks) -> Vec<&'static str> {
    let table = [
        (quirks.clears_memory_by_argument(), "init_on_alloc=1"),
        (true, "slab_nomerge="),
        (true, "pti=on"),
        (true, "consoleblank=0"),
        (quirks.waits_for_nvme(), "nvme_core.io_timeout=4294967295"),
        (true, "printk.devkmsg=on"),
        (quirks.has_ima(), "ima_template=ima-ng"),
        (quirks.has_ima(), "ima_appraise=fix"),
        (quirks.has_ima(), "ima_hash=sha512"),
        (quirks.has_selinux(), "selinux=1"),
        (quirks.enforces_module_signatures(), "module.sig_enforce=1"),
        (quirks.protects_process_memory(), "proc_mem.force_override=never"),
    ];
    table.into_iter().filter(|(holds, _)| *holds).map(|(_, argument)| argument).collect()
}

fn check(argument: &str) -> Result<(), CmdlineError> {
    if argument.is_empty() || argument.contains(char::is_whitespace) {
        return Err(CmdlineError::White(argument.to_owned()));
    }
    if argument.starts_with('=') || argument.starts_with("-=") {
        return Err(CmdlineError::Nameless(argument.to_owned()));
    }
    let printable = argument.bytes().all(|byte| byte.is_ascii_graphic());
    if printable { Ok(()) } else { Err(CmdlineError::Unprintable(argument.to_owned())) }
}

#[cfg(test)]
mod tests;
