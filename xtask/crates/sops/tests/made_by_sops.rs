//! A file that sops 3.11.0 encrypted: values of every type, a list, a comment, an empty text, one that stays open.
#![allow(clippy::unwrap_used, reason = "a test")]

use diag::Source;
use sops::{Identity, SopsError, decrypt};
use yaml::Duplicates;

const PLAIN: &str = "\
cluster:
  id: abc
  secret: def
list:
- one
- two: 2
  three: 3.5
  four: true
open_unencrypted: here
empty: ''
text: |
  line one
  line two
";

#[test]
fn a_file_of_sops_itself_is_read() {
    let source = Source::shared("mixed.sops.yaml", include_str!("fixtures/mixed.sops.yaml"));
    let document = yaml::parse_one(&source, Duplicates::Refuse).unwrap();
    let keys = Identity::read_all(include_str!("fixtures/key-of-nobody.txt"), "a key").unwrap();
    let plain = Source::shared("plain.yaml", PLAIN);
    let expected = yaml::parse_one(&plain, Duplicates::Refuse).unwrap();
    assert!(decrypt(&source, &document.root, &keys).unwrap().same(&expected.root));

    let changed = source.text.replace("open_unencrypted: here", "open_unencrypted: there");
    let source = Source::shared("mixed.sops.yaml", changed);
    let document = yaml::parse_one(&source, Duplicates::Refuse).unwrap();
    let error = decrypt(&source, &document.root, &keys).unwrap_err();
    assert!(matches!(error, SopsError::Tampered { .. }), "{error}");
}
