use super::*;

#[test]
fn the_bit_decides() {
    for (status, expected) in [
        ("Name:\tx\nCapBnd:\t000001fffeffffff\n", true),
        ("CapBnd:\t000001ffffffffff\n", false),
        ("CapBnd:\t0000000000000000\n", true),
        ("CapBnd:\tnothing\n", false),
        ("", false),
    ] {
        assert_eq!(is_narrow(status), expected, "{status}");
    }
}
