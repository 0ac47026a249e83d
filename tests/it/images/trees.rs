//! Trees that are written to archives: the programs of others find in them what was put there.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use end_to_end::{Dice, skip};
use filetree::{Content, Kind, Node, Tree};
use hashing::Digest;
use tempfile::TempDir;

/// How many trees are made.
const TREES: u64 = 220;

fn name(dice: &mut Dice) -> String {
    const LETTERS: [&str; 12] = ["a", "B", "0", "-", ".x", "_", " ", "é", "漢", "~", "+", "'"];
    let length = if dice.once_in(8) { 1 + dice.below(255) } else { 1 + dice.below(12) };
    let mut name = String::new();
    while name.len() < length {
        let letter: &str = LETTERS[dice.below(LETTERS.len())];
        name.push_str(letter);
    }
    while name.len() > 255 || !name.is_char_boundary(name.len()) {
        name.pop();
    }
    name
}

/// A tree with what file systems have: long names, deep directories, empty files, many small ones.
pub(crate) fn tree(seed: u64) -> Tree {
    let mut dice = Dice::new(seed);
    let mut tree = Tree::new();
    let mut directories = vec![String::new()];
    let count = if seed.is_multiple_of(20) { 600 } else { 1 + dice.below(40) };
    for _ in 0..count {
        let name = name(&mut dice);
        let above = dice.pick(&directories).clone();
        let path = if above.is_empty() { name } else { format!("{above}/{name}") };
        if path.len() > 2000 || tree.get(&path).is_some() {
            continue;
        }
        let node = match dice.below(10) {
            0..=2 => {
                directories.push(path.clone());
                // Readable by whoever runs the test, or nothing can be compared.
                Node::directory(*dice.pick(&[0o755, 0o700, 0o1777, 0o775]))
            }
            3 => Node::link(format!("../{}", name_of_link(&mut dice))),
            4 => Node::file(0o644, Vec::new()),
            5 => Node::file(0o755, vec![b'x'; dice.below(400_000)]),
            _ => {
                let length = *dice.pick(&[1, 3, 4, 5, 511, 512, 4096, 131_071, 131_072, 131_073, 200_000]);
                Node::file(*dice.pick(&[0o644, 0o600, 0o4755, 0o444]), dice.bytes(length))
            }
        };
        tree.insert(&path, node).unwrap();
    }
    tree
}

fn name_of_link(dice: &mut Dice) -> String {
    name(dice).replace('\'', "")
}

/// What is at a path, in words that can be compared.
type Facts = BTreeMap<String, String>;

fn expected(tree: &Tree) -> Facts {
    let facts = tree.iter().map(|(path, node)| {
        let what = match &node.kind {
            Kind::Directory => format!("directory {:o}", node.mode),
            Kind::Link(target) => format!("link {target}"),
            Kind::File(Content::Bytes(bytes)) => format!("file {:o} {}", node.mode, Digest::of(bytes)),
            Kind::File(Content::Zeros(length)) => format!("file {:o} zeros {length}", node.mode),
        };
        (path.to_owned(), what)
    });
    facts.collect()
}

/// What a directory of this machine has.
fn found(root: &Path, timed: bool) -> Facts {
    let mut facts = Facts::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            let metadata = fs::symlink_metadata(&path).unwrap();
            assert!(!timed || metadata.mtime() == 0, "{}", path.display());
            let mode = metadata.permissions().mode() & 0o7777;
            let what = if metadata.is_dir() {
                open.push(path.clone());
                format!("directory {mode:o}")
            } else if metadata.is_symlink() {
                format!("link {}", fs::read_link(&path).unwrap().display())
            } else {
                format!("file {mode:o} {}", Digest::of(&fs::read(&path).unwrap()))
            };
            facts.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(), what);
        }
    }
    facts
}

pub(crate) fn installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let more = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    std::env::split_paths(&path).chain(more).any(|directory| directory.join(program).exists())
}

#[test]
fn cpio_unpacks_what_is_written() {
    const TEST: &str = "cpio_unpacks_what_is_written";
    if !installed("cpio") {
        return skip(TEST, "there is no `cpio`");
    }
    for seed in 0..TREES {
        let tree = tree(seed);
        let archive = initramfs::write_archive(&tree).unwrap();
        let (read, _) = initramfs::read_archive(&archive, "it").unwrap();
        assert_eq!(read, tree, "{seed}");
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("archive");
        fs::write(&path, &archive).unwrap();
        let out = directory.path().join("out");
        fs::create_dir(&out).unwrap();
        let mut command = Command::new("cpio");
        command.args(["-idm", "--quiet", "--no-absolute-filenames"]).current_dir(&out);
        let output = command.stdin(fs::File::open(&path).unwrap()).output().unwrap();
        assert!(output.status.success(), "{seed}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty(), "{seed}: {}", String::from_utf8_lossy(&output.stderr));
        let mut listing = Command::new("cpio");
        let listed = listing.args(["-t", "--quiet"]).stdin(fs::File::open(&path).unwrap()).output().unwrap();
        let names: Vec<&str> = tree.iter().map(|(path, _)| path).collect();
        assert_eq!(String::from_utf8(listed.stdout).unwrap().lines().collect::<Vec<_>>(), names, "{seed}");
        // cpio gives files their time, and directories that it then writes into.
        compare(&expected(&tree), &found(&out, false), seed);
    }
}

fn compare(expected: &Facts, found: &Facts, seed: u64) {
    let differing = expected.iter().find(|(path, what)| found.get(*path) != Some(what));
    assert!(
        differing.is_none(),
        "{seed}: {differing:?}, {:?}",
        differing.and_then(|(path, _)| found.get(path))
    );
    assert_eq!(expected.len(), found.len(), "{seed}");
}

#[test]
fn unsquashfs_unpacks_what_is_written() {
    const TEST: &str = "unsquashfs_unpacks_what_is_written";
    if !installed("unsquashfs") {
        return skip(TEST, "there is no `unsquashfs`");
    }
    for seed in 0..TREES {
        let tree = tree(seed);
        let image = squash::write(&tree).unwrap();
        assert_eq!(squash::read(&image).unwrap(), tree, "{seed}");
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("image");
        fs::write(&path, &image).unwrap();
        let out = directory.path().join("out");
        unsquash(&path, &out, seed);
        compare(&expected(&tree), &found(&out, true), seed);
    }
}

fn unsquash(image: &Path, out: &Path, seed: u64) {
    let mut command = Command::new("unsquashfs");
    command.args(["-n", "-q", "-processors", "1", "-d"]).arg(out).arg(image);
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{seed}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{seed}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_mksquashfs_writes_is_read() {
    const TEST: &str = "what_mksquashfs_writes_is_read";
    if !installed("mksquashfs") || !installed("unsquashfs") {
        return skip(TEST, "there is no `mksquashfs`");
    }
    for (seed, compression) in (0..30).zip(["zstd", "xz", "gzip"].iter().cycle()) {
        let tree = tree(seed);
        let directory = TempDir::new().unwrap();
        let (ours, out) = (directory.path().join("ours"), directory.path().join("out"));
        fs::write(&ours, squash::write(&tree).unwrap()).unwrap();
        unsquash(&ours, &out, seed);
        let theirs = directory.path().join("theirs");
        let mut command = Command::new("mksquashfs");
        command.arg(&out).arg(&theirs).args([
            "-all-root",
            "-noappend",
            "-no-progress",
            "-quiet",
            "-comp",
            compression,
        ]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(squash::read(&fs::read(&theirs).unwrap()).unwrap(), tree, "{seed} {compression}");
    }
}

#[test]
fn four_gigabytes_of_nothing() {
    const TEST: &str = "four_gigabytes_of_nothing";
    if !installed("unsquashfs") {
        return skip(TEST, "there is no `unsquashfs`");
    }
    let size = (4 << 30) + 5;
    let mut tree = Tree::new();
    tree.insert("sparse", Node { mode: 0o644, kind: Kind::File(Content::Zeros(size)) }).unwrap();
    let image = squash::write(&tree).unwrap();
    assert!(image.len() < 4 << 20, "{}", image.len());
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("image");
    fs::write(&path, &image).unwrap();
    let output = Command::new("unsquashfs").arg("-lls").arg(&path).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains(&format!(" {size} ")), "{told}");
    let told = initramfs::write_archive(&tree).unwrap_err().to_string();
    assert!(told.contains("cpio describes 4 GiB at most"), "{told}");
}

#[test]
fn archives_never_change() {
    let tree = tree(5);
    assert_eq!(
        Digest::of(&initramfs::write_archive(&tree).unwrap()).hex(),
        "d58bd002c1346237ee75d96e86312c5e7fd003fda20b405f4136b87b1d35e57f"
    );
    assert_eq!(
        Digest::of(&squash::write(&tree).unwrap()).hex(),
        "79aad7cabdd635427fa4e7bf84b42df3905d24ecb523464302eb4442ce738382"
    );
}
