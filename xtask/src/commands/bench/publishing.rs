//! Publishing to a registry on the loopback interface, and comparing what was published.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use process::{Command, Running};
use registry::Network;
use registry::distribution::{Remote, RemoteOptions};
use serde_json::Value;

use super::figures::{Figures, to_float};
use super::runs::{median, xtask, xtask_json};
use super::stage::Stage;
use super::synthetic;
use crate::error::CliError;

/// The program that serves, as Debian names it.
const REGISTRY: &str = "docker-registry";
/// It gets a port of these, by the number of this process.
const FIRST_PORT: u32 = 20_000;
const PORTS: u32 = 10_000;
/// How many bundles are published.
const BUNDLES: usize = 120;
/// How often a short measurement is repeated.
const OFTEN: usize = 9;
/// Units, and objects of each, of the generations that are compared.
const UNITS: usize = 50;
const OBJECTS: usize = 100;

pub(super) fn measure(stage: &Stage<'_>, figures: &mut Figures) -> Result<(), CliError> {
    let Some(registry) = Registry::start(stage)? else {
        stage.printer.note(&format!("there is no `{REGISTRY}`: publishing is not measured"));
        return Ok(());
    };
    bundles(stage, &registry, figures)?;
    generations(stage, &registry, figures)
}

/// The first publication of many bundles, and one with nothing new.
fn bundles(stage: &Stage<'_>, registry: &Registry, figures: &mut Figures) -> Result<(), CliError> {
    stage.printer.note(&format!("publishing {BUNDLES} bundles"));
    let workspace = stage.path("published");
    let mirror = synthetic::prepare(stage, &workspace, BUNDLES - 1)?;
    let store = stage.store("published-store")?;
    let place = registry.place("big");
    // What building takes is measured elsewhere.
    xtask(&workspace, &store, &["build", "--cluster", "big", "--mirror", &mirror])?;
    let words = ["publish", "big", "--to", &place, "--channel", "staging", "--format", "json"];
    let (usage, told) = xtask_json(&workspace, &store, &words)?;
    let requests = number(&told, "requests");
    let note = format!("{requests:.0} requests, {:.2} s of processor time", usage.own);
    figures.told(&format!("{BUNDLES} bundles, first publication: wall"), usage.wall, "s", &note);
    let (mut walls, mut asked) = (Vec::new(), 0.0);
    for _ in 0..OFTEN {
        let (usage, told) = xtask_json(&workspace, &store, &words)?;
        walls.push(usage.wall * 1000.0);
        asked = number(&told, "requests");
    }
    let what = format!("{BUNDLES} bundles, nothing new");
    figures.limited(&format!("{what}: wall"), median(walls), "ms", 150.0, "");
    figures.limited(&format!("{what}: requests"), asked, "", 3.0, "");
    Ok(())
}

/// Two generations in which every object differs.
fn generations(stage: &Stage<'_>, registry: &Registry, figures: &mut Figures) -> Result<(), CliError> {
    stage.printer.note(&format!("comparing two generations of {} objects", UNITS * OBJECTS));
    let workspace = stage.path("compared");
    let store = stage.store("compared-store")?;
    let place = registry.place("many");
    let units: Vec<String> = (0..UNITS).map(|number| format!("platform/bench/many-{number}")).collect();
    synthetic::write_workspace(stage, &workspace, &units)?;
    for generation in ["one", "two"] {
        for unit in &units {
            write_objects(stage, &workspace.join(unit), unit, generation)?;
        }
        xtask(&workspace, &store, &["publish", "big", "--to", &place])?;
    }
    let words = ["releases", "diff", "1", "2", "--cluster", "big", "--registry", &place, "--format", "json"];
    let (usage, told) = xtask_json(&workspace, &store, &words)?;
    let changed = to_float(u64::try_from(told.as_array().map_or(0, Vec::len)).unwrap_or_default());
    let note = format!("{changed:.0} objects differ, {} MiB", usage.memory >> 20);
    let what = format!("diff of two generations of {} objects: wall", UNITS * OBJECTS);
    figures.limited(&what, usage.wall, "s", 1.0, &note);
    Ok(())
}

fn write_objects(stage: &Stage<'_>, directory: &Path, unit: &str, text: &str) -> Result<(), CliError> {
    let name = unit.rsplit('/').next().unwrap_or(unit);
    let component =
        "description: Many objects.\nnamespace: bench\nsources: [{manifests: {path: manifests}}]\n";
    synthetic::write(stage, &directory.join("component.yaml"), component)?;
    let mut objects = String::new();
    for number in 0..OBJECTS {
        // Writing to a text does not fail.
        let _ = write!(
            objects,
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}-{number}}}\ndata: {{text: {text}}}\n"
        );
    }
    synthetic::write(stage, &directory.join("manifests/objects.yaml"), &objects)
}

fn number(told: &Value, field: &str) -> f64 {
    told.get(field).and_then(Value::as_f64).unwrap_or_default()
}

/// A registry in the stage's directory; it ends with this value.
struct Registry {
    address: String,
    _server: Running,
}

impl Registry {
    /// Starts one; nothing when there is no program for it.
    fn start(stage: &Stage<'_>) -> Result<Option<Self>, CliError> {
        let Some(program) = process::find(REGISTRY) else { return Ok(None) };
        let directory = stage.path("registry");
        stage.done(fs::create_dir_all(&directory))?;
        let address = format!("127.0.0.1:{}", FIRST_PORT + std::process::id() % PORTS);
        let settings = format!(
            "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: \"{}\"}}}}\nhttp: {{addr: \
             \"{address}\"}}\n",
            directory.join("data").display()
        );
        let file = directory.join("settings.yaml");
        stage.done(fs::write(&file, settings))?;
        let command = Command::new(program, &directory).args(["serve".into(), file.into_os_string()]);
        let failed = |error: &dyn std::fmt::Display| CliError::environment(error, REGISTRY);
        let server = process::serve(&command, &directory.join("log")).map_err(|error| failed(&error))?;
        let registry = Self { address, _server: server };
        for _ in 0..500 {
            let remote = Remote::new(&registry.place("ready"), RemoteOptions::new(Network::Allowed));
            if remote.is_ok_and(|remote| remote.tags("ready").is_ok()) {
                return Ok(Some(registry));
            }
            sleep(Duration::from_millis(20));
        }
        Err(failed(&"does not answer"))
    }

    fn place(&self, name: &str) -> String {
        format!("oci://{}/{name}", self.address)
    }
}
