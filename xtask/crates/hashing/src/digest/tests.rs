use proptest::prelude::*;

use crate::{Digest, ParseDigestError};

const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

#[test]
fn gives_the_published_test_vectors() {
    // FIPS 180-4 examples.
    for (bytes, hex) in [(&b""[..], EMPTY), (b"abc", ABC)] {
        assert_eq!(Digest::of(bytes).hex(), hex);
    }
}

#[test]
fn prints_and_reads_one_form() {
    let digest = Digest::of(b"abc");
    assert_eq!(digest.to_string(), format!("sha256:{ABC}"));
    assert_eq!(format!("{digest:?}"), digest.to_string());
    assert_eq!(digest.short(), "ba7816bf8f01");
    assert_eq!(serde_json::to_string(&digest).unwrap(), format!("\"sha256:{ABC}\""));
    assert_eq!(serde_json::from_str::<Digest>(&format!("\"sha256:{ABC}\"")).unwrap(), digest);
}

#[test]
fn refuses_everything_else() {
    let upper = format!("sha256:{}", ABC.to_uppercase());
    let long = format!("sha256:{ABC}0");
    for (text, wanted) in [
        (ABC, "must start with `sha256:`"),
        ("sha512:00", "must start with `sha256:`"),
        ("", "must start with `sha256:`"),
        ("sha256:", "has 0 hexadecimal digits"),
        ("sha256:ab", "has 2 hexadecimal digits"),
        (&long, "has 65 hexadecimal digits"),
        (&upper, "lower case"),
        (&format!("sha256:{}ää", &ABC[4..]), "lower case"),
    ] {
        let error = text.parse::<Digest>().unwrap_err().to_string();
        assert!(error.contains(wanted), "{text}: {error}");
    }
    assert!(matches!(Digest::from_hex(&upper[7..]), Err(ParseDigestError::Digit { .. })));
    assert!(serde_json::from_str::<Digest>("7").is_err());
}

proptest! {
    #[test]
    fn text_and_bytes_round_trip_in_order(a: [u8; 32], b: [u8; 32]) {
        let (first, second) = (Digest::from(a), Digest::from(b));
        prop_assert_eq!(first.to_string().parse::<Digest>().unwrap(), first);
        prop_assert_eq!(Digest::from_hex(&first.hex()).unwrap(), first);
        prop_assert_eq!(first.as_bytes(), &a);
        prop_assert_eq!(first.cmp(&second), first.hex().cmp(&second.hex()));
    }

    #[test]
    fn parsing_never_panics(text: String) {
        let _ = text.parse::<Digest>();
        let _ = format!("sha256:{text}").parse::<Digest>();
    }
}
