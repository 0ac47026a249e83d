//! `Content-Range`, RFC 9110 §14.4.

/// What part of a file a response holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ContentRange {
    /// First and last byte; absent in a refusal (`bytes */100`).
    pub(crate) part: Option<(u64, u64)>,
    /// Length of the whole file, if the server knows it.
    pub(crate) total: Option<u64>,
}

impl ContentRange {
    /// Reads `bytes 5-9/10`, `bytes 5-9/*` or `bytes */10`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (part, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
        let part = match part {
            "*" => None,
            part => {
                let (first, last) = part.split_once('-')?;
                let (first, last) = (first.parse().ok()?, last.parse().ok()?);
                (first <= last).then_some((first, last))?;
                Some((first, last))
            }
        };
        let total = if total == "*" { None } else { Some(total.parse().ok()?) };
        Some(Self { part, total })
    }
}

#[cfg(test)]
mod tests;
