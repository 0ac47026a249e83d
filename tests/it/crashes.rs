//! Builds that are killed, and builds on a full disk.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test, in functions of its own too")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use end_to_end::{Run, Sandbox, digests, listing, skip};

/// How often a build is killed.
const KILLS: usize = 100;

/// Records of finished steps, with what changes when one is written anew.
fn records(sandbox: &Sandbox) -> BTreeMap<PathBuf, (u64, i64, i64)> {
    listing(&sandbox.store().join("recipes"))
}

/// Fails unless everything that was finished before is still what it was.
fn assert_kept(before: &BTreeMap<PathBuf, (u64, i64, i64)>, sandbox: &Sandbox) {
    let after = records(sandbox);
    for (record, written) in before {
        assert_eq!(after.get(record), Some(written), "{} was made again or is gone", record.display());
    }
}

#[test]
fn a_killed_build_loses_nothing_that_was_finished() {
    let Some(fresh) = Sandbox::counting() else { return };
    let reference = fresh.fork();
    let start = Instant::now();
    let expected = digests(&reference.program().build());
    let whole = start.elapsed();

    let mut random = Lehmer(20_240_229);
    let (mut killed, mut finished) = (0, 0);
    let mut sandbox = fresh.fork();
    while killed < KILLS {
        let before = records(&sandbox);
        let mut child = sandbox.program().spawn(&["build", "--format", "json"]);
        sleep(whole.mul_f64(random.fraction()));
        let running = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        let run = Run::of(&child.wait_with_output().unwrap());
        assert_kept(&before, &sandbox);
        if running && run.code == 137 {
            killed += 1;
            if killed % 20 == 0 {
                eprintln!("{killed} builds killed");
            }
        } else {
            assert_eq!(run.code, 0, "{}", run.text());
        }
        // Every few kills the work may end, and must be what it is without any.
        if killed % 4 == 0 || !running {
            let before = records(&sandbox);
            let report = sandbox.program().build();
            assert_eq!(digests(&report), expected);
            assert_kept(&before, &sandbox);
            let verified = sandbox.run(&["store", "verify"]);
            assert_eq!(verified.code, 0, "{}", verified.text());
            finished += 1;
            sandbox = fresh.fork();
        }
    }
    assert!(finished > KILLS / 8, "{finished}");
}

#[test]
fn a_build_that_is_told_to_end_stops_its_children() {
    let Some(sandbox) = Sandbox::counting() else { return };
    // A chart that takes its time, so that the signal comes while it renders.
    let script = "#!/bin/sh\nsleep 600\n";
    sandbox.mirror("helm", script);
    let lock = sandbox.read("inputs.lock");
    let (head, tail) = lock.split_once("name = \"helm\"").unwrap();
    let (_, rest) = tail.split_once("sources").unwrap();
    let version = tail.lines().nth(1).unwrap();
    let digest = hashing::Digest::of(script.as_bytes());
    sandbox.write(
        "inputs.lock",
        format!("{head}name = \"helm\"\n{version}\ndigest = \"{digest}\"\nsources{rest}"),
    );
    let mut program = sandbox.program();
    program.wrapper = ["timeout", "--signal=INT", "--foreground", "2"].map(str::to_owned).to_vec();
    let run = program.run(&["build"]);
    assert!(matches!(run.code, 124 | 130), "{}: {}", run.code, run.text());
    assert!(!run.text().contains("panicked"), "{}", run.text());
    assert_eq!(sandbox.run(&["store", "verify"]).code, 0);
    assert_eq!(
        std::fs::read_dir(sandbox.store().join("tmp")).unwrap().count(),
        0,
        "scratch directories stay"
    );
}

#[test]
fn a_full_disk_is_told_and_does_no_harm() {
    let Some(fresh) = Sandbox::new() else { return };
    let sandbox = fresh.fork();
    let expected = digests(&fresh.program().build());
    let store = sandbox.path("small");
    std::fs::create_dir_all(&store).unwrap();
    // The pinned programs fit, and from a few blocks to almost everything of the rest.
    let script = r#"
        set -e
        small=$1 real=$2 size=$3
        shift 3
        mount -t tmpfs -o size="$size"k tmpfs "$small"
        cp -a "$real/." "$small/"
        mkdir -p "$small/downloads"
        dd if=/dev/zero of="$small/downloads/ballast" bs=4k 2>/dev/null || true
        truncate --size=-"$LEFT"k "$small/downloads/ballast"
        set +e
        "$@" build; first=$?
        rm -f "$small/downloads/ballast"
        mount -o remount,size=4g "$small"
        "$@" store verify >&2 || exit 99
        "$@" build --format json; second=$?
        "$@" store verify >&2 || exit 98
        echo "first=$first second=$second" >&2
    "#;
    let text = |path: PathBuf| path.display().to_string();
    let mut stopped = 0;
    for left in [4, 16, 64, 256] {
        let mut program =
            sandbox.program().env("XTASK_STORE", &text(store.clone())).env("LEFT", &left.to_string());
        let words = [
            "unshare",
            "--mount",
            "sh",
            "-c",
            script,
            "sh",
            &text(store.clone()),
            &text(sandbox.store()),
            "600000",
        ];
        program.wrapper = words.map(str::to_owned).to_vec();
        let run = program.run(&[]);
        if run.stderr.contains("unshare failed") || run.stderr.contains("mount:") {
            skip("a_full_disk_is_told_and_does_no_harm", "file systems cannot be mounted here");
            return;
        }
        assert!(run.stderr.contains("second=0"), "{left} KiB: {}", run.text());
        let report: serde_json::Value = serde_json::from_str(json_part(&run.stdout)).unwrap();
        assert_eq!(digests(&report[0]), expected, "{left} KiB");
        if run.stderr.contains("first=3") {
            stopped += 1;
            assert!(
                run.stderr.contains("full") || run.stderr.contains("space"),
                "{left} KiB: {}",
                run.text()
            );
        } else {
            assert!(run.stderr.contains("first=0"), "{left} KiB: {}", run.text());
        }
    }
    assert!(stopped > 0, "the disk was never full");
}

/// What follows the table of the first build.
fn json_part(text: &str) -> &str {
    text.find("[\n").map_or(text, |at| &text[at..])
}

/// Park and Miller's generator: the same moments, as parts of a build, in every run.
struct Lehmer(u64);

impl Lehmer {
    fn fraction(&mut self) -> f64 {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        f64::from(u32::try_from(self.0).unwrap()) / 2_147_483_647.0
    }
}

/// Nothing here may take for ever.
#[test]
fn moments_are_spread_over_the_whole_build() {
    let mut random = Lehmer(20_240_229);
    let moments: Vec<f64> = (0..1000).map(|_| random.fraction()).collect();
    for tenth in 0..10_u32 {
        let range = f64::from(tenth) / 10.0..f64::from(tenth + 1) / 10.0;
        assert!(moments.iter().filter(|moment| range.contains(moment)).count() > 50);
    }
    assert!(Duration::from_secs(1).mul_f64(moments[0]) < Duration::from_secs(1));
}
