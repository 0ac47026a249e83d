//! What Renovate makes of `inputs.lock`, by its own rules: each expression is applied to the file as its custom manager
//! does it, and a new version put where it puts one (`lib/workers/repository/update/branch/auto-replace.ts`).
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use std::collections::BTreeMap;
use std::sync::Arc;

use diag::Source;
use inputs::{Kind, Lock, Pin, Source as From};
use regex::Regex;
use serde_json::Value;

/// One update that Renovate could propose.
struct Match {
    datasource: String,
    groups: BTreeMap<String, String>,
    text: String,
}

#[test]
fn every_pin_with_versions_to_look_up_is_found_once() {
    let (text, lock) = lock();
    let found = matches(&text);
    for pin in lock.pins() {
        let of_pin: Vec<&Match> = found.iter().filter(|found| is_of(found, pin)).collect();
        let expected = match (pin.kind, pin.sources.first()) {
            (Kind::Image, _) => "docker",
            // Two sources of one file have to agree, which takes a person; Debian's archive keeps one version.
            (Kind::Tool | Kind::Package, _) | (_, Some(From::Mirror { .. }) | None) => "",
            (_, Some(From::Go { version, .. })) if version.contains('-') => "",
            (_, Some(From::Go { .. })) => "go",
            (_, Some(From::Url { url, .. })) if url.contains("githubusercontent") => "github-releases",
            (_, Some(From::Url { .. })) => "helm",
            (_, Some(other)) => panic!("nobody updates {pin} of {other}"),
        };
        let datasources: Vec<&str> = of_pin.iter().map(|found| found.datasource.as_str()).collect();
        let expected: Vec<&str> = Some(expected).filter(|name| !name.is_empty()).into_iter().collect();
        assert_eq!(datasources, expected, "{pin}");
    }
    let kinds: std::collections::BTreeSet<&str> =
        found.iter().map(|found| found.datasource.as_str()).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["docker", "github-releases", "go", "helm"]);
}

#[test]
fn where_versions_are_looked_up_is_where_the_input_comes_from() {
    let (text, lock) = lock();
    for found in matches(&text) {
        let pin = lock.pins().iter().find(|pin| is_of(&found, pin)).unwrap();
        let group = |name: &str| found.groups.get(name).map_or("", String::as_str);
        match (found.datasource.as_str(), pin.sources.first()) {
            ("docker", _) => assert_eq!(group("depName"), pin.name),
            ("go", Some(From::Go { module, version, .. })) => {
                assert_eq!(
                    (group("packageName"), format!("v{}", pin.version)),
                    (module.as_str(), version.clone())
                );
            }
            ("helm", Some(From::Url { url, .. })) => {
                let file = url.strip_prefix(&format!("{}/", group("registryUrl"))).unwrap();
                assert!(!file.contains('/') && file.contains(&pin.version), "{url}");
            }
            ("github-releases", Some(From::Url { url, .. })) => {
                assert!(url.contains(&format!("/{}/", group("packageName"))), "{url}");
            }
            (datasource, _) => panic!("{pin}: {datasource}"),
        }
    }
}

#[test]
fn a_new_version_leaves_a_lock_with_that_version_everywhere() {
    let (text, lock) = lock();
    for found in matches(&text) {
        let pin = lock.pins().iter().find(|pin| is_of(&found, pin)).unwrap();
        let updated = found.text.replace(&found.groups["currentValue"], "99.1.0");
        assert_eq!(text.matches(&found.text).count(), 1, "{pin}");
        let updated = parse(&text.replace(&found.text, &updated));
        let new = updated
            .pins()
            .iter()
            .find(|new| (new.kind, &new.name) == (pin.kind, &pin.name) && new.version == "99.1.0");
        let new = new.unwrap_or_else(|| panic!("{pin} keeps its version"));
        for source in &new.sources {
            assert!(!source.to_string().contains(&pin.version), "{source}");
        }
        assert_eq!(updated.pins().len(), lock.pins().len());
    }
}

/// What every expression of the configuration finds.
fn matches(text: &str) -> Vec<Match> {
    let file = end_to_end::checkout().join(".github/renovate.json");
    let settings: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let mut found = Vec::new();
    for manager in settings["customManagers"].as_array().unwrap() {
        let pattern = manager["managerFilePatterns"][0].as_str().unwrap();
        assert!(Regex::new(pattern.trim_matches('/')).unwrap().is_match("inputs.lock"));
        for expression in manager["matchStrings"].as_array().unwrap() {
            let expression = Regex::new(expression.as_str().unwrap()).unwrap();
            let names: Vec<&str> = expression.capture_names().flatten().collect();
            for captures in expression.captures_iter(text) {
                let group =
                    |name: &&str| Some(((*name).to_owned(), captures.name(name)?.as_str().to_owned()));
                found.push(Match {
                    datasource: manager["datasourceTemplate"].as_str().unwrap().to_owned(),
                    groups: names.iter().filter_map(group).collect(),
                    text: captures[0].to_owned(),
                });
            }
        }
    }
    found
}

fn is_of(found: &Match, pin: &Pin) -> bool {
    found.text.starts_with(&format!("kind = \"{}\"\n", pin.kind.as_str()))
        && found.groups["depName"] == pin.name
        && found.groups["currentValue"] == pin.version
}

fn lock() -> (String, Lock) {
    let text = std::fs::read_to_string(end_to_end::checkout().join("inputs.lock")).unwrap();
    let lock = parse(&text);
    (text, lock)
}

fn parse(text: &str) -> Lock {
    Lock::parse(&Arc::new(Source { name: "inputs.lock".to_owned(), text: text.to_owned() })).unwrap()
}
