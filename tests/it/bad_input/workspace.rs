//! Files that are missing, too large, not text, or not where they should be; wrong words on the command line.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;

use crate::case::{Case, REFUSED, WRONG, case};

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = files();
    cases.extend(words());
    cases
}

fn files() -> Vec<Case> {
    vec![
        case("a file of 100 MB", WRONG, &["apps/data/gadget/manifests/big.yaml", "104857600"], |s| {
            let file = s.workspace().join("apps/data/gadget/manifests/big.yaml");
            std::fs::File::create(file).unwrap().set_len(100 << 20).unwrap();
        }),
        case(
            "a link out of the workspace",
            WRONG,
            &["apps/data/gadget/manifests/passwd.yaml", "out of the workspace"],
            |s| {
                symlink("/etc/passwd", s.workspace().join("apps/data/gadget/manifests/passwd.yaml")).unwrap();
            },
        ),
        case("a link to nothing", WRONG, &["apps/data/gadget/manifests/gone.yaml"], |s| {
            symlink("nowhere.yaml", s.workspace().join("apps/data/gadget/manifests/gone.yaml")).unwrap();
        }),
        case("a link to a directory above", WRONG, &["apps/data/gadget/manifests/loop"], |s| {
            symlink("..", s.workspace().join("apps/data/gadget/manifests/loop")).unwrap();
        }),
        case("a name that is not UTF-8", WRONG, &["apps/data/gadget/manifests", "not UTF-8"], |s| {
            let name = OsStr::from_bytes(b"caf\xe9.yaml");
            std::fs::write(s.workspace().join("apps/data/gadget/manifests").join(name), "").unwrap();
        }),
        case(
            "content that is not UTF-8",
            WRONG,
            &["apps/data/gadget/manifests/settings.yaml", "not UTF-8"],
            |s| {
                s.write("apps/data/gadget/manifests/settings.yaml", b"apiVersion: v1\nkind: \xff\n");
            },
        ),
        case(
            "a directory of manifests that does not exist",
            WRONG,
            &["apps/data/gadget/objects", "apps/data/gadget/app.yaml:6"],
            |s| {
                s.replace("apps/data/gadget/app.yaml", "path: manifests", "path: objects");
            },
        ),
        case("a path out of the unit", WRONG, &["apps/data/gadget/app.yaml"], |s| {
            s.replace("apps/data/gadget/app.yaml", "path: manifests", "path: ../../../../outside");
        }),
        case("an app without a kustomization", WRONG, &["apps/web/hello", "kustomization"], |s| {
            for overlay in ["base", "staging", "production"] {
                s.remove(&format!("apps/web/hello/{overlay}"));
            }
        }),
        case(
            "a kustomization that names a missing file",
            REFUSED,
            &["apps/web/hello", "nothing.yaml"],
            |s| {
                s.replace("apps/web/hello/base/kustomization.yaml", "deployment.yaml", "nothing.yaml");
            },
        ),
        case("a kustomization with an unknown field", REFUSED, &["apps/web/hello", "resorces"], |s| {
            s.replace("apps/web/hello/base/kustomization.yaml", "resources:", "resorces:");
        }),
    ]
}

fn words() -> Vec<Case> {
    vec![
        Case {
            run: |s| s.run(&["build", "platform/web/sight"]),
            ..case(
                "a unit that the cluster has not",
                WRONG,
                &["`platform/web/sight`", "did you mean `platform/web/site`"],
                |_| {},
            )
        },
        Case {
            run: |s| s.run(&["build", "--cluster", "lob"]),
            ..case("a cluster that does not exist", WRONG, &["`lob`", "did you mean `lab`"], |_| {})
        },
        Case {
            run: |s| s.run(&["biuld"]),
            ..case("a command that does not exist", WRONG, &["biuld", "build"], |_| {})
        },
        Case {
            run: |s| s.run(&["build", "--jobs", "many"]),
            ..case("a number that is none", WRONG, &["many", "--jobs"], |_| {})
        },
        Case {
            run: |s| end_to_end::Program { directory: s.path("home"), ..s.program() }.run(&["build"]),
            ..case("a directory without a workspace", WRONG, &["workspace", "hosts"], |_| {})
        },
        Case {
            run: |s| s.run(&["show", "apps/web/helo"]),
            ..case(
                "a unit to show that does not exist",
                WRONG,
                &["apps/web/helo", "did you mean `apps/web/hello`"],
                |_| {},
            )
        },
    ]
}
