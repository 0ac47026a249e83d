//! Stores and disks that are in the way.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::case::{Case, SURROUNDINGS, WRONG, case};
use end_to_end::Run;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("a store of a newer version", SURROUNDINGS, &["version 99", "update the program"], |s| {
            fs::write(s.store().join("version"), "99\n").unwrap();
        }),
        case("a store that is none", SURROUNDINGS, &["no store", "photos"], |s| {
            fs::remove_dir_all(s.store()).unwrap();
            fs::create_dir_all(s.store().join("photos")).unwrap();
        }),
        case("a store that is a file", SURROUNDINGS, &["store"], |s| {
            fs::remove_dir_all(s.store()).unwrap();
            fs::write(s.store(), "").unwrap();
        }),
        Case {
            run: |s| {
                let store = fs::File::create(s.store().join("lock")).unwrap();
                store.lock().unwrap();
                s.run(&["build"])
            },
            ..case(
                "a store that garbage collection holds",
                SURROUNDINGS,
                &["in use by another process", "try again"],
                |_| {},
            )
        },
        Case {
            run: |s| {
                let store = fs::File::create(s.store().join("lock")).unwrap();
                store.lock_shared().unwrap();
                s.run(&["store", "gc"])
            },
            ..case(
                "garbage collection while somebody builds",
                SURROUNDINGS,
                &["in use by another process", "try again"],
                |_| {},
            )
        },
        Case {
            run: |s| {
                let run = read_only(s);
                fs::set_permissions(s.store(), fs::Permissions::from_mode(0o755)).unwrap();
                run
            },
            ..case("a store that may not be written", SURROUNDINGS, &["store", "may write"], |s| {
                s.append("platform/web/site/values.yaml", "title: other\n");
            })
        },
        case("a target that is a file", SURROUNDINGS, &["target"], |s| {
            if s.workspace().join("target").exists() {
                s.remove("target");
            }
            s.write("target", "");
        }),
        Case {
            run: |s| {
                end_to_end::Program {
                    flags: vec!["--workspace".to_owned(), "/nowhere".to_owned()],
                    ..s.program()
                }
                .run(&["build"])
            },
            ..case("a workspace that does not exist", WRONG, &["/nowhere"], |_| {})
        },
    ]
}

/// Runs a build with a store that is mounted read-only where that is possible; root may write to any directory.
fn read_only(sandbox: &end_to_end::Sandbox) -> Run {
    let store = sandbox.store().display().to_string();
    fs::set_permissions(&store, fs::Permissions::from_mode(0o555)).unwrap();
    let mut program = sandbox.program();
    let script = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" && shift && exec \"$@\"";
    program.wrapper = ["unshare", "--mount", "sh", "-c", script, "sh", &store].map(str::to_owned).to_vec();
    let run = program.run(&["build"]);
    // Who may not mount is no root either, and the mode of the directory does the same.
    if run.stderr.contains("unshare") { sandbox.run(&["build"]) } else { run }
}
