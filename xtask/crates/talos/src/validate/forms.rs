//! Forms of texts.

use std::net::IpAddr;

use base64::Engine as _;

use super::checker::is_secret;
use crate::leaf::{Prefix, Url};

/// A URL with a host, and a port that can be one.
pub(super) fn endpoint(text: &str) -> Result<(), String> {
    let url = Url::parse(text)?;
    if url.host.matches(':').count() > 2 && !url.host.contains('[') {
        return Err("an IPv6 address must stand in square brackets".to_owned());
    }
    if url.hostname().is_empty() {
        return Err("it has no host".to_owned());
    }
    match url.port() {
        "" => Ok(()),
        port if port.parse::<u16>().is_ok_and(|port| port > 0) => Ok(()),
        port => Err(format!("`{port}` is no port")),
    }
}

/// The name of a domain, at most 255 characters, in parts of at most 63.
pub(super) fn is_domain(text: &str) -> bool {
    let is_part = |part: &str| {
        let mut characters = part.chars();
        characters.next().is_some_and(|first| first.is_ascii_alphanumeric() || first == '_')
            && characters.all(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '-'))
            && part.len() <= 63
    };
    let trimmed = text.strip_suffix('.').unwrap_or(text);
    !text.is_empty() && text.len() - text.matches('.').count() <= 255 && trimmed.split('.').all(is_part)
}

/// An address or a network.
pub(super) fn is_subnet_or_address(text: &str) -> bool {
    Prefix::parse(text).is_some() || text.parse::<IpAddr>().is_ok()
}

/// An address or, with a slash, a network.
pub(super) fn is_ip_or_cidr(text: &str) -> bool {
    if text.contains('/') { Prefix::parse(text).is_some() } else { text.parse::<IpAddr>().is_ok() }
}

/// A key of `WireGuard`: 32 bytes in base64.
pub(super) fn is_wireguard_key(text: &str) -> bool {
    is_secret(text) || base64::engine::general_purpose::STANDARD.decode(text).is_ok_and(|key| key.len() == 32)
}

/// The name of a label or annotation: `prefix/name`.
pub(super) fn is_qualified_name(text: &str) -> bool {
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    prefix.is_none_or(is_subdomain) && !name.is_empty() && is_label_value(name)
}

/// At most 63 letters, digits, dashes, dots and underscores; letters or digits at both ends.
pub(super) fn is_label_value(text: &str) -> bool {
    let inner = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
    let end = |character: char| character.is_ascii_alphanumeric();
    text.len() <= 63
        && text.chars().all(inner)
        && (text.is_empty() || text.starts_with(end) && text.ends_with(end))
}

fn is_subdomain(text: &str) -> bool {
    let end = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    let is_part = |part: &str| {
        part.starts_with(end)
            && part.ends_with(end)
            && part.chars().all(|character| end(character) || character == '-')
    };
    text.len() <= 253 && text.split('.').all(is_part)
}

/// An expression whose quotes and brackets are closed. Names and types are known to Talos alone.
pub(super) fn is_expression(text: &str) -> bool {
    let mut open = Vec::new();
    let mut quote = None;
    let mut characters = text.chars();
    let mut last = ' ';
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(_), '\\') => drop(characters.next()),
            (Some(mark), _) if mark == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '(') => open.push(')'),
            (None, '[') => open.push(']'),
            (None, '{') => open.push('}'),
            (None, ')' | ']' | '}') if open.pop() != Some(character) => return false,
            _ => {}
        }
        if !character.is_whitespace() {
            last = character;
        }
    }
    let ends = last.is_alphanumeric() || matches!(last, '"' | '\'' | ')' | ']' | '}' | '_');
    open.is_empty() && quote.is_none() && ends
}
