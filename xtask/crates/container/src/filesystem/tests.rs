use std::io::Read as _;

use super::*;

/// The entries of a layer: path, kind, mode, link or text.
fn listed(tar: &[u8]) -> Vec<(String, EntryType, u32, String)> {
    let mut archive = tar::Archive::new(tar);
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let path = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        let link = entry.link_name_bytes().map(|name| String::from_utf8(name.into_owned()).unwrap());
        let (kind, mode) = (entry.header().entry_type(), entry.header().mode().unwrap());
        assert_eq!(entry.header().mtime().unwrap(), 0);
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        (path, kind, mode, link.unwrap_or(text))
    });
    entries.collect()
}

#[test]
fn a_layer_has_all_parents_and_the_links_of_merged_usr() {
    let mut files = Filesystem::new();
    files.file("/bin/true", true, b"x").unwrap();
    files.link("usr/bin/yes", "true").unwrap();
    let expected = [
        ("bin", EntryType::Symlink, 0o777, "usr/bin"),
        ("usr/", EntryType::Directory, 0o755, ""),
        ("usr/bin/", EntryType::Directory, 0o755, ""),
        ("usr/bin/true", EntryType::Regular, 0o755, "x"),
        ("usr/bin/yes", EntryType::Symlink, 0o777, "true"),
    ];
    let expected = expected.map(|(path, kind, mode, text)| (path.to_owned(), kind, mode, text.to_owned()));
    assert_eq!(listed(&files.to_tar().unwrap()), expected);
}

#[test]
fn the_order_of_putting_does_not_matter() {
    let paths = ["etc/b", "etc/a/c", "lib/x", &format!("opt/{}", "long/".repeat(60))];
    let with = |paths: &mut dyn Iterator<Item = &&str>| {
        let mut files = Filesystem::new();
        paths.for_each(|path| files.file(path, false, path.as_bytes()).unwrap());
        files.to_tar().unwrap()
    };
    assert_eq!(with(&mut paths.iter()), with(&mut paths.iter().rev()));
}

#[test]
fn removing_takes_what_is_below_and_nothing_beside() {
    let mut files = Filesystem::new();
    for path in ["lib/systemd/a", "lib/systemd/b/c", "lib/systemd-x"] {
        files.file(path, false, b"").unwrap();
    }
    files.remove("/usr/lib/systemd/").unwrap();
    assert_eq!(files.len(), 1);
    assert!(files.get("usr/lib/systemd-x").is_some());
}

#[test]
fn nothing_leads_out() {
    let error = Filesystem::new().file("etc/../../x", false, b"").unwrap_err();
    assert_eq!(error.to_string(), "`etc/../../x` is no path in an image: it leads out");
}
