//! Links: followed inside of the archive, refused outside.

use tar::EntryType::{Link, Symlink};

use super::{ROOMY, Raw, contents, file, raw_tar};
use crate::unpack::{Limits, any, member};
use crate::{ArchiveError, gzip};

#[test]
fn links_inside_become_copies() {
    type Files<'a> = &'a [(&'a str, &'a str)];
    let table: [(&[Raw<'_>], Files<'_>); 6] = [
        (&[file("a", "x"), (Symlink, "b", "a")], &[("a", "x"), ("b", "x")]),
        (&[(Symlink, "d/b", "../a"), file("a", "x")], &[("a", "x"), ("d/b", "x")]),
        (&[file("d/a", "x"), (Link, "e/b", "d/a")], &[("d/a", "x"), ("e/b", "x")]),
        (
            &[file("d/a", "x"), file("d/s/b", "y"), (Symlink, "e", "d")],
            &[("d/a", "x"), ("d/s/b", "y"), ("e/a", "x"), ("e/s/b", "y")],
        ),
        (
            &[file("v1/a", "x"), (Symlink, "latest", "v1"), (Symlink, "a", "latest/a")],
            &[("a", "x"), ("latest/a", "x"), ("v1/a", "x")],
        ),
        // A file that comes later takes the link's place, and the other way round.
        (
            &[(Symlink, "a", "/etc/passwd"), file("a", "x"), file("b", "y"), (Symlink, "b", "a")],
            &[("a", "x"), ("b", "x")],
        ),
    ];
    for (entries, expected) in table {
        assert_eq!(contents(&any(&raw_tar(entries), ROOMY).unwrap()), expected, "{entries:?}");
    }
}

#[test]
fn links_to_elsewhere_are_refused() {
    let table: [(&[Raw<'_>], &str); 9] = [
        (&[(Symlink, "a", "/etc/passwd")], "link `a` to `/etc/passwd` leads out of the tree"),
        (&[(Symlink, "d/a", "../../x")], "link `d/a` to `../../x` leads out of the tree"),
        (&[(Link, "a", "/etc/passwd")], "link `a` to `/etc/passwd` leads out of the tree"),
        (&[(Link, "a", "../x")], "link `a` to `../x` leads out of the tree"),
        (&[(Symlink, "a", "b")], "link `a` to `b` leads to nothing"),
        (&[(Symlink, "a", "b"), (Symlink, "b", "a")], "link `a` to `b` leads in a circle"),
        (&[(Symlink, "a", "a")], "link `a` to `a` leads in a circle"),
        (&[file("d/x", ""), (Symlink, "d/e", "..")], "link `d/e` to `..` leads to a directory that it is in"),
        (
            &[file("d/x", ""), (Symlink, "d/y", "x"), (Symlink, "e", "d")],
            "link `e` to `d` leads to a directory that has links itself",
        ),
    ];
    for (entries, problem) in table {
        let error = any(&raw_tar(entries), ROOMY).unwrap_err();
        assert!(matches!(error, ArchiveError::Link { .. }), "{error}");
        assert!(error.to_string().starts_with(problem), "{error}");
    }
}

#[test]
fn nothing_is_written_through_a_link() {
    for entries in [[(Symlink, "d", "/tmp"), file("d/x", "")], [(Symlink, "d", "e"), file("d/x", "")]] {
        let error = any(&raw_tar(&entries), ROOMY).unwrap_err();
        assert!(matches!(error, ArchiveError::Path(_)), "{error}");
    }
}

#[test]
fn copies_count_against_the_limits() {
    let content = "x".repeat(1000);
    let mut entries = vec![file("a", &content)];
    let names: Vec<String> = (0..20).map(|number| format!("link-{number}")).collect();
    entries.extend(names.iter().map(|name| (Symlink, name.as_str(), "a")));
    let packed = gzip(&raw_tar(&entries));
    let limits = Limits { bytes: 15_000, entries: 100 };
    assert!(matches!(any(&packed, limits), Err(ArchiveError::TooLarge { .. })));
    assert_eq!(any(&packed, Limits { bytes: 25_000, ..limits }).unwrap().len(), 21);
}

#[test]
fn a_member_is_found_through_links_and_beside_bad_ones() {
    let bytes = raw_tar(&[
        file("usr/lib/tool-1.2/bin/tool", "program"),
        (Symlink, "usr/lib/tool", "tool-1.2"),
        (Symlink, "usr/bin/tool", "../lib/tool/bin/tool"),
        (Symlink, "usr/bin/other", "/etc/alternatives/other"),
    ]);
    assert_eq!(member(&bytes, "usr/bin/tool", ROOMY).unwrap(), b"program");
    let error = member(&bytes, "usr/bin/other", ROOMY).unwrap_err().to_string();
    assert!(error.starts_with("link `usr/bin/other` to `/etc/alternatives/other` leads out"), "{error}");
}
