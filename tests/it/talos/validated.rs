//! Validation accepts and refuses what the library's does, with as many errors and warnings.
//!
//! The words are our own, so it is their number that is compared: every case breaks one or two rules.

use diag::Source;
use serde_json::{Value, json};
use talos::{Config, Contract, Mode, Patch, Sources, generate, patch, validate};

use crate::clusters::{description, secrets};
use crate::library::{self, Library};
use crate::random::Random;

/// What is put into good configurations: as patches, `====` between them.
const FAULTS: &str = include_str!("faults.txt");
const PATCHES: &str = include_str!("patches.txt");
const MIXTURES: usize = 300;

#[test]
fn complaints_are_as_many_as_the_library_has() {
    library::each("complaints_are_as_many_as_the_library_has", |contract, library| {
        let patches: Vec<&str> = FAULTS.split("\n====\n").chain(PATCHES.split("\n====\n")).collect();
        let (mut differ, mut compared) = (Vec::new(), 0);
        let mut count = |result: Result<usize, String>| match result {
            Ok(complaints) => compared += complaints,
            Err(differs) => differ.push(differs),
        };
        for (number, patch) in patches.iter().enumerate() {
            for variant in 0..2 {
                count(compare(contract, library, 2 * number + variant, &[patch]));
            }
        }
        for number in 0..MIXTURES {
            let mut random = Random::new(number as u64 + 77);
            let mixture: Vec<&str> = (0..3).map(|_| patches[random.below(patches.len())]).collect();
            count(compare(contract, library, number, &mixture));
        }
        let shown = &differ[..differ.len().min(8)];
        assert!(
            differ.is_empty(),
            "Talos {contract}: {} differ, such as\n{}",
            differ.len(),
            shown.join("\n\n")
        );
        assert!(compared > 300, "Talos {contract}: only {compared} complaints");
    });
}

/// The number of complaints that both have.
fn compare(
    contract: Contract,
    library: &mut Library,
    number: usize,
    patches: &[&str],
) -> Result<usize, String> {
    let secrets = secrets();
    let description = description(number, contract, &secrets);
    let mut sources = Sources::default();
    let config = generate(&description.cluster, &description.machine, &secrets).unwrap();
    let mut read = Vec::new();
    for text in patches {
        let Ok(patch) = Patch::read(contract, &mut sources, &Source::shared("patch.yaml", *text)) else {
            return Ok(0);
        };
        read.push(patch);
    }
    let Ok(result) = patch(&config, &read) else { return Ok(0) };
    let text = result.to_yaml();
    let config = Config::read(contract, &mut sources, &Source::shared("machine.yaml", text.as_str()));
    let (mode, name) =
        [(Mode::Metal, "metal"), (Mode::Cloud, "cloud"), (Mode::Container, "container")][number % 3];
    let strict = number.is_multiple_of(4);
    let asked = json!({ "validate": { "config": text, "mode": name, "strict": strict } });
    let theirs = library.ask(&asked);
    let of = format!("Talos {contract}, {number}, {name}, strict {strict}:\n{}", patches.join("\n====\n"));
    match (config, theirs) {
        (Ok(config), Ok(theirs)) => {
            let complaints = validate(&config, mode, strict);
            let ours = |warning| complaints.iter().filter(|complaint| complaint.warning == warning).count();
            let told = |field: &str| theirs[field].as_array().map_or(0, Vec::len);
            if (ours(false), ours(true)) == (told("errors"), told("warnings")) {
                return Ok(complaints.len());
            }
            let ours: Vec<&str> = complaints.iter().map(|complaint| complaint.message.as_str()).collect();
            Err(format!(
                "{of}\nours: {ours:#?}\ntheirs: {:#} {:#}",
                shown(&theirs["errors"]),
                shown(&theirs["warnings"])
            ))
        }
        (Err(_), Err(_)) => Ok(1),
        (Ok(_), Err(theirs)) if theirs.contains("not registered") => Ok(0),
        (Ok(_), Err(theirs)) => Err(format!("{of}\nthe library cannot read it: {theirs}")),
        (Err(ours), Ok(_)) => Err(format!("{of}\nwe cannot read it: {}", ours[0].message)),
    }
}

fn shown(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}
