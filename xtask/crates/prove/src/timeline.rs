//! When each component got where.

use std::collections::BTreeMap;

use deliver::ReleaseDocument;
use hashing::Digest;
use serde::{Deserialize, Serialize};

/// What a release promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Digest of the release.
    pub release: Digest,
    /// Bundles by the name of their delivery object.
    pub bundles: BTreeMap<String, Bundle>,
}

/// One bundle of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// Its name.
    pub name: String,
    /// Its digest.
    pub digest: Digest,
    /// Names of the bundles that come before.
    pub depends_on: Vec<String>,
}

impl Expected {
    /// What the document of a release says.
    pub fn of(release: Digest, document: &ReleaseDocument) -> Self {
        let bundles = document.bundles.iter().map(|bundle| {
            let of = Bundle {
                name: bundle.name.clone(),
                digest: bundle.digest,
                depends_on: bundle.depends_on.clone(),
            };
            (deliver::object_name(&bundle.name), of)
        });
        Self { release, bundles: bundles.collect() }
    }
}

/// One component on its way, in milliseconds since the publication.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Component {
    /// Its bundle.
    pub name: String,
    /// The file that describes it, from the root of the workspace.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// When the engine had its bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<u64>,
    /// When its objects were applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied: Option<u64>,
    /// When they were healthy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub healthy: Option<u64>,
    /// The last thing that the engine said about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Its objects that are not as they should be, with what is wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failing: Vec<String>,
    /// Why it is not healthy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// Digests that the engine worked on, with the time when that was first seen: that of the release before, and then
    /// that of this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<(u64, String)>,
}

impl Component {
    /// What is wrong, line by line: where it is described, its objects, what the engine says, what its pods say.
    pub fn complaints(&self) -> Vec<&str> {
        let all = [&self.source].into_iter().chain(&self.failing).chain([&self.message]).chain(&self.causes);
        all.map(String::as_str).filter(|line| !line.is_empty()).collect()
    }
}

/// All components, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Timeline {
    /// When the publication was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<u64>,
    /// When the engine first said something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<u64>,
    /// When the engine applied the release itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<u64>,
    /// The components.
    pub components: Vec<Component>,
}

impl Timeline {
    /// Whether everything is healthy.
    pub fn is_whole(&self) -> bool {
        self.release.is_some() && self.components.iter().all(|component| component.healthy.is_some())
    }

    /// When the last component got healthy; nothing while one is not.
    pub fn end(&self) -> Option<u64> {
        let last = self.components.iter().map(|component| component.healthy).collect::<Option<Vec<_>>>()?;
        last.into_iter().max().max(self.release)
    }
}

/// Components that were applied before one that they depend on was healthy. What was as it should be from the beginning
/// is in nobody's way.
pub fn disorder(expected: &Expected, timeline: &Timeline, slack: u64) -> Vec<String> {
    let by_name: BTreeMap<&str, &Component> =
        timeline.components.iter().map(|component| (component.name.as_str(), component)).collect();
    let mut found = Vec::new();
    for bundle in expected.bundles.values() {
        let Some(applied) = by_name.get(bundle.name.as_str()).and_then(|component| component.applied) else {
            continue;
        };
        if timeline.began == Some(applied) {
            continue;
        }
        for before in &bundle.depends_on {
            let healthy = by_name.get(before.as_str()).and_then(|component| component.healthy);
            if healthy.is_none_or(|healthy| healthy > applied + slack) {
                let when = healthy.map_or_else(|| "never".to_owned(), |healthy| format!("at {healthy} ms"));
                found.push(format!(
                    "`{}` was applied at {applied} ms, before `{before}`, which got healthy {when}",
                    bundle.name
                ));
            }
        }
    }
    found
}

/// Components to which the engine did something else than going from the release before to this one: it worked on a
/// third digest, or on an old one again.
pub fn repeats(expected: &Expected, timeline: &Timeline) -> Vec<String> {
    let mut found = Vec::new();
    for bundle in expected.bundles.values() {
        let component = timeline.components.iter().find(|component| component.name == bundle.name);
        let Some(component) = component else { continue };
        let wanted = bundle.digest.to_string();
        let digests: Vec<&str> = component.attempts.iter().map(|(_, digest)| digest.as_str()).collect();
        if !matches!(digests.as_slice(), [] | [_])
            && !matches!(digests.as_slice(), [_, last] if *last == wanted)
        {
            let steps: Vec<String> =
                component.attempts.iter().map(|(at, digest)| format!("{digest} at {at} ms")).collect();
            found.push(format!("`{}` went to {}", bundle.name, steps.join(", then ")));
        }
    }
    found
}

#[cfg(test)]
mod tests;
