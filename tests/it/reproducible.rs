//! The same inputs give the same bytes, wherever and however they are built: all of the default cluster.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use end_to_end::{Program, checkout, copy, digests, skip};

const PARTS: [&str; 5] = ["hosts", "platform", "apps", "inputs.lock", "Cargo.toml"];

/// Copies of the checkout's data, and what each build of one made.
struct Lab {
    directory: tempfile::TempDir,
}

impl Lab {
    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A copy at another path, with times, modes and order of creation of its own.
    fn copy(&self, name: &str, backwards: bool) -> PathBuf {
        let target = self.path(name).join("a rather longer/path with spaces/täst");
        fs::create_dir_all(&target).unwrap();
        if backwards {
            for part in PARTS.iter().rev() {
                copy_backwards(&checkout().join(part), &target.join(part));
            }
        } else {
            for part in PARTS {
                copy(&checkout().join(part), &target.join(part));
            }
        }
        target
    }
}

/// Copies with the last entry of each directory first, all files as old as the epoch and readable by nobody else.
fn copy_backwards(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir(to).unwrap();
        let mut names: Vec<_> = fs::read_dir(from).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        for name in names.iter().rev() {
            copy_backwards(&from.join(name), &to.join(name));
        }
        return;
    }
    fs::copy(from, to).unwrap();
    let file = fs::File::options().append(true).open(to).unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();
    file.set_permissions(fs::Permissions::from_mode(0o600)).unwrap();
}

/// All files of a layout.
fn layout(workspace: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let directory = workspace.join("target/xtask/lab");
    let files = end_to_end::listing(&directory).into_keys();
    files.map(|path| (path.strip_prefix(&directory).unwrap().to_owned(), fs::read(&path).unwrap())).collect()
}

#[test]
fn all_of_lab_is_the_same_everywhere() {
    let lab = Lab { directory: tempfile::tempdir().unwrap() };

    // The inputs come from the user's store, so that they are fetched once for all tests.
    let mut first = Program::new(&lab.copy("first", false), Path::new("/"), Path::new("/"));
    first.env = std::env::vars().filter(|(name, _)| !name.starts_with("XTASK_WORKSPACE")).collect();
    let run = first.run(&["build", "--format", "json"]);
    if run.code == 3 {
        skip("all_of_lab_is_the_same_everywhere", "the inputs of `lab` cannot be had here");
        return;
    }
    let expected = digests(&run.json()[0]);
    let expected_layout = layout(&first.directory);

    // Everything else differs: path, home, store, clock, language, modes, threads, order and times of files.
    let store = lab.path("store");
    inputs_only(&store);
    fs::create_dir_all(lab.path("home")).unwrap();
    let program = Program::new(&lab.copy("second", true), &lab.path("home"), &store)
        .env("TZ", "Pacific/Kiritimati")
        .env("LC_ALL", "tr_TR.UTF-8")
        .env("LANG", "tr_TR.UTF-8")
        .env("USER", "somebody")
        .env("HTTPS_PROXY", "http://127.0.0.1:9")
        .env("HELM_NAMESPACE", "elsewhere")
        .env("HELM_KUBEVERSION", "1.20.0")
        .env("KUBECONFIG", "/nowhere")
        .env("SOURCE_DATE_EPOCH", "1")
        .flags(&["--offline", "--jobs", "1"]);
    let program = Program {
        wrapper: ["sh", "-c", "umask 077; exec \"$@\"", "sh"].map(str::to_owned).to_vec(),
        ..program
    };
    assert_eq!(digests(&program.build()), expected, "another place");
    assert!(layout(&program.directory) == expected_layout, "the layouts differ");

    // And again with nothing but the inputs left.
    fs::remove_dir_all(store.join("recipes")).unwrap();
    fs::remove_dir_all(store.join("caches")).unwrap();
    let program = Program { wrapper: Vec::new(), ..program }.flags(&["-q"]);
    assert_eq!(digests(&program.build()), expected, "after a wipe");
    assert_eq!(program.run(&["store", "verify"]).code, 0);

    let Some(program) = as_somebody_else(&lab, program) else {
        skip(
            "the build of another user",
            "only root can become somebody else, who must be able to run the program",
        );
        return;
    };
    fs::remove_dir_all(store.join("recipes")).unwrap();
    fs::remove_dir_all(store.join("caches")).unwrap();
    assert_eq!(digests(&program.build()), expected, "another user");
}

/// The program run by a user that nobody knows, to whom everything below the directory of the test belongs from now on.
fn as_somebody_else(lab: &Lab, program: Program) -> Option<Program> {
    const SOMEBODY: u32 = 54_321;
    let wrapper = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", "--"];
    let program = Program { wrapper: wrapper.map(str::to_owned).to_vec(), ..program };
    own(lab.directory.path(), SOMEBODY).ok()?;
    (program.run(&["--version"]).code == 0).then_some(program)
}

fn own(path: &Path, user: u32) -> std::io::Result<()> {
    std::os::unix::fs::lchown(path, Some(user), Some(user))?;
    if path.is_dir() && !path.is_symlink() {
        for entry in fs::read_dir(path)? {
            own(&entry?.path(), user)?;
        }
    }
    Ok(())
}

/// Fills a store with copies of what the lock pins, not with what was made of it nor with what other work has left in
/// the user's store, which may be many times as much.
fn inputs_only(store: &Path) {
    for pin in end_to_end::lock().unwrap().pins() {
        end_to_end::take(pin, store, copy);
    }
}
