use crate::Serial;

#[test]
fn the_end_of_a_log_is_plain() {
    let log = "\u{1b}[2J\u{1b}[01;01HBdsDxe: loading\r\n\r\n\u{1b}[=3hone\u{0}\r\ntwo";
    assert_eq!(Serial::tail(log), "BdsDxe: loading\none\ntwo");
    let lines: Vec<String> = (0..100).map(|line| format!("line {line}\n")).collect();
    assert!(Serial::tail(&lines.concat()).starts_with("line 88\n"));
    assert_eq!(Serial::tail(""), "");
}

#[test]
fn signs_of_failure_are_known() {
    let table = [
        ("[ 1.0] Kernel panic - not syncing: VFS", Some("Kernel panic")),
        ("UEFI Interactive Shell\nShell> ", Some("Shell>")),
        ("BdsDxe: failed to load Boot0001: Access Denied", Some("Access Denied")),
        ("BdsDxe: No bootable option or device was found.", Some("No bootable option or device was found")),
        ("Linux version 6.1", None),
    ];
    for (log, wanted) in table {
        assert_eq!(Serial::sign(log), wanted, "{log}");
    }
}
