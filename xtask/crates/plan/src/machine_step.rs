//! Images of machines: one step for each, from a description and the pins that it names.

use std::path::PathBuf;

use catalogue::{Image, Workspace};
use diag::Diagnostic;
use hashing::Digest;
use initramfs::Extension;
use inputs::{FetchEvent, Fetched, Fetcher, Kind, Lock, Pin};
use machine::{MachineError, Parts};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Outcome, Record, Root, Store};

use crate::build::{Options, load_lock};
use crate::error::PlanError;
use crate::event::Event;
use crate::pins;
use crate::recipe::Recipe;
use crate::report::Status;

/// What came of an image.
#[derive(Clone, Debug, Serialize)]
pub struct ImageReport {
    /// Its name: `images/lab`.
    pub image: String,
    /// The release that it is, or whose layout it has.
    pub release: String,
    /// The name of its schematic.
    pub schematic: String,
    /// The installer that machine configurations name; a base of packages has none.
    pub installer: Option<String>,
    /// Its files.
    pub outputs: Vec<ImageOutput>,
    /// Whether anything was made.
    pub status: Status,
    /// What may surprise.
    pub warnings: Vec<String>,
}

/// A file of an image.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ImageOutput {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// What it is in the store.
    pub digest: Digest,
    /// Where it lies there.
    #[serde(default)]
    pub path: PathBuf,
}

/// Builds an image, named `images/<name>`.
///
/// The schematic and the command line need no input; where an input is missing the error says which one.
pub fn build_image(
    workspace: &Workspace,
    store: &Store,
    name: &str,
    options: &Options,
    events: &(dyn Fn(Event) + Sync),
) -> Result<ImageReport, PlanError> {
    let image = catalogue::load_image(workspace, name).map_err(PlanError::Described)?;
    let recipe = machine::Recipe::new(&image).map_err(|mistakes| {
        let told = mistakes.into_iter().map(|(field, message)| image.mistake(&field, message));
        PlanError::Described(told.collect())
    })?;
    let lock = load_lock(workspace)?;
    let pins = wanted(&image, &lock)?;
    let mut step = Recipe::new("image");
    step.described("image", &image.spec);
    step.parameter("formats", json!([squash::IDENTITY, initramfs::IDENTITY]));
    for pin in &pins {
        if let Some(digest) = pins::digest(pin) {
            step.input(format!("{} {}", pin.name, pin.version), digest);
        }
    }
    let forward = |event: FetchEvent<'_>| events(event.into());
    let fetcher = Fetcher::new(store, options.network, options.mirrors.clone(), &forward);
    let (record, outcome) = store.build(&step.key(), || make(&image, &recipe, &pins, &fetcher, store))?;
    keep(workspace, store, name, &step, &pins)?;
    let mut outputs: Vec<ImageOutput> = serde_json::from_value(record.data).unwrap_or_default();
    for output in &mut outputs {
        output.path = store.object_path(&output.digest);
    }
    Ok(ImageReport {
        image: name.to_owned(),
        release: recipe.tag.clone(),
        schematic: recipe.schematic.id(),
        installer: image.spec.base.talos.is_some().then(|| recipe.installer()),
        outputs,
        status: if outcome == Outcome::Built { Status::Built } else { Status::Unchanged },
        warnings: recipe.warnings(),
    })
}

/// The pins of an image: those of its base in their order, then its extensions.
fn wanted<'l>(image: &Image, lock: &'l Lock) -> Result<Vec<&'l Pin>, PlanError> {
    let spec = &image.spec;
    let mut names: Vec<(&str, Option<&str>, Vec<String>)> = Vec::new();
    if let Some(lab) = &spec.base.lab {
        for (field, name) in [("kernel", &lab.kernel), ("boot", &lab.boot), ("shell", &lab.shell)] {
            names.push((name, None, ["base", "lab", field].map(str::to_owned).to_vec()));
        }
    } else {
        for name in ["talos-kernel", "talos-stub", "talos-initramfs"] {
            names.push((name, spec.base.talos.as_deref(), ["base", "talos"].map(str::to_owned).to_vec()));
        }
    }
    for (index, name) in spec.extensions.iter().enumerate() {
        names.push((name, None, vec!["extensions".to_owned(), index.to_string()]));
    }
    let (mut found, mut mistakes) = (Vec::new(), Vec::new());
    for (name, version, field) in names {
        match pins::required(lock, Kind::Package, name, version) {
            Ok(pin) => found.push(pin),
            Err(mistake) => {
                let field: Vec<&str> = field.iter().map(String::as_str).collect();
                let told = format!("image `{}`: {}", image.name, mistake.message);
                let hint = format!(
                    "`cargo xtask lock add package {name} {} …` pins it on a machine that reaches its source",
                    version.unwrap_or("VERSION")
                );
                mistakes.push(image.mistake(&field, told).hint(hint));
            }
        }
    }
    if mistakes.is_empty() { Ok(found) } else { Err(PlanError::Described(mistakes)) }
}

fn make(
    image: &Image,
    recipe: &machine::Recipe,
    pins: &[&Pin],
    fetcher: &Fetcher<'_>,
    store: &Store,
) -> Result<Record, PlanError> {
    let mut files = Vec::new();
    for pin in pins {
        match fetcher.fetch(pin)? {
            Fetched::File(digest) => files.push(store.get(&digest)?),
            Fetched::Tree(_) => {
                let message =
                    format!("image `{}`: pin `{}` is a directory, not a file", image.name, pin.name);
                return Err(Diagnostic::error(message).hint("pin the file itself").into());
            }
        }
    }
    let built = parts(image, files).and_then(|parts| machine::build(recipe, &parts));
    let outputs = built.map_err(|error| refused(image, &error))?;
    let mut record = Record::default();
    let mut listed: Vec<Value> = Vec::new();
    for output in outputs {
        let digest = store.put(&output.content)?;
        record.objects.push(digest);
        listed.push(json!({"name": output.name, "size": output.content.len(), "digest": digest}));
    }
    record.data = Value::Array(listed);
    Ok(record)
}

fn parts(image: &Image, files: Vec<Vec<u8>>) -> Result<Parts, MachineError> {
    let mut files = files.into_iter();
    let mut next = || files.next().unwrap_or_default();
    let (first, second, third) = (next(), next(), next());
    let mut parts = if image.spec.base.lab.is_some() {
        machine::lab_parts(&first, &second, &third)?
    } else {
        Parts {
            kernel: first,
            stub: second,
            initramfs: third,
            symbols: false,
            splash: None,
            extensions: Vec::new(),
        }
    };
    let mut mistakes = Vec::new();
    for (name, bytes) in image.spec.extensions.iter().zip(files) {
        let tree = filetree::from_tar(&bytes)?;
        match Extension::read(&tree, name) {
            Ok(extension) => parts.extensions.push(extension),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if mistakes.is_empty() { Ok(parts) } else { Err(MachineError::Extensions(mistakes)) }
}

fn refused(image: &Image, error: &MachineError) -> PlanError {
    let told = match error {
        MachineError::Extensions(mistakes) => mistakes.iter().map(ToString::to_string).collect(),
        other => vec![other.to_string()],
    };
    let diagnostics = told.into_iter().map(|message| {
        let field = if matches!(error, MachineError::Extensions(_)) { "extensions" } else { "base" };
        image.mistake(&[field], format!("image `{}`: {message}", image.name))
    });
    PlanError::Refused(diagnostics.collect())
}

/// Makes the files and the inputs of the last build of an image roots of the store.
fn keep(
    workspace: &Workspace,
    store: &Store,
    name: &str,
    step: &Recipe,
    pins: &[&Pin],
) -> Result<(), PlanError> {
    let checkout = Digest::of(workspace.root().display().to_string().as_bytes()).short();
    let root = Root {
        recipes: vec![step.key()],
        objects: pins.iter().filter_map(|pin| pins::digest(pin)).collect(),
        trees: Vec::new(),
        data: json!({"workspace": workspace.root().display().to_string()}),
    };
    Ok(store.set_root(&format!("image-{}-{checkout}", name.trim_start_matches("images/")), &root)?)
}
