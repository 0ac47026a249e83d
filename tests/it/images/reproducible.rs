//! The same description and the same inputs give the same files, wherever and however they are built.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use end_to_end::image_stage::{ImageStage, extension};
use end_to_end::{Program, listing, skip};
use serde_json::Value;

const FULL: &str = "kind: machine
description: All that an image can have
base:
  talos: v1.11.3
extensions: [siderolabs/first, siderolabs/intel-ucode]
kernelArguments: [console=ttyS0, -pti]
meta: [{key: 12, value: b}, {key: 10, value: a}]
bootLoader: sd-boot
secureBoot: true
outputs: [uki, raw, raw.zst, qcow2, iso, installer]
";

/// Name and digest of every output.
fn outputs(report: &Value) -> BTreeMap<String, String> {
    let all = report[0]["outputs"].as_array().unwrap().iter();
    all.map(|output| {
        (output["name"].as_str().unwrap().to_owned(), output["digest"].as_str().unwrap().to_owned())
    })
    .collect()
}

/// A key with its certificate, as `talosctl gen secureboot uki` names them.
pub(crate) fn keys(stage: &ImageStage) -> Option<String> {
    let directory = stage.path("keys");
    fs::create_dir_all(&directory).unwrap();
    let words = "req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=test -sha256 -keyout uki-signing-key.pem -out uki-signing-cert.pem";
    let mut command = Command::new("openssl");
    let made = command.args(words.split(' ')).current_dir(&directory).output().ok()?;
    let words = ["genrsa", "-out", "pcr-signing-key.pem", "2048"];
    let measuring = Command::new("openssl").args(words).current_dir(&directory).output().ok()?;
    (made.status.success() && measuring.status.success()).then(|| directory.display().to_string())
}

#[test]
fn every_output_is_the_same_everywhere() {
    const TEST: &str = "every_output_is_the_same_everywhere";
    let stage = ImageStage::new();
    let Some(keys) = keys(&stage) else { return skip(TEST, "there is no `openssl`") };
    stage.describe("full", FULL);
    let words = ["build", "images/full", "--secure-boot-keys", &keys, "--format", "json"];
    let first = stage.program().run(&words).json();
    let expected = outputs(&first);
    assert_eq!(expected.len(), 9, "{expected:?}");

    // Another path, user, home, store, clock, language, mask, order of files, number of threads.
    let place = stage.path("elsewhere/a rather longer/path with spaces/täst");
    fs::create_dir_all(place.join("images")).unwrap();
    fs::create_dir_all(place.join("hosts")).unwrap();
    for part in ["inputs.lock", "images/full.yaml", "Cargo.toml"] {
        fs::copy(stage.path("workspace").join(part), place.join(part)).unwrap();
        let file = fs::File::options().append(true).open(place.join(part)).unwrap();
        file.set_modified(std::time::UNIX_EPOCH).unwrap();
    }
    let second = Program::new(&place, &stage.path("elsewhere"), &stage.path("second"))
        .env("XTASK_MIRROR", &stage.path("mirror").display().to_string())
        .env("TZ", "Pacific/Kiritimati")
        .env("LC_ALL", "tr_TR.UTF-8")
        .env("USER", "somebody")
        .env("SOURCE_DATE_EPOCH", "1")
        .flags(&["--offline", "--jobs", "1"]);
    let wrapper = ["sh", "-c", "umask 077; exec \"$@\"", "sh"].map(str::to_owned).to_vec();
    let second = Program { wrapper, ..second };
    assert_eq!(outputs(&second.run(&words).json()), expected, "another place");
    assert_eq!(second.run(&["store", "verify"]).code, 0);

    // Nobody who reads the store finds a key, or a word of it.
    let lines = ["uki-signing-key.pem", "pcr-signing-key.pem"].map(|name| {
        let key = fs::read_to_string(stage.path("keys").join(name)).unwrap();
        key.lines().nth(3).unwrap().to_owned()
    });
    for file in listing(&stage.path("store")).into_keys() {
        // What it costs, not how long it is: disks are full of holes.
        if fs::metadata(&file).unwrap().blocks() > 1 << 12 {
            continue;
        }
        let content = fs::read(&file).unwrap();
        let content = String::from_utf8_lossy(&content);
        for line in &lines {
            assert!(!content.contains(line.as_str()), "{}", file.display());
        }
    }

    // A user that nobody knows, if the test may become one.
    let wrapper = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", "--"];
    let somebody = stage.path("third");
    fs::create_dir_all(&somebody).unwrap();
    let open = |path| fs::set_permissions(path, fs::Permissions::from_mode(0o777)).unwrap();
    [stage.path(""), somebody.clone()].into_iter().for_each(open);
    open(stage.path("keys/uki-signing-key.pem"));
    open(stage.path("keys/pcr-signing-key.pem"));
    let third = Program::new(&stage.path("workspace"), &somebody, &somebody.join("store"))
        .env("XTASK_MIRROR", &stage.path("mirror").display().to_string())
        .flags(&["--offline", "--jobs", "7"]);
    let third = Program { wrapper: wrapper.map(str::to_owned).to_vec(), ..third };
    if third.run(&["--version"]).code == 0 {
        assert_eq!(outputs(&third.run(&words).json()), expected, "another user");
    } else {
        skip(TEST, "only root can become somebody else, who must be able to run the program");
    }
}

#[test]
fn what_has_not_changed_is_not_made_again() {
    let stage = ImageStage::new();
    let text = FULL.replace("secureBoot: true\n", "");
    stage.describe("full", &text);
    let program = stage.program();
    let words = ["build", "images/full", "--format", "json"];
    let first = outputs(&program.run(&words).json());
    let before = listing(&stage.path("store"));
    let again = program.run(&words).json();
    assert_eq!(again[0]["status"], "unchanged");
    assert!(listing(&stage.path("store")) == before, "something was written");

    // Another value of META: disks only.
    stage.describe("full", &text.replace("value: b", "value: c"));
    let changed = outputs(&program.run(&words).json());
    let differ: Vec<&str> =
        first.keys().filter(|name| first[*name] != changed[*name]).map(String::as_str).collect();
    // The schematic has the values as well, and its name is in the initramfs.
    assert!(differ.contains(&"disk.raw") && differ.contains(&"schematic.yaml"), "{differ:?}");
}

#[test]
fn one_new_extension_compresses_one_layer() {
    let mut stage = ImageStage::new();
    stage.describe("full", &FULL.replace("secureBoot: true\n", ""));
    let words = ["build", "images/full", "--format", "json"];
    stage.program().run(&words).json();
    let before = layers(&stage);
    let changed = extension("first", "", &[("usr/local/first", b"second")]);
    stage.parts.insert("siderolabs/first".to_owned(), changed);
    stage.program().run(&words).json();
    let after = layers(&stage);
    assert_eq!(after.len(), before.len() + 1);
    assert!(before.iter().all(|(path, state)| after.get(path) == Some(state)), "a layer was written again");
}

/// The squashfs images of a store, with what changes when they are written.
fn layers(stage: &ImageStage) -> BTreeMap<PathBuf, (u64, i64, i64)> {
    let all = listing(&stage.path("store/objects")).into_iter();
    all.filter(|(path, _)| is_squashfs(path)).collect()
}

fn is_squashfs(path: &Path) -> bool {
    let mut mark = Vec::new();
    fs::File::open(path).unwrap().take(4).read_to_end(&mut mark).unwrap();
    mark == b"hsqs"
}

#[test]
fn a_disk_costs_what_is_in_it() {
    let stage = ImageStage::new();
    stage.describe("full", &FULL.replace("secureBoot: true\n", ""));
    let report = stage.program().run(&["build", "images/full", "--format", "json"]).json();
    let all = report[0]["outputs"].as_array().unwrap();
    let disk = all.iter().find(|output| output["name"] == "disk.raw").unwrap();
    assert_eq!(disk["size"], 2246_u64 << 20);
    let file = fs::metadata(disk["path"].as_str().unwrap()).unwrap();
    assert!(file.blocks() * 512 < 24 << 20, "{} bytes on the disk", file.blocks() * 512);
}
