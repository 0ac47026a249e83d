//! Which of two versions is newer, by <https://semver.org>, with or without a `v`.

use std::cmp::Ordering;

/// A version with the parts that decide.
#[derive(Debug, Eq, PartialEq)]
struct Version<'a> {
    numbers: [u64; 3],
    /// Before the release of that number; empty for the release itself.
    before: Vec<&'a str>,
}

/// The newest of `versions`, if it is newer than `locked`. A pre-release only counts for who has one.
pub(super) fn newest(locked: &str, versions: &[String]) -> Option<String> {
    let current = parse(locked)?;
    let candidates = versions.iter().filter_map(|text| Some((parse(text)?, text)));
    let (best, text) = candidates
        .filter(|(version, _)| version.before.is_empty() || !current.before.is_empty())
        .max_by(|(left, _), (right, _)| left.order(right))?;
    (best.order(&current) == Ordering::Greater).then(|| text.clone())
}

fn parse(text: &str) -> Option<Version<'_>> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let text = text.split_once('+').map_or(text, |(version, _)| version);
    let (numbers, before) =
        text.split_once('-').map_or((text, None), |(numbers, before)| (numbers, Some(before)));
    let mut parts = numbers.split('.');
    let numbers = [(); 3].map(|()| parts.next().and_then(number));
    if parts.next().is_some() {
        return None;
    }
    let [Some(major), Some(minor), Some(patch)] = numbers else { return None };
    Some(Version {
        numbers: [major, minor, patch],
        before: before.map_or_else(Vec::new, |before| before.split('.').collect()),
    })
}

fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

impl Version<'_> {
    /// Semantic Versioning 2.0.0, section 11.
    fn order(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| {
            match (self.before.is_empty(), other.before.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => self.before_order(other),
            }
        })
    }

    fn before_order(&self, other: &Self) -> Ordering {
        let parts =
            self.before.iter().zip(&other.before).map(|(left, right)| match (number(left), number(right)) {
                (Some(left), Some(right)) => left.cmp(&right),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => left.cmp(right),
            });
        parts.fold(Ordering::Equal, Ordering::then).then(self.before.len().cmp(&other.before.len()))
    }
}

#[cfg(test)]
mod tests;
