//! Image references that programs get by arguments and variables, and pull or hand to others.
//!
//! Nothing says which strings of a pod specification are references, so only what cannot be anything else counts:
//! a registry with a dot, a port or the name `localhost`, a repository, and a digest or tag. Labels, taints and paths
//! look alike (`node.example.org/not-ready:NoExecute`); so a tag of letters alone counts only where the flag or
//! variable is named after an image.
//!
//! Grammar: <https://github.com/distribution/reference/blob/main/reference.go>.

/// The reference in an argument or value: all of it, or what follows the `=` of a flag.
///
/// `name` is the variable, or the argument before.
pub(super) fn reference<'a>(text: &'a str, name: Option<&str>) -> Option<&'a str> {
    let flag = text.split_once('=').filter(|(flag, _)| flag.starts_with('-'));
    let (name, value) = flag.map_or((name, text), |(flag, value)| (Some(flag), value));
    let is_named = name.is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        name.contains("image") || name.contains("img")
    });
    is_reference(value, is_named).then_some(value)
}

fn is_reference(text: &str, is_named: bool) -> bool {
    let Some((registry, rest)) = text.split_once('/') else { return false };
    let (rest, digest) = match rest.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (rest, None),
    };
    let (repository, tag) = match rest.split_once(':') {
        Some((repository, tag)) => (repository, Some(tag)),
        None => (rest, None),
    };
    let is_versioned = match (tag, digest) {
        (_, Some(digest)) => is_digest(digest) && tag.is_none_or(is_tag),
        (Some(tag), None) => {
            let tells = is_named || tag == "latest" || tag.contains(|c: char| c.is_ascii_digit());
            tells && is_tag(tag)
        }
        (None, None) => false,
    };
    is_versioned && is_registry(registry) && repository.split('/').all(is_component)
}

/// `host.domain`, `host:port`, `localhost`; an address only with a port, since otherwise it may be a network.
fn is_registry(text: &str) -> bool {
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    let is_label = |label: &str| {
        let inside = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !label.is_empty() && label.chars().all(inside) && !label.starts_with('-') && !label.ends_with('-')
    };
    let is_address = host.chars().all(|c| c.is_ascii_digit() || c == '.');
    let is_port = |port: &str| port.chars().all(|c| c.is_ascii_digit()) && port.parse::<u16>().is_ok();
    let tells = match port {
        Some(port) => is_port(port),
        None => host == "localhost" || (host.contains('.') && !is_address),
    };
    tells && host.split('.').all(is_label)
}

/// Lower-case letters and digits, with `.`, `_`, `__` or dashes between them.
fn is_component(text: &str) -> bool {
    let is_inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let separators = text.split(is_inside).filter(|separator| !separator.is_empty());
    let is_separator =
        |text: &str| matches!(text, "." | "_" | "__") || (!text.is_empty() && text.chars().all(|c| c == '-'));
    text.starts_with(is_inside) && text.ends_with(is_inside) && { separators }.all(is_separator)
}

fn is_tag(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.len() <= 128
        && text.starts_with(is_word)
        && text.chars().all(|c| is_word(c) || matches!(c, '.' | '-'))
}

fn is_digest(text: &str) -> bool {
    let Some(hex) = text.strip_prefix("sha256:") else { return false };
    hex.len() == 64 && hex.chars().all(|c| c.is_ascii_digit() || matches!(c, 'a'..='f'))
}
