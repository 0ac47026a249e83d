//! Configurations are the library's, byte for byte.

use talos::{SecretsBundle, fill, generate};

use crate::clusters::{description, secrets};
use crate::library;
use crate::random::Random;
use crate::same;

/// Descriptions for each version.
const DESCRIPTIONS: usize = 400;

#[test]
fn configurations_are_those_of_the_library() {
    let secrets = secrets();
    library::each("configurations_are_those_of_the_library", |contract, library| {
        for number in 0..DESCRIPTIONS {
            let description = description(number, contract, &secrets);
            let ours = generate(&description.cluster, &description.machine, &secrets);
            let theirs = library.generate(&description.question);
            match (ours, theirs) {
                (Ok(ours), Ok(theirs)) => {
                    let differs = same(&ordered(&ours.to_yaml()), &ordered(&theirs));
                    assert_eq!(differs, Ok(()), "Talos {contract}, {number}");
                }
                (Err(_), Err(_)) => {}
                (ours, theirs) => panic!("Talos {contract}, {number}: {ours:?}\n{theirs:?}"),
            }
        }
    });
}

/// What strings are put together from: all that makes a writer of YAML quote, fold or escape.
const PIECES: [&str; 44] = [
    "a", "b c", " ", "  ", "\n", "\n\n", "\t", ":", ": ", "#", " #", "-", "- ", "?", "? ", "'", "\"", "\\",
    "0", "1", "0x1F", "0o17", "1_0", ".", "1e3", "+", "yes", "no", "true", "null", "~", "=", "[", "]", "{",
    "}", ",", "&", "*", "!", "|", ">", "%", "é",
];

#[test]
fn strings_are_quoted_as_the_library_quotes_them() {
    let secrets = secrets();
    library::each("strings_are_quoted_as_the_library_quotes_them", |contract, library| {
        let mut random = Random::new(5);
        for number in 0..40 {
            let mut description = description(number, contract, &secrets);
            for name in 0..60 {
                let pieces = 1 + random.below(4);
                let text: String = (0..pieces).map(|_| random.pick(&PIECES)).collect();
                if text.contains('\n') && text.trim().is_empty() {
                    // Versions of the library differ on texts that are blank lines only.
                    continue;
                }
                // The library loses a line break at the start of a text.
                description
                    .machine
                    .sysctls
                    .insert(format!("k{name}"), text.trim_start_matches('\n').to_owned());
            }
            let Ok(ours) = generate(&description.cluster, &description.machine, &secrets) else { continue };
            description.question["sysctls"] = serde_json::json!(description.machine.sysctls);
            let theirs = library.generate(&description.question).unwrap();
            let differs = same(&ordered(&ours.to_yaml()), &ordered(&theirs));
            assert_eq!(differs, Ok(()), "Talos {contract}, {number}");
        }
    });
}

/// The library of Talos 1.12.0 writes mirrors in an order that differs from run to run.
fn ordered(text: &str) -> String {
    let mut documents: Vec<&str> = text.split("---\n").collect();
    let is_mirror = |document: &&str| document.contains("kind: RegistryMirrorConfig");
    documents.sort_by_key(|document| is_mirror(document).then_some(*document));
    documents.join("---\n")
}

#[test]
fn placeholders_give_way_to_the_same_configuration() {
    let secrets = secrets();
    for number in 0..50 {
        let description = description(number, talos::Contract::V1_12, &secrets);
        let stored =
            generate(&description.cluster, &description.machine, &SecretsBundle::placeholders()).unwrap();
        let whole = generate(&description.cluster, &description.machine, &secrets).unwrap();
        assert_eq!(fill(&stored, &secrets).unwrap().to_yaml(), whole.to_yaml());
        for field in talos::Field::ALL.into_iter().filter(|field| !field.of(&secrets).is_empty()) {
            let secret = format!(" {}\n", field.of(&secrets));
            assert!(!stored.to_yaml().contains(&secret), "{}", field.path());
        }
    }
}
