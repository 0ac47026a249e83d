//! Configurations are the library's, byte for byte.

use talos::{SecretsBundle, fill, generate};

use crate::clusters::{description, secrets};
use crate::library;
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
