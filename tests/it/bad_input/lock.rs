//! Mistakes in `inputs.lock`, and inputs that are not what it says.

use end_to_end::Sandbox;

use crate::case::{Case, REFUSED, SURROUNDINGS, WRONG, case};

const LOCK: &str = "inputs.lock";
const ZEROS: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = texts();
    cases.extend(contents());
    cases
}

fn texts() -> Vec<Case> {
    vec![
        case("no lock", WRONG, &["no `inputs.lock`", "lock add"], |s| s.remove(LOCK)),
        case("a lock that is no TOML", WRONG, &["no TOML", "inputs.lock:"], |s| s.append(LOCK, "[[pin\n")),
        case("a lock with a merge conflict", WRONG, &["inputs.lock:", "merge conflict"], |s| {
            s.append(LOCK, "<<<<<<< HEAD\n=======\n>>>>>>> other\n");
        }),
        case("a lock of a newer format", WRONG, &["format 2", "inputs.lock:1"], |s| {
            s.replace(LOCK, "version = 1\n", "version = 2\n");
        }),
        case("a pin of an unknown kind", WRONG, &["`chrat`", "inputs.lock:", "did you mean `chart`"], |s| {
            s.replace(LOCK, "kind = \"chart\"", "kind = \"chrat\"");
        }),
        case("a pin with an unknown field", WRONG, &["`licence`", "inputs.lock:"], |s| {
            s.replace(LOCK, "name = \"site\"", "name = \"site\"\nlicence = \"none\"");
        }),
        case("a pin with a broken digest", WRONG, &["inputs.lock:", "sha256"], |s| {
            set_site_digest(s, "sha256:12");
        }),
        case("a pin without sources", WRONG, &["chart `site` 1.2.0", "inputs.lock:"], |s| {
            s.replace(LOCK, "  { mirror = \"site-1.2.0\" },\n", "");
        }),
        case("a source of an unknown kind", WRONG, &["inputs.lock:"], |s| {
            s.replace(LOCK, "{ mirror = \"site-1.2.0\" }", "{ ftp = \"site-1.2.0\" }");
        }),
        case("a pin twice", WRONG, &["`site`", "locked twice", "inputs.lock:"], |s| {
            let pin = format!(
                "\n[[pin]]\nkind = \"chart\"\nname = \"site\"\nversion = \"1.2.0\"\ndigest = \"{ZEROS}\"\nsources = [{{ mirror = \"site\" }}]\n"
            );
            s.append(LOCK, &pin);
        }),
        case(
            "a chart in two versions and no word which",
            WRONG,
            &["1.2.0, 1.3.0", "platform/web/site/component.yaml:4"],
            |s| {
                let pin = format!(
                    "\n[[pin]]\nkind = \"chart\"\nname = \"site\"\nversion = \"1.3.0\"\ndigest = \"{ZEROS}\"\nsources = [{{ mirror = \"site\" }}]\n"
                );
                s.append(LOCK, &pin);
            },
        ),
        case(
            "a chart that is not locked",
            WRONG,
            &[
                "no chart `sites`",
                "platform/web/site/component.yaml:4",
                "did you mean `site`",
                "lock add chart sites",
            ],
            |s| {
                s.replace("platform/web/site/component.yaml", "{chart: site}", "{chart: sites}");
            },
        ),
        case(
            "a version that is not locked",
            WRONG,
            &["version 9.9.9", "platform/web/site/component.yaml:4"],
            |s| {
                s.replace(
                    "platform/web/site/component.yaml",
                    "{chart: site}",
                    "{chart: site, version: 9.9.9}",
                );
            },
        ),
        case("a lock without helm", WRONG, &["no tool `helm`", "lock add tool helm"], |s| {
            s.replace(LOCK, "name = \"helm\"", "name = \"helmet\"");
        }),
        case(
            "an image that is not locked",
            REFUSED,
            &[
                "`registry.example.org/hello:2.0.1`",
                "apps/web/hello/base/deployment.yaml:14:",
                "lock add image registry.example.org/hello 2.0.1`",
                "lock update --images",
            ],
            |s| {
                s.replace("apps/web/hello/base/deployment.yaml", "hello:2.0.0", "hello:2.0.1");
            },
        ),
        case(
            "an image in an argument that is not locked",
            REFUSED,
            &["`registry.example.org/solver:1.0.0`", "apps/web/hello/base/deployment.yaml:15:"],
            |s| {
                let image = "image: registry.example.org/hello:2.0.0\n";
                let more = "          args: [--solver=registry.example.org/solver:1.0.0]\n";
                s.replace("apps/web/hello/base/deployment.yaml", image, &format!("{image}{more}"));
            },
        ),
        case(
            "an image of a value that is not locked",
            REFUSED,
            &[
                "`registry.example.org/site:1.2.1`",
                "platform/web/site/cluster/lab.yaml:2:8",
                "rendered from `site/templates/deployment.yaml`",
                "lock add image registry.example.org/site 1.2.1`",
            ],
            |s| {
                s.append("platform/web/site/cluster/lab.yaml", "image: registry.example.org/site:1.2.1\n");
            },
        ),
        case(
            "an image of a chart that is not locked",
            REFUSED,
            &["`registry.example.org/site:1.2.0`", "site/templates/deployment.yaml:", "lock add image"],
            |s| {
                s.replace(
                    LOCK,
                    "version = \"1.2.0\"\ndigest = \"sha256:",
                    "version = \"1.2.9\"\ndigest = \"sha256:",
                );
            },
        ),
        case("an image name with a tag", WRONG, &["registry.example.org/site", "inputs.lock:"], |s| {
            s.replace(LOCK, "name = \"registry.example.org/site\"", "name = \"registry.example.org/site:1\"");
        }),
    ]
}

fn contents() -> Vec<Case> {
    vec![
        case("a digest that nothing has", SURROUNDINGS, &["chart `site` 1.2.0", "--mirror"], |s| {
            set_site_digest(s, &format!("tree:{ZEROS}"));
        }),
        case("a chart that the mirror lacks", SURROUNDINGS, &["chart `site`", "mirror"], |s| {
            s.mirror("site-1.2.0/templates/more.yaml", "{}");
            s.serve("chart", "site", "1.2.0");
            s.write_lock();
            std::fs::remove_dir_all(s.path("mirror/site-1.2.0")).unwrap();
        }),
        case(
            "a chart that was changed in the mirror",
            SURROUNDINGS,
            &["chart `site`", "instead of", "lock update site"],
            |s| {
                s.mirror("site-1.2.0/templates/more.yaml", "{}");
                s.serve("chart", "site", "1.2.0");
                s.write_lock();
                s.mirror("site-1.2.0/templates/more.yaml", "{changed: true}");
            },
        ),
        case(
            "a source that the network would have",
            SURROUNDINGS,
            &["chart `site`", "charts.example.org", "--offline"],
            |s| {
                set_site_digest(s, ZEROS);
                s.replace(
                    LOCK,
                    "{ mirror = \"site-1.2.0\" }",
                    "{ url = \"https://charts.example.org/site-1.2.0.tgz\" }",
                );
            },
        ),
        Case {
            run: |s| {
                let program = end_to_end::Program::new(&s.workspace(), &s.path("home"), &s.store());
                program.run(&["build"])
            },
            ..case("a source that nobody answers for", SURROUNDINGS, &["chart `site`", "127.0.0.1:1"], |s| {
                set_site_digest(s, ZEROS);
                s.replace(
                    LOCK,
                    "{ mirror = \"site-1.2.0\" }",
                    "{ url = \"http://127.0.0.1:1/site-1.2.0.tgz\" }",
                );
            })
        },
        case("a chart pin that is no chart", REFUSED, &["`site`", "no `Chart.yaml`"], |s| {
            std::fs::remove_file(s.path("mirror/site-1.2.0/Chart.yaml")).unwrap();
            s.serve("chart", "site", "1.2.0");
            s.write_lock();
        }),
        Case {
            run: |s| s.run(&["build", "--strict"]),
            ..case(
                "an unresolved image in a strict build",
                REFUSED,
                &["registry.example.org/hello:2.0.0", "lock update --images"],
                |_| {},
            )
        },
    ]
}

/// Replaces the digest of the chart `site`.
fn set_site_digest(sandbox: &mut Sandbox, digest: &str) {
    let text = sandbox.read(LOCK);
    let (head, rest) = text.split_once("name = \"site\"\nversion = \"1.2.0\"\n").unwrap();
    let (_, rest) = rest.split_once('\n').unwrap();
    sandbox.write(LOCK, format!("{head}name = \"site\"\nversion = \"1.2.0\"\ndigest = \"{digest}\"\n{rest}"));
}
