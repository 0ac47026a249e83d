//! Looking at the report of a build.

use std::collections::BTreeMap;

use serde_json::Value;

/// The digest of every artifact by name, the release included.
pub fn digests(report: &Value) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().expect("names and digests are texts").to_owned();
    let units = report["units"].as_array().expect("a report has units");
    let bundles = units.iter().flat_map(|unit| unit["bundles"].as_array().expect("a unit has bundles"));
    bundles
        .chain([&report["release"]])
        .map(|bundle| {
            (text(&bundle["name"]), format!("{} {}", text(&bundle["version"]), text(&bundle["digest"])))
        })
        .collect()
}

/// The units that a step ran for.
pub fn built(report: &Value) -> Vec<String> {
    let units = report["units"].as_array().expect("a report has units");
    let built = units.iter().filter(|unit| unit["status"] == "built");
    built.map(|unit| unit["unit"].as_str().expect("a unit has a name").to_owned()).collect()
}
