//! The program from its command line, in empty and small workspaces, without network.
#![allow(clippy::disallowed_methods, reason = "the tests run the program as a shell would")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test, in functions of its own too")]

mod run;

use run::{Run, Workspace};

/// Every command with a set of arguments that it takes.
const COMMANDS: [&[&str]; 18] = [
    &["build"],
    &["show"],
    &["diff"],
    &["why"],
    &["lock"],
    &["lock", "add"],
    &["lock", "update"],
    &["lock", "verify"],
    &["lock", "outdated"],
    &["store"],
    &["store", "path"],
    &["store", "size"],
    &["store", "verify"],
    &["store", "gc"],
    &["schema"],
    &["completions"],
    &["test"],
    &["bench"],
];

#[test]
fn help_is_data_and_shows_how_it_is_done() {
    let workspace = Workspace::empty();
    for command in COMMANDS {
        let run = workspace.run(&[command, &["--help"]].concat());
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{command:?}");
        let line = format!("Usage: cargo xtask {}", command.join(" "));
        assert!(run.stdout.contains(&line), "{command:?}: {}", run.stdout);
        assert!(run.stdout.contains("--offline"), "{command:?} hides what all commands take");
    }
    let run = workspace.run(&["--help"]);
    for command in COMMANDS {
        assert!(run.stdout.contains(command[0]), "{command:?}");
    }
    assert!(run.stdout.contains("Exit codes"), "{}", run.stdout);
}

#[test]
fn wrong_usage_is_2_and_says_what_is_wrong() {
    let workspace = Workspace::empty();
    let mistakes: [(&[&str], &str); 17] = [
        (&[], "Usage"),
        (&["biuld"], "'build'"),
        (&["build", "--clutser", "lab"], "'--cluster'"),
        (&["build", "--cluster"], "--cluster"),
        (&["build", "--all", "--cluster", "lab"], "cannot be used with"),
        (&["build", "--jobs", "0"], "--jobs"),
        (&["build", "--jobs", "many"], "--jobs"),
        (&["build", "--format", "xml"], "json"),
        (&["build", "--color", "pink"], "never"),
        (&["show"], "<UNIT>"),
        (&["show", "platform/core/x", "--objects", "--values"], "cannot be used with"),
        (&["lock", "add", "chrat", "x", "1", "--go", "x@v1"], "'chart'"),
        (&["lock", "add", "chart", "x"], "<VERSION>"),
        (&["lock", "add", "chart", "x", "1"], "--mirror-file"),
        (&["lock", "add", "chart", "x", "1", "--git", "https://example.org/x"], "REPOSITORY@COMMIT"),
        (&["lock", "update", "x", "--images"], "cannot be used with"),
        (&["completions", "basic"], "bash"),
    ];
    for (args, says) in mistakes {
        let run = workspace.run(args);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}: {}", run.stderr);
        assert!(run.stderr.contains(says), "{args:?}: {}", run.stderr);
    }
}

#[test]
fn wrong_input_is_2_and_shows_a_way_out() {
    let workspace = Workspace::small();
    let mistakes: [(&[&str], &[&str]); 8] = [
        (&["build", "--cluster", "lba"], &["no cluster `lba`", "did you mean `lab`"]),
        (&["build"], &["no `inputs.lock`", "lock add"]),
        (&["show", "lba"], &["no cluster `lba`", "did you mean `lab`"]),
        (&["show", "apps/web/helo"], &["no `inputs.lock`"]),
        (&["lock", "update", "site"], &["no pin `site`", "lock add"]),
        (&["--workspace", "/nowhere", "build"], &["/nowhere", "--workspace"]),
        (&["--workspace", "/", "build"], &["no workspace", "--workspace"]),
        (
            &["lock", "add", "chart", "x", "1", "--url", "https://x/y", "--go", "x@v1"],
            &["never are the same"],
        ),
    ];
    for (args, says) in mistakes {
        let run = workspace.run(args);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}: {}", run.stderr);
        let text = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in says {
            assert!(text.contains(part), "{args:?} does not say `{part}`: {}", run.stderr);
        }
        assert!(text.contains("hint"), "{args:?} shows no way out: {}", run.stderr);
    }
}

#[test]
fn what_stands_in_the_way_is_3() {
    let workspace = Workspace::small();
    workspace.write("store/photos/one", "");
    let run = workspace.run(&["store", "size"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("photos") && run.stderr.contains("--store"), "{}", run.stderr);

    let run = Workspace::small().run(&[
        "lock",
        "add",
        "chart",
        "x",
        "1.0.0",
        "--url",
        "https://charts.example.org/x.tgz",
    ]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("charts.example.org") && run.stderr.contains("--offline"), "{}", run.stderr);
}

#[test]
fn completions_know_the_commands() {
    let workspace = Workspace::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = workspace.run(&["completions", shell]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{shell}");
        for word in ["outdated", "completions", "mirror-file"] {
            assert!(run.stdout.contains(word), "{shell} does not know `{word}`");
        }
    }
}

#[test]
fn data_for_programs_is_json() {
    let workspace = Workspace::small();
    let path = workspace.run(&["store", "path", "--format", "json"]).json();
    assert_eq!(path["path"], workspace.path("store").display().to_string());
    let size = workspace.run(&["--format", "json", "store", "size"]).json();
    assert_eq!(size["objects"]["files"], 0);
    assert_eq!(workspace.run(&["store", "verify", "--format", "json"]).json()["bad"], serde_json::json!([]));
    assert_eq!(workspace.run(&["store", "gc", "--format", "json"]).json()["removed"]["objects"]["count"], 0);
    assert_eq!(workspace.run(&["lock", "verify", "--format", "json"]).json(), serde_json::json!([]));
    assert_eq!(workspace.run(&["lock", "outdated", "--format", "json"]).json(), serde_json::json!([]));
    let lab = workspace.run(&["show", "lab", "--format", "json"]).json();
    assert_eq!((&lab["name"], &lab["units"]), (&"lab".into(), &serde_json::json!(["apps/web/hello"])));
}

#[test]
fn schemas_name_every_field_of_a_description() {
    let workspace = Workspace::empty();
    for (of, fields) in [("cluster", ["kubernetes", "engines"]), ("unit", ["allowNamespaces", "sources"])] {
        let schema = workspace.run(&["schema", of]).json();
        for field in fields {
            assert!(schema["properties"][field].is_object(), "{of} has no `{field}`");
        }
    }
}

#[test]
fn a_pin_is_added_once_and_found_again() {
    let workspace = Workspace::small();
    workspace.write("mirror/x-1.0.0/Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n");
    let add = ["lock", "add", "chart", "x", "1.0.0", "--mirror-file", "x-1.0.0", "--mirror", "mirror"];
    let run = workspace.run(&add);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.starts_with("added chart `x` 1.0.0 tree:sha256:"), "{}", run.stdout);
    let lock = workspace.read("inputs.lock");
    let modified = workspace.modified("inputs.lock");

    assert!(workspace.run(&add).stdout.starts_with("unchanged"));
    assert!(workspace.run(&["lock", "update", "--mirror", "mirror"]).stdout.starts_with("unchanged"));
    assert_eq!(workspace.read("inputs.lock"), lock);
    assert_eq!(workspace.modified("inputs.lock"), modified, "the same text is not written again");
    assert!(
        workspace.run(&["lock", "verify"]).stdout.starts_with("1 input sound, 0 not fetched yet, 0 damaged")
    );

    workspace.write("mirror/x-1.0.0/values.yaml", "a: 1\n");
    let run = workspace.run(&["lock", "update", "x", "--mirror", "mirror", "--format", "json"]);
    assert_eq!(run.json()[0]["status"], "changed");
    assert_ne!(workspace.read("inputs.lock"), lock);
    let names = workspace.names();
    assert!(!names.iter().any(|name| name.contains("new")), "nothing temporary stays: {names:?}");
}

#[test]
fn a_failed_update_keeps_what_was_locked() {
    let workspace = Workspace::small();
    workspace.write("mirror/x-1.0.0/Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n");
    workspace.run(&["lock", "add", "chart", "x", "1.0.0", "--mirror-file", "x-1.0.0", "--mirror", "mirror"]);
    let lock = workspace.read("inputs.lock");
    std::fs::remove_dir_all(workspace.path("mirror/x-1.0.0")).unwrap();
    let run = workspace.run(&["lock", "update", "--mirror", "mirror"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert_eq!(workspace.read("inputs.lock"), lock);
}

#[test]
fn colours_only_where_they_are_wanted() {
    let workspace = Workspace::small();
    let coloured = |run: &Run| run.stderr.contains('\u{1b}');
    assert!(!coloured(&workspace.run(&["build"])), "stderr is no terminal");
    assert!(coloured(&workspace.run(&["build", "--color", "always"])));
    assert!(!coloured(&workspace.run_with(&["build"], &[("NO_COLOR", "1")])));
    assert!(coloured(&workspace.run(&["--color=always", "biuld"])), "mistakes of usage too");
    assert!(!coloured(&workspace.run(&["--color=never", "biuld"])));
}

#[test]
fn variables_stand_in_for_flags_and_empty_ones_for_nothing() {
    let workspace = Workspace::small();
    let elsewhere = workspace.path("elsewhere");
    let run = workspace.run_with(&["store", "path"], &[("XTASK_STORE", elsewhere.to_str().unwrap())]);
    assert_eq!(run.stdout.trim_end(), elsewhere.display().to_string());
    let cache = workspace.path("cache");
    let run = workspace
        .run_with(&["store", "path"], &[("XTASK_STORE", ""), ("XDG_CACHE_HOME", cache.to_str().unwrap())]);
    assert_eq!(run.stdout.trim_end(), cache.join("xtask").display().to_string());
    let run = workspace.run_with(&["store", "path"], &[("XTASK_STORE", "")]);
    assert_eq!(run.stdout.trim_end(), workspace.path("home/.cache/xtask").display().to_string());
    assert!(!workspace.path("home/.cache").exists(), "asking for the path makes nothing");
    let run = workspace.run_with(&["show", "lab"], &[("XTASK_MIRROR", ""), ("XTASK_WORKSPACE", "")]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let workspace = Workspace::empty();
    for args in [&["completions", "bash"][..], &["schema", "unit"], &["--help"]] {
        let run = workspace.run_into_closed_pipe(args);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn a_full_disk_behind_stdout_is_a_failure() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        eprintln!("skipped: there is no /dev/full here");
        return;
    };
    let run = Workspace::empty().run_into(&["schema", "unit"], full.into());
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("stdout"), "{}", run.stderr);
}

#[test]
fn quiet_leaves_data_and_errors() {
    let workspace = Workspace::small();
    let run = workspace.run(&["lock", "outdated", "--quiet"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let run = workspace.run(&["build", "--quiet"]);
    assert!(run.code == 2 && run.stderr.contains("inputs.lock"), "{}", run.stderr);
}
