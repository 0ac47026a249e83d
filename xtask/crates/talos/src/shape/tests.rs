use super::{Model, TEXTS, Type, notation};
use crate::Contract;

#[test]
fn every_line_of_the_notation_is_read() {
    for contract in Contract::ALL {
        notation::model(TEXTS, contract).unwrap();
    }
    for (line, reason) in [
        ("struct A\n  b nothing", "there is no `nothing`"),
        ("  b text", "`b text` belongs to nothing"),
        ("document A\n  b text loudly", "`loudly` of `b text loudly` means nothing"),
        ("document A\n  b A", "`A` holds itself"),
        ("thing A", "`thing A` is no document, struct or list of words"),
        ("document A x..y", "`x..y` is no range of versions"),
    ] {
        let text =
            if line.starts_with("struct") { format!("{line}\ndocument B\n  a A") } else { line.to_owned() };
        assert_eq!(notation::model(&[&text], Contract::V1_11).unwrap_err(), reason, "{line}");
    }
}

#[test]
fn versions_have_their_kinds_and_fields() {
    let kinds: Vec<usize> = Contract::ALL.iter().map(|contract| Model::of(*contract).kinds.len()).collect();
    assert_eq!(kinds, [14, 18, 37, 45, 50]);
    let has = |contract, field| {
        let kind = Model::of(contract).kind("UserVolumeConfig").unwrap();
        kind.root.field(field).is_some()
    };
    assert!(!has(Contract::V1_11, "volumeType") && has(Contract::V1_12, "volumeType"));
    let bond = Model::of(Contract::V1_12).kind("BondConfig").unwrap();
    assert!(bond.named && bond.conflicts.iter().any(|kind| kind == "LinkConfig"));
    assert!(matches!(bond.root.field("bondMode").unwrap().kind, Type::Pointer(_)));
}
