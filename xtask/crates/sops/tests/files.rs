//! Files are encrypted and decrypted again; whatever was changed in between is noticed.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use diag::{Source, SourceRef};
use proptest::prelude::*;
use sops::{Identity, Recipient, Sealing, SopsError, decrypt, encrypt, recipients};
use yaml::{Document, Duplicates, Node, Value};

const TIME: &str = "2026-01-02T03:04:05Z";

fn parse(text: &str) -> (SourceRef, Document) {
    let source = Source::shared("secrets.sops.yaml", text);
    let document = yaml::parse_one(&source, Duplicates::Refuse).unwrap();
    (source, document)
}

/// Bytes that look random enough: each one is other than the one before.
fn counter() -> impl FnMut(&mut [u8]) {
    let mut next = 0_u64;
    move |buffer| {
        for byte in buffer {
            next = next.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = next.to_le_bytes()[5];
        }
    }
}

fn sealed(root: &Node, recipients: &[Recipient]) -> Result<String, SopsError> {
    encrypt(root, &mut Sealing { recipients, random: &mut counter(), time: TIME })
}

fn opened(text: &str, identity: &Identity) -> Result<Node, SopsError> {
    let (source, document) = parse(text);
    decrypt(&source, &document.root, std::slice::from_ref(identity))
}

fn example() -> Node {
    parse("a: one\nb:\n  c: 5\n  d: [true, 1.5, two]\ne_unencrypted: open\nf: ''\ng:\n").1.root
}

#[test]
fn keys_stay_readable_and_values_do_not() {
    let identity = Identity::generate();
    let text = sealed(&example(), &[identity.recipient()]).unwrap();
    let (source, document) = parse(&text);
    assert!(sops::is_encrypted(&document));
    assert_eq!(recipients(&source, &document.root).unwrap(), [identity.recipient().to_string()]);
    for plain in ["one", "two", "5\n", "1.5"] {
        assert!(!text.contains(&format!(": {plain}")), "{text}");
    }
    assert!(text.contains("e_unencrypted: open\n"));
    assert!(text.contains("a: ENC[AES256_GCM,data:"));
    assert!(opened(&text, &identity).unwrap().same(&example()));
}

#[test]
fn every_recipient_opens_a_file_and_nobody_else() {
    let [first, second, other] = [(); 3].map(|()| Identity::generate());
    let text = sealed(&example(), &[first.recipient(), second.recipient()]).unwrap();
    assert!(opened(&text, &first).unwrap().same(&opened(&text, &second).unwrap()));
    let error = opened(&text, &other).unwrap_err();
    assert!(error.to_string().contains(&second.recipient().to_string()), "{error}");
    let (source, document) = parse(&text);
    assert!(matches!(decrypt(&source, &document.root, &[]), Err(SopsError::NoKey { .. })));
}

#[test]
fn whatever_was_changed_is_noticed() {
    let identity = Identity::generate();
    let text = sealed(&example(), &[identity.recipient()]).unwrap();
    let (_, document) = parse(&text);
    let value = |path: &[&str]| document.root.at(path).unwrap().as_str().unwrap().to_owned();
    let (a, c) = (value(&["a"]), value(&["b", "c"]));
    let line = |key: &str| text.lines().find(|line| line.trim_start().starts_with(key)).unwrap().to_owned();
    let table = [
        ("a value moved to another key", text.replace(&format!("a: {a}"), &format!("a: {c}"))),
        ("a readable value changed", text.replace("e_unencrypted: open", "e_unencrypted: shut")),
        ("a value removed", text.replace(&format!("{}\n", line("a:")), "")),
        ("a value added", text.replace("e_unencrypted: open", "e_unencrypted: open\nx_unencrypted: y")),
        ("another type", text.replace(&c, &c.replace("type:int", "type:bool"))),
        ("a value in plain text", text.replace(&a, "one")),
        ("the time changed", text.replace(TIME, "2026-01-02T03:04:06Z")),
        ("the code cut", text.replace("mac: ENC[AES256_GCM,data:", "mac: ENC[AES256_GCM,data:AAAA")),
        ("a broken value", text.replace(&a, "ENC[AES256_GCM,data:!,iv:!,tag:!,type:str]")),
        ("a value without a nonce", text.replace(&a, "ENC[AES256_GCM,data:AAAA,iv:,tag:,type:str]")),
    ];
    for (what, changed) in table {
        assert_ne!(changed, text, "{what}");
        let error = opened(&changed, &identity).unwrap_err();
        let is_noticed = matches!(error, SopsError::Tampered { .. } | SopsError::Value { .. });
        assert!(is_noticed, "{what}: {error}");
        assert!(!error.to_string().contains("one"), "{what}: {error}");
    }
}

#[test]
fn what_is_not_known_is_refused() {
    let identity = Identity::generate();
    let text = sealed(&example(), &[identity.recipient()]).unwrap();
    let with = |field: &str| text.replace("  unencrypted_suffix: _unencrypted", &format!("  {field}"));
    for field in
        ["encrypted_regex: ^a$", "unencrypted_regex: ^b$", "shamir_threshold: 2", "key_groups: [{age: []}]"]
    {
        let error = opened(&with(field), &identity).unwrap_err();
        assert!(matches!(error, SopsError::Unsupported { .. }), "{field}: {error}");
    }
    // Fields that SOPS before 3.10 wrote though they were empty.
    let old = with(
        "unencrypted_suffix: _unencrypted\n  kms: []\n  gcp_kms: []\n  shamir_threshold: 0\n  encrypted_regex: ''",
    );
    assert!(opened(&old, &identity).unwrap().same(&example()));
    assert!(matches!(opened("a: b\n", &identity), Err(SopsError::NotEncrypted { .. })));
    assert!(matches!(opened("a: b\nsops: {mac: x}\n", &identity), Err(SopsError::Metadata { .. })));
}

#[test]
fn what_sops_cannot_hold_is_refused() {
    let recipient = Identity::generate().recipient();
    let refused = |text: &str| sealed(&parse(text).1.root, std::slice::from_ref(&recipient)).unwrap_err();
    assert!(matches!(refused("[a]"), SopsError::Plain { .. }));
    assert!(matches!(refused("sops: a"), SopsError::Plain { .. }));
    assert!(
        matches!(refused("a: {b: 18446744073709551615}"), SopsError::Plain { field, .. } if field == "a.b")
    );
    assert_eq!(sealed(&example(), &[]), Err(SopsError::NoRecipient));
}

#[test]
fn keys_are_read_from_files_of_age_keygen() {
    let [first, second] = [(); 2].map(|()| Identity::generate());
    let text =
        format!("# created: today\n# public key: age1\n{}\n\n  {}\n", *first.reveal(), *second.reveal());
    let read = Identity::read_all(&text, "keys.txt").unwrap();
    let names: Vec<String> = read.iter().map(|identity| identity.recipient().to_string()).collect();
    assert_eq!(names, [first.recipient().to_string(), second.recipient().to_string()]);
    let error = Identity::read_all("# x\nAGE-SECRET-KEY-1NO\n", "`keys.txt`").unwrap_err().to_string();
    assert_eq!(error, "line 2 of `keys.txt` is no age key");
    assert!("age1no".parse::<Recipient>().is_err());
    assert_eq!(format!("{first:?}"), "Identity(…)");
}

fn tree() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Node::bool),
        any::<i64>().prop_map(Node::int),
        (-1.0e9..1.0e9).prop_map(|number: f64| Node::new(Value::Float(number))),
        "\\PC{0,20}".prop_map(Node::string),
        Just(Node::null()),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Node::seq),
            prop::collection::vec(("[a-z_]{1,8}", inner), 0..4).prop_map(Node::map),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_encrypted_is_decrypted(root in prop::collection::vec(("[a-z]{1,3}", tree()), 0..4).prop_map(Node::map)) {
        let identity = Identity::generate();
        let text = sealed(&root, &[identity.recipient()]).unwrap();
        prop_assert!(opened(&text, &identity).unwrap().same(&root), "{text}");
    }

    #[test]
    fn no_text_makes_decrypting_panic(value in "\\PC{0,40}", place in 0..4_usize) {
        let identity = Identity::generate();
        let enc = format!("ENC[AES256_GCM,data:{value},iv:{value},tag:{value},type:{value}]");
        let texts = [value.clone(), enc.clone(), format!("ENC[{value}]"), format!("ENC[AES256_GCM,{value}]")];
        let root = Node::map([
            ("a", Node::string(&texts[place])),
            ("sops", Node::map([("mac", Node::string(&enc)), ("lastmodified", Node::string(&value)),
                ("age", Node::seq([Node::map([("recipient", Node::string(&value)), ("enc", Node::string(&value))])]))])),
        ]);
        let source = Source::shared("x", "");
        prop_assert!(decrypt(&source, &root, &[identity]).is_err());
    }
}
