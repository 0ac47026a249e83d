//! `WWW-Authenticate`: what login a registry wants, RFC 9110 §11.6.1 and the
//! [token protocol](https://distribution.github.io/distribution/spec/auth/token/).

use std::collections::BTreeMap;

/// The login a registry asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// A token, from another server.
    Bearer {
        /// Address of that server.
        realm: String,
        /// What to tell it: service and scope, in the order of their names.
        query: BTreeMap<String, String>,
    },
    /// User and password with each request.
    Basic,
}

impl Challenge {
    /// Reads the header; schemes nobody here can answer are passed over.
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let header = header.trim();
        let (scheme, rest) = header.split_once(char::is_whitespace).unwrap_or((header, ""));
        if scheme.eq_ignore_ascii_case("basic") {
            return Some(Self::Basic);
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let mut query = parameters(rest);
        let realm = query.remove("realm")?;
        query.retain(|name, _| matches!(name.as_str(), "service" | "scope"));
        Some(Self::Bearer { realm, query })
    }
}

/// `name="value", name=value`; quoted values may hold commas and escaped quotes.
fn parameters(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches(|c: char| c == ',' || c.is_whitespace()).to_ascii_lowercase();
        let (value, after) = if let Some(quoted) = after.strip_prefix('"') {
            unquote(quoted)
        } else {
            let (value, after) = after.split_once(',').unwrap_or((after, ""));
            (value.trim().to_owned(), after)
        };
        found.insert(name, value);
        rest = after;
    }
    found
}

fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => value.extend(chars.next()),
            c => value.push(c),
        }
    }
    (value, chars.as_str())
}

#[cfg(test)]
mod tests;
