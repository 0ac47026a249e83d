use hashing::Digest;
use proptest::prelude::*;

use crate::{Kernel, Module, ModuleError, index};

fn module(path: &str, exports: &[&str], needs: &[&str], info: &[(&str, &str)]) -> Module {
    let texts = |from: &[&str]| from.iter().map(|text| (*text).to_owned()).collect();
    Module {
        path: path.to_owned(),
        exports: texts(exports),
        needs: texts(needs),
        info: info.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
    }
}

fn file(modules: Vec<Module>, name: &str) -> Vec<u8> {
    let files = index(modules, &Kernel::default()).unwrap();
    files.into_iter().find(|(other, _)| *other == name).unwrap().1
}

fn text(modules: Vec<Module>, name: &str) -> String {
    String::from_utf8(file(modules, name)).unwrap()
}

/// A lookup as programs do it.
fn look_up(trie: &[u8], key: &str) -> Vec<(u32, String)> {
    let number = |at: usize| u32::from_be_bytes(trie[at..at + 4].try_into().unwrap());
    let string = |at: usize| {
        let length = trie[at..].iter().position(|byte| *byte == 0).unwrap();
        String::from_utf8(trie[at..at + length].to_vec()).unwrap()
    };
    assert_eq!((number(0), number(4)), (0xb007_f457, 0x0002_0001));
    let (mut node, mut rest) = (number(8), key);
    loop {
        let mut at = (node & 0x0fff_ffff) as usize;
        if node & 0x8000_0000 != 0 {
            let prefix = string(at);
            at += prefix.len() + 1;
            match rest.strip_prefix(&prefix) {
                Some(after) => rest = after,
                None => return Vec::new(),
            }
        }
        let children = at;
        if node & 0x2000_0000 != 0 {
            at += 2 + 4 * (usize::from(trie[at + 1] - trie[at]) + 1);
        }
        let Some(first) = rest.bytes().next() else {
            let mut values = Vec::new();
            if node & 0x4000_0000 != 0 {
                let count = number(at);
                at += 4;
                for _ in 0..count {
                    let value = string(at + 4);
                    let length = value.len();
                    values.push((number(at), value));
                    at += 4 + length + 1;
                }
            }
            return values;
        };
        if node & 0x2000_0000 == 0 || !(trie[children]..=trie[children + 1]).contains(&first) {
            return Vec::new();
        }
        node = number(children + 2 + 4 * usize::from(first - trie[children]));
        rest = &rest[1..];
        if node == 0 {
            return Vec::new();
        }
    }
}

#[test]
fn a_module_is_loaded_after_what_it_needs() {
    let modules = || {
        vec![
            module("kernel/a.ko", &[], &["b1", "printk"], &[]),
            module("kernel/b.ko.xz", &["b1"], &["c1"], &[]),
            module("extra/c-d.ko", &["c1", "c2"], &[], &[]),
        ]
    };
    let dep = text(modules(), "modules.dep");
    let mut lines: Vec<&str> = dep.lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        ["extra/c-d.ko:", "kernel/a.ko: kernel/b.ko.xz extra/c-d.ko", "kernel/b.ko.xz: extra/c-d.ko"]
    );
    let found = look_up(&file(modules(), "modules.dep.bin"), "a");
    assert_eq!(found[0].1, "kernel/a.ko: kernel/b.ko.xz extra/c-d.ko");
    assert_eq!(look_up(&file(modules(), "modules.symbols.bin"), "symbol:c2")[0].1, "c_d");
}

#[test]
fn texts_are_those_of_depmod() {
    let info = [
        ("license", "GPL"),
        ("alias", "devname:fuse"),
        ("alias", "char-major-10-229"),
        ("softdep", "pre: ext4"),
        ("weakdep", "lz4"),
    ];
    let modules = || vec![module("fuse.ko", &[], &[], &info), module("x.ko", &[], &[], &[("alias", "a]")])];
    for (name, expected) in [
        (
            "modules.alias",
            "# Aliases extracted from modules themselves.\nalias devname:fuse fuse\nalias char-major-10-229 fuse\nalias a] x\n",
        ),
        (
            "modules.softdep",
            "# Soft dependencies extracted from modules themselves.\nsoftdep fuse pre: ext4\n",
        ),
        ("modules.weakdep", "# Weak dependencies extracted from modules themselves.\nweakdep fuse lz4\n"),
        ("modules.devname", "# Device nodes to trigger on-demand module loading.\nfuse fuse c10:229\n"),
    ] {
        assert_eq!(text(modules(), name), expected, "{name}");
    }
    assert_eq!(text(Vec::new(), "modules.devname"), "");
}

#[test]
fn indexes_never_change() {
    let modules = vec![
        module(
            "kernel/a.ko",
            &[],
            &["b"],
            &[("alias", "pci:v*"), ("alias", "pci:v1"), ("softdep", "pre: b")],
        ),
        module("kernel/b.ko.zst", &["b"], &[], &[("alias", "devname:b"), ("alias", "char-major-1-2")]),
    ];
    let builtin: Kernel = Kernel {
        order: Some(b"kernel/b.ko\nkernel/a.ko\n"),
        builtin: Some(b"kernel/c.ko\n"),
        builtin_info: Some(b"c.alias=c-*\0"),
    };
    let all: Vec<u8> = index(modules, &builtin).unwrap().into_iter().flat_map(|(_, bytes)| bytes).collect();
    assert_eq!(Digest::of(&all).hex(), "91afd4cab9b5d1a4baf74d3aa1eef63b08b7b4baa2617228ab914056324f644a");
}

#[test]
fn of_one_name_an_update_is_taken_and_else_the_first() {
    for (paths, taken) in [
        (["kernel/b/x-y.ko", "kernel/a/x_y.ko"], "kernel/a/x_y.ko"),
        (["kernel/a/x.ko", "updates/x.ko"], "updates/x.ko"),
        (["updates/x.ko.xz", "updates/x.ko"], "updates/x.ko"),
    ] {
        let modules = paths.map(|path| module(path, &[], &[], &[])).to_vec();
        assert_eq!(text(modules, "modules.dep"), format!("{taken}:\n"));
    }
}

#[test]
fn circles_and_bad_names_are_told() {
    let circle = vec![
        module("a.ko", &["a"], &["b"], &[]),
        module("b.ko", &["b"], &["a", "c"], &[]),
        module("c.ko", &["c"], &[], &[]),
        module("d.ko", &[], &["a"], &[]),
    ];
    let told = index(circle, &Kernel::default()).unwrap_err();
    let ModuleError::Circle(names) = &told else { panic!("{told}") };
    assert!(names == &["a", "b", "a"] || names == &["b", "a", "b"], "{names:?}");
    assert!(matches!(Module::read("x.o", b""), Err(ModuleError::Path(_))));
    assert!(matches!(Module::read(".ko", b""), Err(ModuleError::Path(_))));
    assert!(matches!(Module::read("x.ko", b"\x7fELF"), Err(ModuleError::Elf { .. })));
    assert!(matches!(Module::read("x.ko.xz", b"\xfd7zXZ\0half"), Err(ModuleError::Packed { .. })));
    assert!(matches!(Module::read("x.ko.gz", b"\x1f\x8bhalf"), Err(ModuleError::Packed { .. })));
    assert!(matches!(Module::read("x.ko.zst", b"\x28\xb5\x2f\xfdhalf"), Err(ModuleError::Packed { .. })));
}

proptest! {
    #[test]
    fn every_alias_is_found(aliases in prop::collection::vec("[a-c*:_]{1,6}", 1..40)) {
        let modules: Vec<Module> = aliases
            .iter()
            .enumerate()
            .map(|(number, alias)| module(&format!("m{number}.ko"), &[], &[], &[("alias", alias)]))
            .collect();
        let trie = file(modules.clone(), "modules.alias.bin");
        for (number, alias) in aliases.iter().enumerate() {
            let found = look_up(&trie, alias);
            let name = format!("m{number}");
            prop_assert!(found.iter().any(|(_, other)| *other == name));
            prop_assert_eq!(found.len(), aliases.iter().filter(|other| *other == alias).count());
            prop_assert!(found.is_sorted_by_key(|(priority, _)| *priority));
        }
        prop_assert!(look_up(&trie, "z").is_empty());
        let mut turned = modules;
        turned.reverse();
        prop_assert_eq!(trie, file(turned, "modules.alias.bin"));
    }

    #[test]
    fn no_file_makes_it_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..400), class in 1..3_u8) {
        let _ = Module::read("x.ko", &bytes);
        let head = [0x7f, b'E', b'L', b'F', class, 1, 1];
        bytes.iter_mut().zip(head).for_each(|(byte, good)| *byte = good);
        let _ = Module::read("x.ko", &bytes);
    }
}
