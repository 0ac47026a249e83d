//! Patched configurations are `configpatcher`'s, byte for byte, and refusals are, too.

use diag::Source;
use serde_json::json;
use talos::{Config, Contract, Patch, Sources, generate, patch};

use crate::clusters::{description, secrets};
use crate::library::{self, Library};
use crate::random::Random;
use crate::same;

/// Patches, alone and in mixtures; `---` on a line of its own stands between documents of one patch.
const PATCHES: &str = include_str!("patches.txt");
const MIXTURES: usize = 1000;

#[test]
fn patches_do_what_they_do_in_the_library() {
    library::each("patches_do_what_they_do_in_the_library", |contract, library| {
        let patches: Vec<&str> = PATCHES.split("\n====\n").collect();
        let (mut differ, mut equal) = (Vec::new(), 0);
        let mut count = |result: Result<bool, String>| match result {
            Ok(applied) => equal += usize::from(applied),
            Err(differs) => differ.push(differs),
        };
        for (number, patch) in patches.iter().enumerate() {
            count(compare(contract, library, number, &[patch]));
        }
        for number in 0..MIXTURES {
            let mut random = Random::new(number as u64);
            let length = 2 + random.below(4);
            let mixture: Vec<&str> = (0..length).map(|_| patches[random.below(patches.len())]).collect();
            count(compare(contract, library, number, &mixture));
        }
        assert!(equal > 200, "Talos {contract}: only {equal} patches can be applied");
        let shown = &differ[..differ.len().min(5)];
        assert!(
            differ.is_empty(),
            "Talos {contract}: {} differ, such as\n{}",
            differ.len(),
            shown.join("\n\n")
        );
    });
}

fn compare(
    contract: Contract,
    library: &mut Library,
    number: usize,
    patches: &[&str],
) -> Result<bool, String> {
    let secrets = secrets();
    let description = description(number, contract, &secrets);
    let config = generate(&description.cluster, &description.machine, &secrets).unwrap();
    let question = json!({ "patch": { "config": config.to_yaml(), "patches": patches } });
    let theirs = library.ask(&question).map(|answer| answer["config"].as_str().unwrap().to_owned());
    let ours = ours(contract, &config.to_yaml(), patches);
    let of = format!("Talos {contract}, {number}:\n{}", patches.join("\n====\n"));
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => {
            same(&ours, &without_nothing(&theirs)).map_err(|differs| format!("{of}\n{differs}"))?;
            Ok(true)
        }
        (Err(_), Err(_)) => Ok(false),
        (Ok(_), Err(theirs)) if is_known(&theirs, patches) => Ok(false),
        (Ok(_), Err(theirs)) => Err(format!("{of}\nthe library refuses: {theirs}")),
        (Err(ours), Ok(_)) => Err(format!("{of}\nwe refuse: {ours}")),
    }
}

/// Where the library fails and we do not: values that its merge cannot set, documents of later versions, which pass
/// through here, and deletions of documents that are not there, which it counts as documents afterwards;
/// before 1.13 deletions inside trees without types.
fn is_known(theirs: &str, patches: &[&str]) -> bool {
    let deletes = patches.iter().any(|patch| patch.contains("\n$patch: delete"));
    let counts = deletes && theirs.contains("JSON6902 patches are not supported for multi-document");
    let free = theirs.contains("extraConfig.maxPods': lookup failed");
    let cannot = ["merge not possible", "not registered", "left *decoder."]
        .iter()
        .any(|reason| theirs.contains(reason));
    counts || free || cannot || theirs.starts_with("panic: ")
}

/// Without the empty documents that the library makes of deletions of documents which are not there.
fn without_nothing(text: &str) -> String {
    let documents = text.split("---\n").filter(|document| *document != "{}\n");
    documents.collect::<Vec<_>>().join("---\n")
}

fn ours(contract: Contract, config: &str, patches: &[&str]) -> Result<String, String> {
    let mut sources = Sources::default();
    let all = |mistakes: Vec<diag::Diagnostic>| {
        mistakes.into_iter().map(|mistake| mistake.message).collect::<Vec<_>>().join("\n")
    };
    let config =
        Config::read(contract, &mut sources, &Source::shared("machine.yaml", config)).map_err(all)?;
    let mut read = Vec::new();
    for text in patches {
        let source = Source::shared("patch.yaml", *text);
        read.push(Patch::read(contract, &mut sources, &source).map_err(all)?);
    }
    let result = patch(&config, &read).map_err(|error| error.to_string())?;
    Ok(result.to_yaml())
}
