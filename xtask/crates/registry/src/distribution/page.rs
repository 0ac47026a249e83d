//! Addresses that a registry gives: the next page of a list, the place of an upload.

use reqwest::Url;
use reqwest::blocking::Response;
use serde::Deserialize;

use crate::RegistryError;
use crate::client::shown;

/// Pages that are read at most; 1000 entries each.
const PAGES: usize = 1000;

/// Reads page after page, each of which names the next one.
pub(super) fn pages(
    first: &str,
    mut read: impl FnMut(&str) -> Result<Option<String>, RegistryError>,
) -> Result<(), RegistryError> {
    let mut url = first.to_owned();
    for _ in 0..PAGES {
        match read(&url)? {
            Some(next) => url = next,
            None => return Ok(()),
        }
    }
    Err(RegistryError::Answer { url: shown(first), reason: "its list does not end".to_owned() })
}

/// `Link: </v2/a/tags/list?last=x&n=1000>; rel="next"`, RFC 8288, on the same server only: anything else would leave a
/// list incomplete.
pub(super) fn next_page(response: &Response) -> Result<Option<String>, RegistryError> {
    let header = response.headers().get("link").and_then(|value| value.to_str().ok());
    let found = header.and_then(|header| header.trim().strip_prefix('<')?.split_once('>'));
    let Some((target, _)) = found.filter(|(_, rest)| rest.contains("next")) else { return Ok(None) };
    match resolve(response.url(), target) {
        Some(next) if next.origin() == response.url().origin() => Ok(Some(next.to_string())),
        _ => {
            let reason = format!("the next page is said to be at `{}`", shown(target));
            Err(RegistryError::Answer { url: shown(response.url().as_str()), reason })
        }
    }
}

/// An address in an answer. A registry behind a proxy that ends TLS may not know that it is spoken to by `https`.
pub(super) fn resolve(at: &Url, target: &str) -> Option<Url> {
    let mut found = at.join(target).ok()?;
    if at.scheme() == "https" && found.scheme() == "http" && at.host_str() == found.host_str() {
        found.set_scheme("https").ok()?;
        if found.port().is_none_or(|port| port == 80) {
            found.set_port(at.port()).ok()?;
        }
    }
    Some(found)
}

/// The tags of one page.
pub(super) fn read_tags(url: &str, bytes: &[u8]) -> Result<Vec<String>, RegistryError> {
    #[derive(Deserialize)]
    struct Tags {
        tags: Option<Vec<String>>,
    }
    let page: Tags = serde_json::from_slice(bytes).map_err(|error| {
        let reason = format!("it is no list of tags: {error}");
        RegistryError::Answer { url: shown(url), reason }
    })?;
    Ok(page.tags.unwrap_or_default())
}

#[cfg(test)]
mod tests;
