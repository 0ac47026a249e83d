//! Bringing a pinned chart into the shape that Helm takes.
//!
//! A published chart is ready; one taken from the project's source tree often says version `0.0.0` or that of the
//! release before, which the project's release process replaces. The pin knows the version, so it is set here.
//! Such a tree may also lack dependencies that the release process fetches. One that is off unless a value turns
//! it on is taken off the list, and a value that turns it on is refused.

use archive::{Tree, unpack};
use diag::Diagnostic;
use yaml::{Duplicates, Node, Value};

use crate::purity::{Impurity, may_be_template, scan};
use crate::stream::generated;

/// How deep packed dependencies may lie in one another.
const NESTING: usize = 4;

/// A chart ready for Helm.
#[derive(Clone, Debug)]
pub struct PreparedChart {
    /// Its files, `Chart.yaml` at the top.
    pub tree: Tree,
    /// Calls in its templates whose results differ from run to run.
    pub impurities: Vec<Impurity>,
    /// Conditions of dependencies that the pin does not carry; no value may turn one on.
    pub absent: Vec<String>,
    /// Templates that call `lookup`; they see an empty cluster.
    pub lookups: Vec<String>,
}

/// Prepares the tree of the chart `name`; one that was pinned in a `version` is made to say so.
pub fn prepare_chart(
    name: &str,
    version: Option<&str>,
    tree: &Tree,
) -> Result<PreparedChart, Vec<Diagnostic>> {
    let mut tree = match tree.get("Chart.yaml") {
        Some(_) => tree.clone(),
        None => tree.clone().strip_top(),
    };
    let Some(file) = tree.get("Chart.yaml") else {
        let message = format!("`{name}` is no chart: it has no `Chart.yaml`");
        return Err(vec![Diagnostic::error(message).hint("check `select` of its source in `inputs.lock`")]);
    };
    let text = String::from_utf8_lossy(&file.content).into_owned();
    let source = generated(format!("{name}/Chart.yaml"), text);
    let mut document = yaml::parse_one(&source, Duplicates::LastWins)?;
    let versioned = version.is_some_and(|version| set_version(&mut document.root, version));
    let absent = drop_absent_dependencies(name, &mut document.root, &tree)?;
    if versioned || !absent.is_empty() {
        let text = yaml::emit_ordered(&document.root);
        tree.insert("Chart.yaml", false, text.into_bytes())
            .map_err(|error| vec![Diagnostic::error(error.to_string())])?;
    }
    unpack_dependencies(name, &mut tree, NESTING)?;
    let (impurities, lookups) = scan_templates(&tree);
    Ok(PreparedChart { tree, impurities, absent, lookups })
}

/// Sets version and application version where the source tree leaves them open.
fn set_version(root: &mut Node, version: &str) -> bool {
    let Value::Map(chart) = &mut root.value else { return false };
    let stale = chart
        .get("version")
        .and_then(Node::as_str)
        .is_none_or(|text| text.trim_start_matches('v') != version.trim_start_matches('v'));
    let mut changed = false;
    for field in ["version", "appVersion"] {
        if !stale && field == "version" {
            continue;
        }
        let open = match chart.get(field).map(|node| &node.value) {
            Some(Value::String(text)) => stale || matches!(text.trim_start_matches('v'), "0.0.0" | ""),
            Some(Value::Null) | None => stale,
            Some(_) => false,
        };
        if open {
            let keeps_v = chart.get(field).and_then(Node::as_str).is_some_and(|text| text.starts_with('v'));
            let plain = version.trim_start_matches('v');
            chart.insert(field, Node::string(if keeps_v { format!("v{plain}") } else { plain.to_owned() }));
            changed = true;
        }
    }
    changed
}

/// Takes dependencies that are not there off the list, and gives the conditions they hang on.
fn drop_absent_dependencies(
    name: &str,
    root: &mut Node,
    tree: &Tree,
) -> Result<Vec<String>, Vec<Diagnostic>> {
    let values = tree.get("values.yaml").map(|file| String::from_utf8_lossy(&file.content).into_owned());
    let values = generated(format!("{name}/values.yaml"), values.unwrap_or_default());
    let values = yaml::parse_one(&values, Duplicates::LastWins)?.root;
    let Value::Map(chart) = &mut root.value else { return Ok(Vec::new()) };
    let Some(Value::Seq(dependencies)) = chart.get_mut("dependencies").map(|node| &mut node.value) else {
        return Ok(Vec::new());
    };
    let mut absent = Vec::new();
    let mut mistakes = Vec::new();
    dependencies.retain(|dependency| {
        let text = |field: &str| dependency.get(field).and_then(Node::as_str).unwrap_or_default();
        let here = tree.is_directory(&format!("charts/{}", text("name")))
            || tree.iter().any(|(path, _)| path.starts_with(&format!("charts/{}-", text("name"))));
        if here {
            return true;
        }
        let condition = text("condition").split(',').next().unwrap_or_default().trim().to_owned();
        let path: Vec<&str> = condition.split('.').collect();
        if !condition.is_empty() && values.at(&path).and_then(Node::as_bool) == Some(false) {
            absent.push(condition);
        } else {
            let message =
                format!("chart `{name}` depends on `{}`, which its pin does not carry", text("name"));
            mistakes
                .push(Diagnostic::error(message).hint("pin the published package, or add it by `select`"));
        }
        false
    });
    if mistakes.is_empty() { Ok(absent) } else { Err(mistakes) }
}

/// Puts directories in the place of packed dependencies, so that their templates are read like all others.
fn unpack_dependencies(name: &str, tree: &mut Tree, depth: usize) -> Result<(), Vec<Diagnostic>> {
    let is_packed = |path: &str| {
        let (directory, file) = path.rsplit_once('/').unwrap_or_default();
        (directory == "charts" || directory.ends_with("/charts")) && file.ends_with(".tgz")
    };
    let packed: Vec<String> =
        tree.iter().map(|(path, _)| path).filter(|path| is_packed(path)).map(str::to_owned).collect();
    let refused = |path: &str, reason: String| {
        let message = format!("the dependency `{path}` of chart `{name}` cannot be unpacked: {reason}");
        vec![Diagnostic::error(message).hint("pin a package of the chart whose dependencies Helm can read")]
    };
    for path in &packed {
        if depth == 0 {
            return Err(refused(path, format!("it lies more than {NESTING} archives deep")));
        }
        let Some(file) = tree.remove(path) else { continue };
        let content = unpack::any(&file.content, unpack::Limits::default())
            .map_err(|error| refused(path, error.to_string()))?;
        // Named after the chart, as Helm names templates in its output; two versions of one keep their files' names.
        let top = content.iter().next().and_then(|(path, _)| path.split('/').next()).unwrap_or_default();
        let directory = format!("{}/{top}", path.rsplit_once('/').unwrap_or_default().0);
        let is_taken = tree.is_directory(&directory);
        let directory = if is_taken { path.trim_end_matches(".tgz").to_owned() } else { directory };
        for (inner, file) in content.clone().strip_top().iter() {
            tree.insert(format!("{directory}/{inner}"), file.executable, file.content.clone())
                .map_err(|error| refused(path, error.to_string()))?;
        }
    }
    if packed.is_empty() { Ok(()) } else { unpack_dependencies(name, tree, depth - 1) }
}

fn scan_templates(tree: &Tree) -> (Vec<Impurity>, Vec<String>) {
    let mut impurities = Vec::new();
    let mut lookups = Vec::new();
    for (path, file) in tree.iter() {
        if !may_be_template(path) {
            continue;
        }
        let Ok(text) = std::str::from_utf8(&file.content) else { continue };
        for call in scan(path, text) {
            if call.function == "lookup" { lookups.push(path.to_owned()) } else { impurities.push(call) }
        }
    }
    lookups.dedup();
    (impurities, lookups)
}
