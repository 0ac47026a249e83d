use super::*;

/// A package whose files are those of `put`.
fn package(put: impl FnOnce(&mut tar::Builder<Vec<u8>>)) -> Vec<u8> {
    let mut data = tar::Builder::new(Vec::new());
    put(&mut data);
    let data = data.into_inner().unwrap();
    let mut package = MAGIC.to_vec();
    for (name, content) in [("debian-binary", &b"2.0"[..]), ("data.tar", &data[..])] {
        package.extend(
            format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, 100_644, content.len()).bytes(),
        );
        package.extend(content);
        package.extend(std::iter::repeat_n(b'\n', content.len() % 2));
    }
    package
}

fn entry(tar: &mut tar::Builder<Vec<u8>>, kind: EntryType, path: &str, mode: u32, text: &str) {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(0);
    match kind {
        EntryType::Symlink | EntryType::Link => tar.append_link(&mut header, path, text).unwrap(),
        _ => {
            header.set_size(text.len() as u64);
            tar.append_data(&mut header, path, text.as_bytes()).unwrap();
        }
    }
}

#[test]
fn files_links_and_modes_arrive() {
    let package = package(|tar| {
        entry(tar, EntryType::Directory, "./bin/", 0o755, "");
        entry(tar, EntryType::Regular, "./bin/mount", 0o4755, "program");
        entry(tar, EntryType::Link, "./bin/again", 0o755, "./bin/mount");
        entry(tar, EntryType::Symlink, "./etc/mtab", 0o777, "/proc/mounts");
        entry(tar, EntryType::Regular, "./usr/share/doc/x/copyright", 0o644, "long");
    });
    let mut files = Filesystem::new();
    unpack("mount", &package, &mut files).unwrap();
    let mount = files.get("usr/bin/mount").unwrap();
    assert_eq!((mount.mode, &mount.content), (0o4755, &Content::File(Arc::from(&b"program"[..]))));
    assert_eq!(files.get("bin/again").unwrap().content, mount.content);
    assert_eq!(files.get("etc/mtab").unwrap().content, Content::Link("/proc/mounts".to_owned()));
    assert!(files.get("usr/share/doc/x/copyright").is_none());
    // The package's own directory must not stand where the link of merged-/usr goes.
    let layer = files.to_tar().unwrap();
    let mut layer = tar::Archive::new(&layer[..]);
    let bin =
        layer.entries().unwrap().map(Result::unwrap).find(|entry| &*entry.path_bytes() == b"bin").unwrap();
    assert_eq!(bin.header().entry_type(), EntryType::Symlink);
}

#[test]
fn what_is_no_package_is_refused() {
    let whole = package(|tar| entry(tar, EntryType::Regular, "./a", 0o644, "text"));
    for length in 0..whole.len().min(200) {
        unpack("x", &whole[..length], &mut Filesystem::new()).unwrap_err();
    }
    let device = package(|tar| entry(tar, EntryType::Char, "./dev/x", 0o644, ""));
    let error = unpack("x", &device, &mut Filesystem::new()).unwrap_err();
    assert!(error.to_string().contains("is no file, directory or link"), "{error}");
}
