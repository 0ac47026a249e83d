use yaml::Value;

use super::bytes;
use crate::shape::Leaf;

#[test]
fn values_are_written_in_one_form() {
    let text = |text: &str| Some(Value::String(text.to_owned()));
    for (leaf, read, written) in [
        (Leaf::Addr, "fd00:0::1", text("fd00::1")),
        (Leaf::Addr, "fe80::1%eth0", text("fe80::1%eth0")),
        (Leaf::Addr, "10.0.0.01", None),
        (Leaf::Addr, "10.0.0.1%eth0", None),
        (Leaf::AddrPort, "[::1]:80", text("[::1]:80")),
        (Leaf::AddrPort, "::1:80", None),
        (Leaf::Prefix, "10.0.0.1/8", text("10.0.0.1/8")),
        (Leaf::Prefix, "10.0.0.1/33", None),
        (Leaf::Prefix, "10.0.0.1/08", None),
        (Leaf::Prefix, "10.0.0.1", None),
        (Leaf::HardwareAddr, "AA:bb:0c", text("aa:bb:0c")),
        (Leaf::HardwareAddr, "AAb", None),
        (Leaf::Duration, "90m", text("1h30m0s")),
        (Leaf::Duration, "1.5s", text("1.5s")),
        (Leaf::Duration, "1500us", text("1.5ms")),
        (Leaf::Duration, "-2m", text("-2m0s")),
        (Leaf::Duration, "10", None),
        (Leaf::Duration, "", None),
        (Leaf::DiskSize, "100GB", text("100 GB")),
        (Leaf::DiskSize, "1GiB", Some(Value::Int(1 << 30))),
        (Leaf::DiskSize, "12345000", Some(Value::Int(12_345_000))),
        (Leaf::DiskSize, "1.5 TB", text("1.5 TB")),
        (Leaf::DiskSize, "ten", None),
        (Leaf::Size, "10%", text("10%")),
        (Leaf::Size, "101%", None),
        (Leaf::Table, "Main", text("main")),
        (Leaf::Table, "253", None),
        (Leaf::Trimmed, "\n\n a", text(" a")),
        (Leaf::Url, "HTTPS://a:1/b?c#d", text("https://a:1/b?c#d")),
        (Leaf::Url, "udp://10.0.0.1:x", None),
        (Leaf::Url, "a:b:c", text("a:b:c")),
        (Leaf::Url, "1a:b", None),
        (Leaf::Base64, "YQ==", text("YQ==")),
        (Leaf::Base64, "YQ", None),
        (Leaf::Base64, "secret:certs.os.key", text("secret:certs.os.key")),
    ] {
        assert_eq!(leaf.read(read), written, "{leaf:?} {read}");
    }
}

#[test]
fn sizes_of_disks_are_compared() {
    assert_eq!(bytes::condition(">= 1.5TB"), Some((">=", 1_500_000_000_000)));
    assert_eq!(bytes::condition("4GiB"), Some(("", 4 << 30)));
    assert_eq!(bytes::condition("> many"), None);
}
