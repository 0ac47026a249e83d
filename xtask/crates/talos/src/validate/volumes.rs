//! Documents about volumes.

use yaml::Node;

use super::checker::{Checker, flag, has, items, number, text};
use super::links::expression;
use super::machine::slots;
use crate::leaf::bytes;

/// The longest name: labels of partitions have 36 characters, of which Talos uses two.
const NAME: usize = 34;

fn name(checker: &mut Checker<'_>, node: &Node, limited: bool) {
    let name = text(node, &["name"]);
    checker.require(!name.is_empty(), Some(node), "`name` is missing");
    if limited && !(1..=NAME).contains(&name.len()) {
        checker.error(node.get("name").or(Some(node)), format!("the name must have 1 to {NAME} characters"));
    }
    let plain = name.chars().all(|character| character.is_ascii_alphanumeric() || character == '-');
    checker.require(
        plain,
        node.get("name"),
        format!("the name `{name}` has other characters than letters, digits and dashes"),
    );
}

/// Raw and swap volumes.
pub(super) fn plain(checker: &mut Checker<'_>, node: &Node) {
    name(checker, node, true);
    provisioning(checker, node, true, true);
    encryption(checker, node);
}

pub(super) fn system(checker: &mut Checker<'_>, node: &Node) {
    let name = text(node, &["name"]);
    if !matches!(name, "STATE" | "EPHEMERAL" | "IMAGECACHE") {
        checker.error(
            node.get("name").or(Some(node)),
            format!("`{name}` is no volume of the system: STATE, EPHEMERAL or IMAGECACHE"),
        );
        return;
    }
    if name == "STATE" {
        checker.require(
            !has(node, &["provisioning"]),
            node.get("provisioning"),
            "STATE cannot be provisioned otherwise",
        );
        for key in items(node, &["encryption", "keys"]).iter().filter(|key| flag(key, &["lockToState"])) {
            checker.error(Some(key), "a key of STATE cannot be locked to STATE");
        }
    }
    provisioning(checker, node, false, true);
    encryption(checker, node);
}

pub(super) fn user(checker: &mut Checker<'_>, node: &Node) {
    name(checker, node, true);
    match text(node, &["volumeType"]) {
        "directory" => {
            let parts = ["provisioning", "encryption", "filesystem", "mount"];
            for part in parts.into_iter().filter(|part| has(node, &[part])) {
                checker.error(node.get(part), format!("a volume that is a directory has no `{part}`"));
            }
        }
        kind @ ("" | "partition" | "disk") => {
            provisioning(checker, node, true, kind != "disk");
            filesystem(checker, node);
            encryption(checker, node);
        }
        kind => checker.error(node.get("volumeType"), format!("a volume cannot be `{kind}`")),
    }
}

fn filesystem(checker: &mut Checker<'_>, node: &Node) {
    let kind = text(node, &["filesystem", "type"]);
    let place = node.get("filesystem");
    if !matches!(kind, "" | "none" | "xfs" | "ext4") {
        checker.error(place, format!("a volume cannot have the file system `{kind}`"));
    } else if kind == "ext4" && flag(node, &["filesystem", "projectQuotaSupport"]) {
        checker.error(place, "project quotas need the file system `xfs`");
    }
}

fn provisioning(checker: &mut Checker<'_>, node: &Node, required: bool, sizes: bool) {
    let part = node.get("provisioning").or(Some(node));
    let selector = node.at(&["provisioning", "diskSelector", "match"]);
    expression(checker, selector, "provisioning.diskSelector.match");
    if required && selector.is_none() {
        checker.error(part, "`provisioning.diskSelector.match` is missing");
    }
    let (least, most) = (text(node, &["provisioning", "minSize"]), text(node, &["provisioning", "maxSize"]));
    if !sizes {
        let bare = least.is_empty() && most.is_empty() && !has(node, &["provisioning", "grow"]);
        checker.require(bare, part, "a volume that is a disk has no `minSize`, `maxSize` or `grow`");
        return;
    }
    if !least.is_empty() && !most.is_empty() {
        let size = |text: &str| bytes::parse(text.strip_prefix('-').unwrap_or(text));
        let fits = most.contains('%') || most.starts_with('-') || size(least) <= size(most);
        checker.require(fits, part, format!("`minSize` {least} is more than `maxSize` {most}"));
    } else if required && least.is_empty() && most.is_empty() {
        checker.error(part, "`provisioning` needs `minSize` or `maxSize`");
    }
    if checker.contract() >= crate::Contract::V1_13 && least.starts_with('-') {
        checker.error(part, "`minSize` is negative");
    }
}

fn encryption(checker: &mut Checker<'_>, node: &Node) {
    let keys = items(node, &["encryption", "keys"]);
    let provider = text(node, &["encryption", "provider"]);
    if keys.is_empty() && matches!(provider, "" | "none") {
        return;
    }
    let place = node.get("encryption");
    checker.require(provider == "luks2", place, "`encryption.provider` must be `luks2`");
    checker.require(!keys.is_empty(), place, "`encryption.keys` is missing");
    slots(checker, keys, "encryption.keys");
    for register in keys.iter().flat_map(|key| items(key, &["tpm", "options", "pcrs"])) {
        let known = register.as_i64().is_some_and(|number| (0..=23).contains(&number));
        checker.require(known, Some(register), "a TPM has the registers 0 to 23");
    }
}

pub(super) fn existing(checker: &mut Checker<'_>, node: &Node) {
    name(checker, node, false);
    let selector = node.at(&["discovery", "volumeSelector", "match"]);
    expression(checker, selector, "discovery.volumeSelector.match");
    checker.require(selector.is_some(), Some(node), "`discovery.volumeSelector.match` is missing");
}

pub(super) fn external(checker: &mut Checker<'_>, node: &Node) {
    name(checker, node, true);
    let kind = text(node, &["filesystemType"]);
    if kind != "virtiofs" {
        checker.error(
            node.get("filesystemType").or(Some(node)),
            format!("`{kind}` is no file system from outside: `virtiofs`"),
        );
        return;
    }
    let tag = !text(node, &["mount", "virtiofs", "tag"]).is_empty();
    checker.require(tag, Some(node), "`mount.virtiofs.tag` is missing");
}

pub(super) fn zswap(checker: &mut Checker<'_>, node: &Node) {
    let percent = number(node, &["maxPoolPercent"]);
    checker.require(
        (0..=100).contains(&percent),
        node.get("maxPoolPercent"),
        "`maxPoolPercent` must be from 0 to 100",
    );
}
