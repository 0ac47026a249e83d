//! Installation.

use yaml::Node;

use super::Mode;
use super::checker::{Checker, flag, has, items, text};
use crate::Contract;

pub(super) fn check(checker: &mut Checker<'_>, machine: &Node, mode: Mode) {
    if mode != Mode::Metal {
        return;
    }
    let Some(install) = machine.get("install").filter(|install| !install.is_null()) else {
        checker.error(None, format!("a machine in mode `{}` needs `machine.install`", mode.name()));
        return;
    };
    let has_disk = !text(install, &["disk"]).is_empty() || has(install, &["diskSelector"]);
    checker.require(has_disk, Some(install), "`machine.install` needs `disk` or `diskSelector`");
    let args = items(install, &["extraKernelArgs"]);
    if checker.contract() >= Contract::V1_12 && !args.is_empty() && flag(install, &["grubUseUKICmdline"]) {
        let message = "`machine.install.extraKernelArgs` has no effect with `grubUseUKICmdline`; \
                       put the arguments into the image";
        checker.error(args.first(), message);
    }
}

pub(super) fn extensions(checker: &mut Checker<'_>, machine: &Node) {
    let extensions = items(machine, &["install", "extensions"]);
    for (index, extension) in extensions.iter().enumerate() {
        let image = text(extension, &["image"]);
        let before = extensions.get(..index).unwrap_or_default();
        if before.iter().any(|other| text(other, &["image"]) == image) {
            checker.error(Some(extension), format!("the extension `{image}` is there twice"));
        }
    }
    if let Some(first) = extensions.first() {
        checker.warning(
            Some(first),
            "`machine.install.extensions` is deprecated; put extensions into the image",
        );
    }
}
