use diag::Source;
use yaml::{Duplicates, parse_one};

use super::Reader;
use crate::Contract;
use crate::shape::{Model, Type};
use crate::write;

/// The root document of a text, written again; or the mistakes.
fn round(contract: Contract, text: &str) -> Result<String, Vec<String>> {
    let source = Source::shared("machine.yaml", text);
    let document = parse_one(&source, Duplicates::Refuse).unwrap();
    let kind = document.root.get("kind").and_then(yaml::Node::as_str).unwrap_or_default();
    let kind = Model::of(contract).kind(kind).unwrap();
    let mut reader = Reader::new(contract, Some(&source), 1);
    let read = reader.value(&Type::Struct(kind.root.clone()), &document.root);
    if !reader.mistakes.is_empty() {
        return Err(reader
            .mistakes
            .iter()
            .map(|mistake| format!("{}: {}", mistake.place().unwrap_or_default(), mistake.message))
            .collect());
    }
    Ok(crate::emit::emit(&write::document(&kind.root, &read.unwrap(), true)))
}

#[test]
fn fields_have_their_types_order_and_form() {
    let text = "machine:\n  type: worker\n  sysctls: {b: 1, a: 0755, c: yes}\n  files:\n  - {path: /a, permissions: 0644, content: x, op: create}\n  kubelet: {extraArgs: {v: 2}, extraConfig: {on: on, n: 0o17}}\n  token: \"\"\n  network: {}\n";
    let written = "version: \"\"\nmachine:\n    type: worker\n    token: \"\"\n    certSANs: []\n    kubelet:\n        extraArgs:\n            v: \"2\"\n        extraConfig:\n            \"n\": 15\n            \"on\": \"on\"\n    network: {}\n    files:\n        - content: x\n          permissions: 0o644\n          path: /a\n          op: create\n    sysctls:\n        a: \"0755\"\n        b: \"1\"\n        c: \"yes\"\ncluster: null\n";
    assert_eq!(round(Contract::V1_12, text).unwrap(), written);
}

#[test]
fn mistakes_are_told_all_at_once_with_their_places() {
    let text = "machine:\n  tpye: worker\n  kubelet: []\n  network: {interfaces: [{mtu: many}]}\n  time: {bootTimeout: 5}\n  ca: {crt: \"?\"}\n";
    let mistakes = round(Contract::V1_11, text).unwrap_err();
    let expected = [
        "machine.yaml:2:3: Talos 1.11 has no field `tpye` in `machine`",
        "machine.yaml:3:12: `machine.kubelet` is a list, not a mapping",
        "machine.yaml:4:32: `machine.network.interfaces.0.mtu`: `many` is not an integer",
        "machine.yaml:5:23: `machine.time.bootTimeout`: `5` is not a duration such as `1m30s`",
        ": `machine.ca.crt` is not base64",
    ];
    assert_eq!(mistakes, expected);
}

#[test]
fn words_and_zero_values() {
    let text = "apiVersion: v1alpha1\nkind: NetworkDefaultActionConfig\ningress: Accept\n";
    assert_eq!(
        round(Contract::V1_11, text).unwrap(),
        "apiVersion: v1alpha1\nkind: NetworkDefaultActionConfig\ningress: accept\n"
    );
    let text = "apiVersion: v1alpha1\nkind: NetworkDefaultActionConfig\ningress: drop\n";
    let mistakes = round(Contract::V1_11, text).unwrap_err();
    assert_eq!(mistakes, ["machine.yaml:3:10: `ingress`: `drop` is not one of `accept`, `block`"]);
}
