use serde_json::json;

use super::canonical;

fn text(value: &serde_json::Value) -> String {
    String::from_utf8(canonical(value)).unwrap()
}

#[test]
fn keys_are_sorted_at_every_depth_and_nothing_is_padded() {
    let value = json!({"b": [{"z": 1, "a": null}], "a": {"y": true, "x": -1.5}, "B": ""});
    assert_eq!(text(&value), r#"{"B":"","a":{"x":-1.5,"y":true},"b":[{"a":null,"z":1}]}"#);
}

#[test]
fn strings_survive() {
    let every: String = (0..0x300).filter_map(char::from_u32).chain("\u{2028}\u{fffd}😀".chars()).collect();
    let value = json!({ every.clone(): every });
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text(&value)).unwrap(), value);
    assert_eq!(text(&json!("a\u{1}\u{1f}\"\\\n\u{8}/é")), "\"a\\u0001\\u001f\\\"\\\\\\n\\b/é\"");
}

#[test]
fn order_of_insertion_makes_no_difference() {
    let one: serde_json::Value = serde_json::from_str(r#"{"a":1,"b":{"c":2,"d":3}}"#).unwrap();
    let two: serde_json::Value = serde_json::from_str(r#"{"b":{"d":3,"c":2},"a":1}"#).unwrap();
    assert_eq!(canonical(&one), canonical(&two));
}
