#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use proptest::prelude::*;

use super::*;
use crate::SigningKey;

fn key(seed: u8) -> SigningKey {
    SigningKey::generate(&[seed; 32]).unwrap()
}

#[test]
fn what_is_signed_is_that_of_the_protocol() {
    // The example of `protocol.md`.
    let message = authenticated("http://example.com/HelloWorld", b"hello world");
    assert_eq!(message, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

#[test]
fn type_and_payload_are_both_signed() {
    let envelope = Envelope::seal(&key(1), "a", b"payload").unwrap();
    assert_eq!(envelope.open(&key(1).verifying_key(), "a"), Ok(b"payload".to_vec()));
    assert_eq!(envelope.open(&key(2).verifying_key(), "a"), Err(Unopened::Refused));
    assert_eq!(envelope.open(&key(1).verifying_key(), "b"), Err(Unopened::Kind("a".to_owned())));
    let other = Envelope { payload_type: "b".to_owned(), ..envelope.clone() };
    assert_eq!(other.open(&key(1).verifying_key(), "b"), Err(Unopened::Refused));
    let other = Envelope { payload: STANDARD.encode("payloads"), ..envelope.clone() };
    assert_eq!(other.open(&key(1).verifying_key(), "a"), Err(Unopened::Refused));
    let other = Envelope { payload: "%".to_owned(), ..envelope.clone() };
    assert_eq!(other.open(&key(1).verifying_key(), "a"), Err(Unopened::Payload));
    let none = Envelope { signatures: Vec::new(), ..envelope };
    assert_eq!(none.open(&key(1).verifying_key(), "a"), Err(Unopened::Refused));
}

proptest! {
    #[test]
    fn envelopes_are_read_back(kind: String, payload: Vec<u8>) {
        let envelope = Envelope::seal(&key(1), &kind, &payload).unwrap();
        let text = serde_json::to_string(&envelope).unwrap();
        let read: Envelope = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read.open(&key(1).verifying_key(), &kind), Ok(payload));
    }
}
