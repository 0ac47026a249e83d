//! Lines as Talos' own tests and Image Factory's name them.

use quirks::{Quirks, Version};

use super::*;

fn line(version: &str, output: Output, extra: &[&str]) -> String {
    let extra: Vec<String> = extra.iter().map(|argument| (*argument).to_owned()).collect();
    talos(&request(version, output, &extra)).unwrap().to_string()
}

fn request<'a>(version: &str, output: Output, extra: &'a [String]) -> Request<'a> {
    Request {
        quirks: Quirks::new(Version::parse(version).unwrap()),
        platform: Platform::METAL,
        arch: Arch::Amd64,
        output,
        secure_boot: false,
        overlay: &[],
        meta: &[],
        extra,
    }
}

#[test]
fn releases() {
    let head = "talos.platform=metal console=tty0 ";
    let old = "init_on_alloc=1 slab_nomerge pti=on consoleblank=0 nvme_core.io_timeout=4294967295 printk.devkmsg=on";
    let ima = "ima_template=ima-ng ima_appraise=fix ima_hash=sha512";
    let cases = [
        ("v1.10.0", format!("{head}{old} {ima} selinux=1")),
        ("v1.11.3", format!("{head}{old} selinux=1")),
        ("v1.12.0", format!("{head}{old} selinux=1 module.sig_enforce=1")),
        ("v1.13.0", format!("{head}{old} selinux=1 module.sig_enforce=1 proc_mem.force_override=never")),
        (
            "v1.14.0",
            format!(
                "{head}slab_nomerge pti=on consoleblank=0 printk.devkmsg=on selinux=1 module.sig_enforce=1 \
                 proc_mem.force_override=never"
            ),
        ),
    ];
    for (version, expected) in cases {
        assert_eq!(line(version, Output::Uki, &[]), expected, "{version}");
    }
}

#[test]
fn what_users_add() {
    let plain = line("v1.11.3", Output::Uki, &[]);
    let added =
        line("v1.11.3", Output::Uki, &["console=ttyS0", "-pti", "pti=off", "a", "a=1", "-printk.devkmsg=on"]);
    let expected = plain
        .replace("console=tty0", "console=ttyS0")
        .replace(" pti=on", "")
        .replace(" printk.devkmsg=on", "");
    assert_eq!(added, format!("{expected} pti=off a a=1"));
    assert!(line("v1.11.3", Output::Iso, &[]).contains("console=tty0 talos.halt_if_installed=1 init"));
    assert!(line("v1.11.3", Output::Uki, &["-", "-init_on_alloc=0"]).contains("init_on_alloc=1"));
}

#[test]
fn reset() {
    let base = CommandLine::parse("a b=1");
    assert_eq!(reset_line(Output::Iso, &base).unwrap(), "a b=1 talos.experimental.wipe=system");
    assert_eq!(
        reset_line(Output::Disk, &base).unwrap(),
        "a b=1 talos.experimental.wipe=system:EPHEMERAL,STATE"
    );
    assert_eq!(reset_line(Output::Uki, &base), None);
}

#[test]
fn meta() {
    let meta = [MetaValue { key: 10, value: "foo".into() }, MetaValue { key: 255, value: "bar".into() }];
    let request = Request { meta: &meta, ..request("v1.11.3", Output::Iso, &[]) };
    let line = talos(&request).unwrap().to_string();
    // `0xa=foo;0xff=bar`
    assert!(line.ends_with(" talos.environment=INSTALLER_META_BASE64=MHhhPWZvbzsweGZmPWJhcg=="), "{line}");
    let disk = talos(&Request { output: Output::Disk, ..request }).unwrap().to_string();
    assert!(!disk.contains("INSTALLER_META"), "{disk}");
    let long = [MetaValue { key: 10, value: "x".repeat(1000) }];
    assert!(encode_meta(&long, true).starts_with("H4sI"));
    assert!(encode_meta(&long, false).len() > 1300);
}

#[test]
fn mistakes() {
    let told = |argument: &str| {
        let extra = [argument.to_owned()];
        talos(&request("v1.11.3", Output::Uki, &extra)).unwrap_err().to_string()
    };
    assert!(told("a b").contains("list each argument by itself"));
    assert!(told("").contains("is empty"));
    assert!(told("=1").contains("has no name"));
    assert!(told("-=1").contains("has no name"));
    assert!(told("é=1").contains("not ASCII"));
    assert!(told("a\u{1}").contains("cannot be seen"));
    assert!(told(&"a".repeat(3000)).contains("Linux reads 2047"));
    assert_eq!(Platform::parse("metall"), None);
}
