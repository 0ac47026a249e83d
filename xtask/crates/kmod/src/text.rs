//! Indexes as text.

use crate::module::Module;

/// A line for each entry of a key, with a comment before all of them.
pub(crate) fn entries(
    modules: &[Module],
    comment: &str,
    key: &str,
    line: impl Fn(&str, &str) -> String,
) -> String {
    let mut text = format!("# {comment}\n");
    for module in modules {
        let name = module.name();
        module.says(key).for_each(|value| text.push_str(&line(&name, value)));
    }
    text
}

/// `modules.devname`: device nodes that load a module when they are opened.
pub(crate) fn devices(modules: &[Module]) -> String {
    let lines: Vec<String> = modules.iter().filter_map(device).collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("# Device nodes to trigger on-demand module loading.\n{}", lines.concat())
}

/// The node of a module: its name and its numbers are two aliases.
fn device(module: &Module) -> Option<String> {
    let (mut node, mut numbers) = (None, None);
    for alias in module.says("alias") {
        if let Some(name) = alias.strip_prefix("devname:") {
            node = Some(name);
        } else if let Some(found) = device_numbers(alias, "char-major-") {
            numbers = Some(('c', found));
        } else if let Some(found) = device_numbers(alias, "block-major-") {
            numbers = Some(('b', found));
        }
        if let (Some(node), Some((kind, (major, minor)))) = (node, numbers) {
            return Some(format!("{} {node} {kind}{major}:{minor}\n", module.name()));
        }
    }
    None
}

/// Two numbers with a dash between them; what comes behind does not matter.
fn device_numbers(alias: &str, kind: &str) -> Option<(u32, u32)> {
    let (major, rest) = alias.strip_prefix(kind)?.split_once('-')?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    Some((major.parse().ok()?, rest.get(..end)?.parse().ok()?))
}
