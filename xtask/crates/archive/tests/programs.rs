//! What other programs make of our archives, and what we make of theirs.
#![allow(clippy::disallowed_methods, reason = "the oracles are other programs")]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test, in functions of its own too")]

use std::fs;
use std::path::Path;
use std::process::Command;

use archive::unpack::{self, Limits};
use archive::{Tree, gzip, write_tar};

/// Runs a program, with its output; `None`, said aloud, when it is not installed.
fn run(directory: &Path, program: &str, arguments: &[&str]) -> Option<String> {
    match Command::new(program).args(arguments).current_dir(directory).env("TZ", "UTC").output() {
        Ok(output) => {
            assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
            Some(String::from_utf8(output.stdout).unwrap())
        }
        Err(error) => {
            eprintln!("skipped: cannot run `{program}`: {error}");
            None
        }
    }
}

fn sample() -> Vec<(String, Vec<u8>)> {
    let long = format!("{}/{}", ["directory"; 12].join("/"), "file".repeat(20));
    [("b.yaml", "kind: B\n"), ("a/ü.yaml", "kind: A\n"), ("empty", ""), (&long, "deep")]
        .map(|(path, content)| (path.to_owned(), content.as_bytes().to_vec()))
        .to_vec()
}

/// Files as they should be when everything has been unpacked below `directory`.
fn unpacked(directory: &Path, files: &[(String, Vec<u8>)]) {
    for (path, content) in files {
        assert_eq!(&fs::read(directory.join(path)).unwrap(), content, "{path}");
    }
}

#[test]
fn gnu_tar_unpacks_what_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let (files, at) = (sample(), directory.path());
    fs::write(at.join("a.tar.gz"), gzip(&write_tar(&files).unwrap())).unwrap();
    if run(at, "tar", &["-xzf", "a.tar.gz"]).is_none() {
        return;
    }
    unpacked(at, &files);
    let listing = run(at, "tar", &["--numeric-owner", "-tvzf", "a.tar.gz", "b.yaml", "a"]).unwrap();
    let lines: Vec<Vec<&str>> = listing.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["drwxr-xr-x", "0/0", "0", "1970-01-01", "00:00", "a/"]);
    assert_eq!(lines[2], ["-rw-r--r--", "0/0", "8", "1970-01-01", "00:00", "b.yaml"]);
}

#[test]
fn python_reads_what_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let (files, at) = (sample(), directory.path());
    fs::write(at.join("a.tar.gz"), gzip(&write_tar(&files).unwrap())).unwrap();
    let script = "import tarfile\nt = tarfile.open('a.tar.gz')\nt.extractall('.')\n\
                  print(t.format == tarfile.USTAR_FORMAT or t.pax_headers == {}, len(t.getmembers()))";
    if let Some(output) = run(at, "python3", &["-c", script]) {
        unpacked(at, &files);
        assert_eq!(output.trim(), format!("True {}", files.len() + 13));
    }
}

/// A directory of files, one of them executable, one with a name too long for a plain tar header.
fn foreign(at: &Path) -> Tree {
    let mut tree = Tree::new();
    let long = format!("top/{}/{}", "d".repeat(120), "f".repeat(120));
    for (path, executable, content) in [
        ("top/a", false, "text".to_owned()),
        ("top/bin/run", true, "#!/bin/sh\n".to_owned()),
        (&long, false, "long ".repeat(10_000)),
    ] {
        let target = at.join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(&target, &content).unwrap();
        let mode = if executable { 0o755 } else { 0o644 };
        fs::set_permissions(&target, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        tree.insert(path, executable, content.into_bytes()).unwrap();
    }
    tree
}

#[test]
fn archives_of_other_programs_are_read() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    let tree = foreign(at);
    for (name, program, arguments) in [
        ("gnu.tar", "tar", &["--format=gnu", "-cf", "gnu.tar", "top"][..]),
        ("pax.tar", "tar", &["--format=pax", "-cf", "pax.tar", "top"]),
        ("a.tar.gz", "tar", &["-czf", "a.tar.gz", "top"]),
        ("a.tar.xz", "tar", &["-cJf", "a.tar.xz", "top"]),
        ("a.tar.zst", "tar", &["--zstd", "-cf", "a.tar.zst", "top"]),
        ("a.zip", "zip", &["-qr", "a.zip", "top"]),
    ] {
        if run(at, program, arguments).is_some() {
            let bytes = fs::read(at.join(name)).unwrap();
            let read = unpack::any(&bytes, Limits::default()).unwrap();
            assert_eq!(read.digest(), tree.digest(), "{name}: {read:?}");
            assert!(read.strip_top().get("bin/run").unwrap().executable);
            assert_eq!(unpack::member(&bytes, "top/a", Limits::default()).unwrap(), b"text");
        }
    }
}

#[test]
fn symbolic_links_in_zip_archives_are_followed() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    fs::write(at.join("a"), "x").unwrap();
    std::os::unix::fs::symlink("a", at.join("b")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", at.join("c")).unwrap();
    if run(at, "zip", &["-qy", "good.zip", "a", "b"]).is_some() {
        let tree = unpack::any(&fs::read(at.join("good.zip")).unwrap(), Limits::default()).unwrap();
        assert_eq!(tree.get("b").unwrap().content, b"x");
        run(at, "zip", &["-qy", "bad.zip", "a", "c"]).unwrap();
        let error = unpack::any(&fs::read(at.join("bad.zip")).unwrap(), Limits::default()).unwrap_err();
        assert!(error.to_string().contains("`/etc/passwd` leads out of the tree"), "{error}");
    }
}

#[test]
fn debian_packages_are_the_files_that_they_install() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    fs::create_dir_all(at.join("package/DEBIAN")).unwrap();
    fs::create_dir_all(at.join("package/usr/bin")).unwrap();
    let control =
        "Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n";
    fs::write(at.join("package/DEBIAN/control"), control).unwrap();
    fs::write(at.join("package/usr/bin/tool"), "program").unwrap();
    for compression in ["-Zxz", "-Zgzip", "-Znone"] {
        if run(at, "dpkg-deb", &[compression, "-b", "package", "x.deb"]).is_some() {
            let bytes = fs::read(at.join("x.deb")).unwrap();
            assert_eq!(unpack::member(&bytes, "usr/bin/tool", Limits::default()).unwrap(), b"program");
        }
    }
}
