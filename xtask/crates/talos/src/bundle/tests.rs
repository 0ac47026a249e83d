use base64::Engine as _;
use diag::Source;

use super::{Field, SecretsBundle};

/// A bundle whose every field is another text of the right form.
fn bundle() -> SecretsBundle {
    let mut bundle = SecretsBundle::default();
    for field in Field::ALL.into_iter().filter(|field| *field != Field::AescbcEncryptionSecret) {
        let path = field.path();
        let label = if path.ends_with(".crt") { "CERTIFICATE" } else { "PRIVATE KEY" };
        let pem = format!("-----BEGIN {label}-----\n{path}\n-----END {label}-----\n");
        let text = base64::engine::general_purpose::STANDARD.encode(pem);
        field.set(&mut bundle, if path.starts_with("certs.") { &text } else { path });
    }
    bundle
}

#[test]
fn a_written_bundle_reads_as_itself() {
    let written = bundle().to_yaml();
    assert!(
        written.starts_with("cluster:\n    id: cluster.id\n    secret: cluster.secret\nsecrets:\n"),
        "{written}"
    );
    let read = SecretsBundle::from_yaml(&Source::shared("secrets.yaml", written)).unwrap();
    assert_eq!(read, bundle());
    assert_eq!(read.mistakes(), Vec::<String>::new());
}

#[test]
fn what_is_absent_is_told() {
    assert_eq!(SecretsBundle::default().mistakes().len(), 14);
    for field in Field::ALL.into_iter().filter(|field| *field != Field::AescbcEncryptionSecret) {
        let mut bundle = bundle();
        field.set(&mut bundle, "");
        let mistakes = bundle.mistakes();
        assert!(mistakes.len() == 1 && mistakes[0].contains(field.path()), "{mistakes:?}");
    }
    let mut both = bundle();
    Field::AescbcEncryptionSecret.set(&mut both, "x");
    assert!(both.mistakes()[0].starts_with("only one of"));
}

#[test]
fn mistakes_show_nothing_of_the_text() {
    for (text, says) in [
        ("cluster:\n  secrte: hush", "a bundle of secrets has no field `cluster.secrte`"),
        ("cluster: hush", "`cluster` is a string, not a mapping"),
        ("trustdinfo:\n  token: [hush]", "`trustdinfo.token` is a list, not a string"),
        ("cluster: {id: hush", "cannot read the text as YAML"),
    ] {
        let source = Source::shared("secrets.yaml", text);
        let mistakes = SecretsBundle::from_yaml(&source).unwrap_err();
        assert_eq!(mistakes[0].message, says);
        let told = diag::render(&mistakes[0], diag::Paint::Plain, 100);
        assert!(!told.contains("hush"), "{told}");
    }
}
