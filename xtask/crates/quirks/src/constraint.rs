//! Which releases something is for.

use thiserror::Error;

use crate::version::{Version, number};

/// A range of versions as extensions write it: `>= v1.5.0`, `>=1.5.0 <1.9.0 || 1.11.x`.
///
/// Comparisons beside each other must all hold, of those between `||` at least one group. The grammar is that of
/// `ParseRange` of the Go package `github.com/blang/semver/v4`, plus a `v` before each version.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Constraint {
    text: String,
    groups: Vec<Vec<Comparison>>,
}

/// A text that is no constraint.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("`{part}` in the version constraint `{text}` cannot be read; a constraint looks like `>= v1.5.0`")]
pub struct ConstraintError {
    /// The whole text.
    pub text: String,
    /// What of it is wrong.
    pub part: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Comparison {
    operator: Operator,
    from: Version,
    /// The first version that is not meant any more; `from` alone when it is the next patch.
    to: Version,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Operator {
    Same,
    Other,
    Above,
    From,
    Below,
    UpTo,
}

impl Constraint {
    /// Reads a constraint; the empty text holds for every version.
    pub fn parse(text: &str) -> Result<Self, ConstraintError> {
        let wrong = |part: &str| ConstraintError { text: text.to_owned(), part: part.to_owned() };
        let mut groups = Vec::new();
        if text.trim().is_empty() {
            return Ok(Self { text: text.to_owned(), groups });
        }
        for group in text.split("||") {
            let mut comparisons = Vec::new();
            let mut rest = group.trim();
            while !rest.is_empty() {
                let operators = |character: char| matches!(character, '<' | '>' | '=' | '!');
                let at = rest.find(|character| !operators(character)).unwrap_or(rest.len());
                let (operator, after) = rest.split_at(at);
                let after = after.trim_start();
                let end = after.find(|character: char| character.is_whitespace() || operators(character));
                let (version, after) = after.split_at(end.unwrap_or(after.len()));
                let part = format!("{operator}{version}");
                comparisons.push(Comparison::parse(operator, version).ok_or_else(|| wrong(&part))?);
                rest = after.trim_start();
            }
            if comparisons.is_empty() {
                return Err(wrong(group));
            }
            groups.push(comparisons);
        }
        Ok(Self { text: text.to_owned(), groups })
    }

    /// Whether a release is meant.
    pub fn matches(&self, version: Version) -> bool {
        let holds = |group: &Vec<Comparison>| group.iter().all(|comparison| comparison.holds(version));
        self.groups.is_empty() || self.groups.iter().any(holds)
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Comparison {
    fn parse(operator: &str, version: &str) -> Option<Self> {
        let operator = match operator {
            "" | "=" | "==" => Operator::Same,
            "!" | "!=" => Operator::Other,
            ">" => Operator::Above,
            ">=" => Operator::From,
            "<" => Operator::Below,
            "<=" => Operator::UpTo,
            _ => return None,
        };
        let version = version.strip_prefix('v').unwrap_or(version);
        if let Ok(from) = Version::parse(version) {
            return Some(Self { operator, from, to: Version { patch: from.patch.checked_add(1)?, ..from } });
        }
        let parts: Vec<&str> = version.split('.').collect();
        let (from, to) = match parts.as_slice() {
            [major, "x"] => {
                let major = number(major)?;
                (Version::new(major, 0, 0), Version::new(major.checked_add(1)?, 0, 0))
            }
            [major, minor, "x"] => {
                // The package reads an `x` in the middle as 0.
                let (major, minor) = (number(major)?, if *minor == "x" { 0 } else { number(minor)? });
                (Version::new(major, minor, 0), Version::new(major, minor.checked_add(1)?, 0))
            }
            _ => return None,
        };
        Some(Self { operator, from, to })
    }

    fn holds(self, version: Version) -> bool {
        match self.operator {
            Operator::Same => (self.from..self.to).contains(&version),
            Operator::Other => !(self.from..self.to).contains(&version),
            Operator::Above => version >= self.to,
            Operator::From => version >= self.from,
            Operator::Below => version < self.from,
            Operator::UpTo => version < self.to,
        }
    }
}
