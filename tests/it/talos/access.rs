//! Bundles, certificates and client configurations of ours are good for the library.

use serde_json::json;
use talos::{SecretsBundle, talosconfig};

use crate::library;
use crate::random::Random;

const NOW: u64 = 1_700_000_000;
const YEAR: u64 = 365 * 24 * 3600;

#[test]
fn a_client_and_a_server_of_a_new_bundle_trust_each_other() {
    let test = "a_client_and_a_server_of_a_new_bundle_trust_each_other";
    library::each(test, |contract, library| {
        for seed in 0..5 {
            let mut random = Random::new(seed);
            let mut bytes = |buffer: &mut [u8]| buffer.fill_with(|| u8::try_from(random.below(256)).unwrap());
            let bundle = SecretsBundle::generate(NOW, &mut bytes).unwrap();
            assert_eq!(bundle.mistakes(), Vec::<String>::new());
            let judged = library.ask(&json!({ "bundle": bundle.to_yaml() })).unwrap();
            assert!(judged["errors"].is_null(), "Talos {contract}: {judged}");
            let endpoints = ["10.0.0.1".to_owned()];
            let config = talosconfig("lab", &endpoints, &bundle, NOW).unwrap();
            let mut connect = |now: u64| {
                let connection =
                    json!({ "bundle": bundle.to_yaml(), "talosconfig": config.reveal(), "now": now });
                library.ask(&json!({ "connect": connection })).map(|_| ())
            };
            assert_eq!(connect(NOW + 5), Ok(()), "Talos {contract}, {seed}");
            assert_eq!(connect(NOW + YEAR - 5), Ok(()), "Talos {contract}, {seed}");
            let late = connect(NOW + YEAR + 5).unwrap_err();
            assert!(late.contains("expired") || late.contains("bad certificate"), "{late}");
            let early = connect(NOW - 5).unwrap_err();
            assert!(early.contains("not yet valid") || early.contains("bad certificate"), "{early}");
        }
    });
}
