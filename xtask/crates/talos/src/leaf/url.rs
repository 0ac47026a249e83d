//! URLs in the parts in which Go's `net/url` has them.

use std::fmt;

/// A URL; text that is not escaped wrongly in any part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Url {
    pub(crate) scheme: String,
    /// What follows the scheme when that is no path: `mailto:somebody`.
    pub(crate) opaque: String,
    pub(crate) user: Option<String>,
    /// Name or address, with the port.
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) fragment: String,
    /// Whether a host was given, if only an empty one.
    slashes: bool,
}

impl Url {
    /// The parts of a text; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.chars().any(|character| character.is_ascii_control()) {
            return Err("it holds a control character".to_owned());
        }
        let mut url = Self::default();
        let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
        fragment.clone_into(&mut url.fragment);
        let (scheme, rest) = scheme(rest)?;
        url.scheme = scheme.to_lowercase();
        let (rest, query) = match rest.split_once('?') {
            Some((rest, query)) => (rest, Some(query.to_owned())),
            None => (rest, None),
        };
        url.query = query;
        if !rest.starts_with('/') {
            if !url.scheme.is_empty() {
                rest.clone_into(&mut url.opaque);
                return Ok(url);
            }
            if rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
                return Err("its first part holds a colon".to_owned());
            }
        }
        let path = match rest.strip_prefix("//") {
            Some(rest) if !url.scheme.is_empty() || !rest.starts_with('/') => {
                let end = rest.find('/').unwrap_or(rest.len());
                let (authority, path) = rest.split_at(end);
                url.slashes = true;
                url.authority(authority)?;
                path
            }
            _ => rest,
        };
        if !is_escaped_well(path) {
            return Err("its path is escaped wrongly".to_owned());
        }
        path.clone_into(&mut url.path);
        Ok(url)
    }

    fn authority(&mut self, authority: &str) -> Result<(), String> {
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user.to_owned()), host),
            None => (None, authority),
        };
        self.user = user;
        let port = if host.starts_with('[') {
            let (_, after) = host.rsplit_once(']').ok_or("its host lacks a `]`")?;
            after
        } else {
            host.rfind(':').and_then(|at| host.get(at..)).unwrap_or_default()
        };
        let digits = port.strip_prefix(':').unwrap_or(port);
        let is_port = port.starts_with(':') && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !port.is_empty() && !is_port {
            return Err(format!("`{port}` is no port"));
        }
        let is_odd = |character: char| {
            character == ' ' || matches!(character, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}')
        };
        if host.contains(is_odd) {
            return Err("its host holds a character that no host has".to_owned());
        }
        host.clone_into(&mut self.host);
        Ok(())
    }

    /// The host without port and brackets.
    pub(crate) fn hostname(&self) -> &str {
        if let Some(host) = self.host.strip_prefix('[') {
            return host.split(']').next().unwrap_or_default();
        }
        self.host.rsplit_once(':').map_or(&self.host, |(host, _)| host)
    }

    /// The port, empty when there is none.
    pub(crate) fn port(&self) -> &str {
        let after = self.host.rsplit_once(']').map_or(self.host.as_str(), |(_, after)| after);
        after.rsplit_once(':').map_or("", |(_, port)| port)
    }

    /// Takes over the parts that a patch says.
    pub(crate) fn merge(&mut self, patch: Self) {
        let set = |part: &mut String, by: String| {
            if !by.is_empty() {
                *part = by;
            }
        };
        set(&mut self.scheme, patch.scheme);
        set(&mut self.opaque, patch.opaque);
        set(&mut self.host, patch.host);
        set(&mut self.path, patch.path);
        set(&mut self.fragment, patch.fragment);
        self.user = patch.user.or(self.user.take());
        self.query = patch.query.filter(|query| !query.is_empty()).or(self.query.take());
        self.slashes |= patch.slashes;
    }
}

/// The scheme, empty when there is none, and what follows it.
fn scheme(text: &str) -> Result<(&str, &str), String> {
    let Some(at) = text
        .find(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '+' | '-' | '.')))
    else {
        return Ok(("", text));
    };
    let (scheme, rest) = text.split_at(at);
    let Some(rest) = rest.strip_prefix(':') else { return Ok(("", text)) };
    if scheme.is_empty() {
        return Err("it lacks a scheme".to_owned());
    }
    if !scheme.starts_with(|character: char| character.is_ascii_alphabetic()) {
        return Err("its first part holds a colon".to_owned());
    }
    Ok((scheme, rest))
}

fn is_escaped_well(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| {
        let mut digits = rest.bytes().take(2);
        (0..2).all(|_| digits.next().is_some_and(|digit| digit.is_ascii_hexdigit()))
    })
}

impl fmt::Display for Url {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.scheme.is_empty() {
            write!(formatter, "{}:", self.scheme)?;
        }
        if self.opaque.is_empty() {
            if self.slashes && (!self.scheme.is_empty() || !self.host.is_empty()) {
                formatter.write_str("//")?;
            }
            if let Some(user) = &self.user {
                write!(formatter, "{user}@")?;
            }
            let slash = if !self.path.is_empty() && !self.path.starts_with('/') && !self.host.is_empty() {
                "/"
            } else {
                ""
            };
            write!(formatter, "{}{slash}{}", self.host, self.path)?;
        } else {
            formatter.write_str(&self.opaque)?;
        }
        if let Some(query) = &self.query {
            write!(formatter, "?{query}")?;
        }
        if !self.fragment.is_empty() {
            write!(formatter, "#{}", self.fragment)?;
        }
        Ok(())
    }
}
