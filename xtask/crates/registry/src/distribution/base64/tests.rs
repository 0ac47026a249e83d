use super::encode;

#[test]
fn encodes_as_the_specification_says() {
    let cases = [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
        ("\u{ff}\u{fe}?>", "w7/Dvj8+"),
    ];
    for (bytes, text) in cases {
        assert_eq!(encode(bytes.as_bytes()), text, "{bytes}");
    }
}
