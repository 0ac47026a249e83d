//! The image of packages is the same files wherever, whenever and however it is built.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use end_to_end::{Program, checkout, skip};
use serde_json::Value;
use store::Store;

use crate::{pinned, program};

const WORDS: [&str; 4] = ["build", "images/lab", "--format", "json"];

/// Name and digest of every output.
fn outputs(report: &Value) -> BTreeMap<String, String> {
    let all = report[0]["outputs"].as_array().unwrap().iter();
    let text = |output: &Value, field: &str| output[field].as_str().unwrap().to_owned();
    all.map(|output| (text(output, "name"), text(output, "digest"))).collect()
}

/// A store with nothing but the packages, so that everything is made.
fn packages(place: &Path) {
    let store = Store::open(place).unwrap();
    for name in ["linux-image-cloud-amd64", "systemd-boot-efi", "busybox-static"] {
        store.put_file(&pinned(&checkout(), name)).unwrap();
    }
}

/// The workspace with the last file first, among others that nobody asked for.
fn workspace(place: &Path) {
    for directory in ["hosts", "images"] {
        fs::create_dir_all(place.join(directory)).unwrap();
    }
    for part in ["inputs.lock", "images/zzz.yaml", "images/lab.yaml", "images/aaa.yaml", "Cargo.toml"] {
        let from = checkout().join(part);
        let from = if from.exists() { from } else { checkout().join("images/lab.yaml") };
        fs::copy(from, place.join(part)).unwrap();
        let file = fs::File::options().append(true).open(place.join(part)).unwrap();
        file.set_modified(std::time::UNIX_EPOCH).unwrap();
    }
}

#[test]
fn every_output_of_lab_is_the_same_everywhere() {
    const TEST: &str = "every_output_of_lab_is_the_same_everywhere";
    let temporary = tempfile::tempdir().unwrap();
    let Some(program) = program(TEST, temporary.path()) else { return };
    let expected = outputs(&program.run(&WORDS).json());
    assert_eq!(expected.len(), 9, "{expected:?}");

    // Files in memory are listed the other way round than on a disk.
    let elsewhere = match Path::new("/dev/shm") {
        memory if memory.is_dir() => tempfile::tempdir_in(memory),
        _ => tempfile::tempdir(),
    };
    let elsewhere = elsewhere.unwrap();
    let mut clocks = vec![None];
    if process::find("faketime").is_some() {
        clocks.extend([Some("1999-12-31 23:59:59"), Some("2036-02-29 12:00:00")]);
    } else {
        skip(TEST, "there is no `faketime`: the clock is as it is");
    }
    for (number, clock) in clocks.into_iter().enumerate() {
        let place = elsewhere.path().join(format!("{number}/a rather longer/path with spaces/täst"));
        workspace(&place);
        let store = temporary.path().join(format!("store-{number}"));
        packages(&store);
        let jobs = ["1", "2", "7"][number];
        let other = Program::new(&place, elsewhere.path(), &store)
            .env("TZ", "Pacific/Kiritimati")
            .env("LC_ALL", "tr_TR.UTF-8")
            .env("USER", "somebody")
            .env("SOURCE_DATE_EPOCH", "1")
            .flags(&["--offline", "--jobs", jobs]);
        let script = match clock {
            Some(clock) => format!("umask 077; exec faketime '{clock}' \"$@\""),
            None => "umask 027; exec \"$@\"".to_owned(),
        };
        let other = Program { wrapper: ["sh", "-c", &script, "sh"].map(str::to_owned).to_vec(), ..other };
        assert_eq!(outputs(&other.run(&WORDS).json()), expected, "{clock:?}");
        fs::remove_dir_all(&store).unwrap();
    }
}
