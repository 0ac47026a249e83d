//! Several processes on one store: killed at any moment, racing for the same recipes, on full and
//! read-only disks.
//!
//! The test program runs itself: a child is the one test [`child`], told by its environment what to do.
#![allow(clippy::disallowed_methods, reason = "the test needs processes to kill")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test, in functions of its own too"
)]

use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use archive::Tree;
use hashing::Digest;
use serde_json::json;
use store::{Outcome, Record, Root, Store, StoreError};
use tempfile::TempDir;

/// What a child is to do.
const JOB: &str = "STORE_TEST_JOB";
/// The store that it is to use.
const ROOT: &str = "STORE_TEST_ROOT";
/// What a child's lines for its parent start with; the test harness prints others.
const MARK: &str = "> ";

fn directory() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// A child's command line: this program, or something that ends up running it.
fn command(wrapper: &[&str], job: &str, root: &Path) -> Command {
    let program = env::current_exe().unwrap();
    let mut words: Vec<_> = wrapper.iter().map(Into::into).collect();
    words.push(program.into_os_string());
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).args(["--exact", "child", "--nocapture"]);
    command.env(JOB, job).env(ROOT, root).stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

/// The lines that a child prints for its parent.
fn lines(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    let output = BufReader::new(child.stdout.take().unwrap()).lines();
    output.map_while(Result::ok).filter_map(|line| line.split_once(MARK).map(|(_, text)| text.to_owned()))
}

fn say(text: &str) {
    println!("{MARK}{text}");
    std::io::stdout().flush().unwrap();
}

#[test]
fn child() {
    let (Ok(job), Some(root)) = (env::var(JOB), env::var_os(ROOT)) else { return };
    let root = Path::new(&root);
    match job.split_once(' ').unwrap_or((&job, "")) {
        ("work", start) => work(&Store::open(root).unwrap(), start.parse().unwrap()),
        ("race", _) => race(&Store::open(root).unwrap(), root),
        ("hold", _) => hold(&Store::open(root).unwrap()),
        ("fill", _) => fill(&Store::open(root).unwrap()),
        ("open", _) => match Store::open(root) {
            Err(error) if error.is_read_only() => say(&format!("read-only: {error}")),
            other => say(&format!("{:?}", other.err())),
        },
        other => unreachable!("{other:?}"),
    }
}

/// Content that depends on a number only; every fifth is large.
fn content(number: usize) -> Vec<u8> {
    let length = if number.is_multiple_of(5) { 600_000 } else { 2000 };
    number.to_string().into_bytes().into_iter().cycle().take(length).collect()
}

fn tree(number: usize) -> Tree {
    let mut tree = Tree::new();
    for file in 0..20 {
        tree.insert(format!("d{}/f{file}", file % 3), file == 7, format!("{number} {file}").into_bytes())
            .unwrap();
    }
    tree
}

fn make(store: &Store, number: usize) -> Result<Record, StoreError> {
    let objects = vec![store.put(&content(number))?];
    let trees = vec![store.put_tree(&tree(number))?];
    Ok(Record { objects, trees, data: json!(number) })
}

/// Puts and builds without end, and says what is finished.
fn work(store: &Store, start: usize) {
    for number in start.. {
        let scratch = store.scratch().unwrap();
        fs::write(scratch.path().join("half"), "done").unwrap();
        let key = Digest::of(&number.to_le_bytes());
        store.build(&key, || make(store, number)).unwrap();
        say(&format!("record {}", key.hex()));
        let object = store.put(&content(number + 1_000_000)).unwrap();
        say(&format!("object {}", object.hex()));
        store.executable(&object).unwrap();
        let tree = store.put_tree(&tree(number + 1_000_000)).unwrap();
        say(&format!("tree {}", tree.hex()));
        store.set_cache("cache", &content(number)).unwrap();
        let root = Root { recipes: vec![key], objects: vec![object], trees: vec![tree], data: json!(number) };
        store.set_root("lab", &root).unwrap();
        say(&format!("root {number}"));
    }
}

#[test]
fn a_kill_at_any_moment_loses_nothing_finished_and_leaves_nothing_wrong() {
    let directory = directory();
    let mut finished = Vec::new();
    for round in 0_usize..60 {
        // Starting over with old numbers lets the child meet what it had not finished.
        let job = format!("work {}", round / 3 * 5);
        let mut child = command(&[], &job, directory.path()).spawn().unwrap();
        let mut output = lines(&mut child);
        let enough = round * 7 % 13;
        finished.extend(output.by_ref().take(enough));
        child.kill().unwrap();
        finished.extend(output);
        child.wait().unwrap();

        let store = Store::open(directory.path()).unwrap();
        assert_eq!(store.size().unwrap().temporary.files, 0, "round {round}");
        let report = store.verify().unwrap();
        assert_eq!(report.bad, [], "round {round}");
        for line in &finished {
            let (kind, name) = line.split_once(' ').unwrap();
            let digest = || Digest::from_hex(name).unwrap();
            match kind {
                "object" => assert_eq!(Digest::of(&store.get(&digest()).unwrap()), digest()),
                "tree" => assert!(store.tree(&digest()).unwrap().is_dir()),
                "record" => assert!(store.record(&digest()).unwrap().is_some(), "{name}"),
                _ => assert!(store.root("lab").unwrap().is_some() && store.cache("cache").is_some()),
            }
        }
    }
    assert!(finished.len() > 300, "the children did too little: {}", finished.len());
    let kept = Store::open(directory.path()).unwrap().root("lab").unwrap().unwrap();
    let report = Store::open(directory.path()).unwrap().gc().unwrap();
    assert_eq!(report.kept, 6, "{report:?}");
    let store = Store::open(directory.path()).unwrap();
    assert!(store.record(&kept.recipes[0]).unwrap().is_some());
    assert_eq!(fs::read_dir(directory.path().join("locks")).unwrap().count(), 0);
}

/// Builds fifty keys, and marks each that it makes; a mark that is there already is a failure.
fn race(store: &Store, root: &Path) {
    let made = root.parent().unwrap().join("made");
    let mut built = 0;
    for number in 0..50_usize {
        let (record, outcome) = store
            .build(&Digest::of(&number.to_le_bytes()), || {
                fs::File::create_new(made.join(number.to_string())).unwrap();
                make(store, number)
            })
            .unwrap();
        assert_eq!(record.data, json!(number));
        assert_eq!(store.get(&record.objects[0]).unwrap(), content(number));
        assert!(store.tree(&record.trees[0]).unwrap().join("d0/f0").is_file());
        built += usize::from(outcome == Outcome::Built);
    }
    say(&built.to_string());
}

#[test]
fn eight_processes_make_each_output_once() {
    let directory = directory();
    let root = directory.path().join("store");
    fs::create_dir(directory.path().join("made")).unwrap();
    let mut children: Vec<_> = (0..8).map(|_| command(&[], "race", &root).spawn().unwrap()).collect();
    let mut built = 0;
    for child in &mut children {
        built += lines(child).map(|line| line.parse::<usize>().unwrap()).sum::<usize>();
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(built, 50);
    assert_eq!(fs::read_dir(directory.path().join("made")).unwrap().count(), 50);
    assert_eq!(fs::read_dir(root.join("locks")).unwrap().count(), 0);
    assert_eq!(Store::open(&root).unwrap().verify().unwrap().bad, []);
}

/// Starts to build a key, and goes on when its parent says so.
fn hold(store: &Store) {
    let scratch = store.scratch().unwrap();
    let key = Digest::of(b"held");
    store
        .build(&key, || {
            let object = store.put(b"not yet in any record")?;
            say("holding");
            std::io::stdin().read_line(&mut String::new()).unwrap();
            assert!(store.contains(&object) && scratch.path().is_dir());
            Ok::<_, StoreError>(Record { objects: vec![object], ..Record::default() })
        })
        .unwrap();
    say("built");
}

fn holding(directory: &TempDir) -> (Child, ChildStdin, impl Iterator<Item = String>) {
    let mut child = command(&[], "hold", directory.path()).spawn().unwrap();
    let mut output = lines(&mut child);
    assert_eq!(output.next().unwrap(), "holding");
    let input = child.stdin.take().unwrap();
    (child, input, output)
}

#[test]
fn nothing_is_collected_while_another_process_builds() {
    let directory = directory();
    let mut store = Store::open(directory.path()).unwrap();
    let (mut child, input, mut output) = holding(&directory);
    assert!(matches!(store.gc(), Err(StoreError::Locked { .. })));
    drop(Store::open(directory.path()).unwrap());
    drop(input);
    assert_eq!(output.next().unwrap(), "built");
    assert!(child.wait().unwrap().success());
    assert!(store.record(&Digest::of(b"held")).unwrap().is_some());
    assert_eq!(store.gc().unwrap().objects.count, 1);
}

#[test]
fn a_recipe_whose_process_died_is_run_by_the_next() {
    let directory = directory();
    let (mut child, _input, _) = holding(&directory);
    let tmp = || fs::read_dir(directory.path().join("tmp")).unwrap().count();
    drop(Store::open(directory.path()).unwrap());
    assert_eq!(tmp(), 1, "the directory of a living process stays");
    child.kill().unwrap();
    child.wait().unwrap();
    let store = Store::open(directory.path()).unwrap();
    assert_eq!(tmp(), 0);
    let (_, outcome) = store.build(&Digest::of(b"held"), || Ok::<_, StoreError>(Record::default())).unwrap();
    assert_eq!(outcome, Outcome::Built);
}

#[test]
fn modes_do_not_depend_on_the_umask() {
    let directory = directory();
    let shell = ["sh", "-c", "umask 077; exec \"$0\" \"$@\""];
    let mut child = command(&shell, "hold", &directory.path().join("store")).spawn().unwrap();
    drop(child.stdin.take());
    assert_eq!(lines(&mut child).last().unwrap(), "built");
    assert!(child.wait().unwrap().success());
    let mut pending = vec![directory.path().join("store")];
    let mut objects = 0;
    while let Some(path) = pending.pop() {
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        if path.is_dir() {
            assert_eq!(mode, 0o755, "{}", path.display());
            pending.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if !path.ends_with("lock") {
            assert_eq!(mode, 0o444, "{}", path.display());
            objects += 1;
        }
    }
    assert_eq!(objects, 3, "version, object and record");
}

/// Puts until the disk is full, and sees that what was put is whole.
fn fill(store: &Store) {
    let mut put = Vec::new();
    let error = loop {
        match store.put(&content(put.len() * 5 + 1)) {
            Ok(digest) => put.push(digest),
            Err(error) => break error,
        }
    };
    assert!(error.is_full(), "{error}");
    assert!(error.to_string().contains("free some space"), "{error}");
    let error = store.put_tree(&tree(0)).unwrap_err();
    assert!(error.is_full(), "{error}");
    let error = store.build(&Digest::of(b"key"), || make(store, 5)).unwrap_err();
    assert!(error.is_full(), "{error}");
    assert_eq!(store.record(&Digest::of(b"key")).unwrap(), None);
    for digest in &put {
        store.get(digest).unwrap();
    }
    assert_eq!(store.verify().unwrap().bad, []);
    assert_eq!(store.size().unwrap().temporary.files, 0);
    say(&format!("full after {}", put.len()));
}

/// The last line of a child that runs after `script` in a mount namespace of its own; `None`, said aloud, when
/// this user may not have one. The script finds the store's directory in `$STORE_TEST_ROOT`.
fn mounted(script: &str, job: &str, root: &Path) -> Option<String> {
    let allowed = Command::new("unshare").args(["-m", "true"]).output();
    if !allowed.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: `unshare -m` is not possible here, which takes root");
        return None;
    }
    let script = format!("set -e; {script}; exec \"$0\" \"$@\"");
    let mut child = command(&["unshare", "-m", "sh", "-c", &script], job, root).spawn().unwrap();
    let line = lines(&mut child).last();
    assert!(child.wait().unwrap().success());
    Some(line.unwrap())
}

#[test]
fn a_full_disk_is_told_and_harms_nothing() {
    let directory = directory();
    let script = "mount -t tmpfs -o size=1m tmpfs \"$STORE_TEST_ROOT\"";
    if let Some(line) = mounted(script, "fill", directory.path()) {
        assert!(line.starts_with("full after "), "{line}");
    }
}

#[test]
fn a_read_only_disk_is_told() {
    let directory = directory();
    drop(Store::open(directory.path()).unwrap());
    let script = "mount --bind \"$STORE_TEST_ROOT\" \"$STORE_TEST_ROOT\"; mount -o remount,ro,bind \"$STORE_TEST_ROOT\"";
    if let Some(line) = mounted(script, "open", directory.path()) {
        assert!(line.starts_with("read-only: cannot "), "{line}");
        assert!(line.ends_with("use a store that you may write to"), "{line}");
    }
}
