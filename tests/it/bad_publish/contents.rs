//! Registries that lack something, or have something that is not ours.

use end_to_end::{Registry, Run, Sandbox};
use hashing::Digest;
use registry::Network;
use registry::distribution::{Remote, RemoteOptions};

use crate::{Case, REFUSED, SURROUNDINGS, WRONG, assert_told, program, words};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// A sandbox and a registry with one release in it.
struct Stage {
    registry: Registry,
    sandbox: Sandbox,
}

impl Stage {
    /// Publishes to a path of its own and spoils what is there; then the line is run.
    fn case(
        &self,
        name: &'static str,
        line: &str,
        code: i32,
        says: &[&'static str],
        spoil: impl FnOnce(&Remote),
    ) -> Case {
        let place = self.registry.place(&name.replace(' ', "-"));
        let run = |line: &str| -> Run { program(&self.sandbox, &place).run(&words(line)) };
        if !name.starts_with("nothing") {
            let published = run("publish --channel staging");
            assert_eq!(published.code, 0, "{}", published.text());
        }
        spoil(&Remote::new(&place, RemoteOptions::new(Network::Allowed)).unwrap());
        Case { name: name.to_owned(), code, says: says.to_vec(), run: run(line) }
    }
}

/// Another manifest under a tag.
fn replace(remote: &Remote, repository: &str, tag: &str) {
    remote.push_blob(repository, &Digest::of(b"{}"), b"{}", None).unwrap();
    let empty = format!(
        r#"{{"mediaType":"application/vnd.oci.empty.v1+json","digest":"{}","size":2}}"#,
        Digest::of(b"{}")
    );
    let text =
        format!(r#"{{"schemaVersion":2,"mediaType":"{MANIFEST}","config":{empty},"layers":[{empty}]}}"#);
    remote.put_manifest(repository, tag, MANIFEST, text.as_bytes()).unwrap();
}

/// The version tag of a repository.
fn version(remote: &Remote, repository: &str) -> String {
    remote.tags(repository).unwrap().into_iter().find(|tag| tag.contains("-x")).unwrap()
}

fn delete(remote: &Remote, repository: &str, tag: &str) {
    let digest = remote.head_manifest(repository, tag).unwrap().unwrap();
    remote.delete(repository, &digest.to_string()).unwrap();
}

#[test]
fn contents() {
    let (Some(registry), Some(sandbox)) = (Registry::start(), Sandbox::new()) else { return };
    let stage = Stage { registry, sandbox };
    let site = "platform/web/site";
    let nothing = |_: &Remote| {};
    let cases = vec![
        stage.case(
            "nothing to promote",
            "promote staging production",
            WRONG,
            &["nothing was published"],
            nothing,
        ),
        stage.case(
            "nothing to roll back",
            "rollback staging",
            WRONG,
            &["nothing was published", "cargo xtask publish"],
            nothing,
        ),
        stage.case("nothing to compare", "releases diff 1 2", WRONG, &["no generation 1"], nothing),
        stage.case(
            "unknown channel",
            "promote stagign production",
            WRONG,
            &["no channel `stagign`; there are staging"],
            nothing,
        ),
        stage.case(
            "unknown generation",
            "rollback staging --to 9",
            WRONG,
            &["no generation 9; there are 1"],
            nothing,
        ),
        stage.case(
            "no generation before",
            "rollback staging",
            WRONG,
            &["on no generation before 1"],
            nothing,
        ),
        stage.case("unknown generations", "releases diff 1 7", WRONG, &["no generation 7"], nothing),
        stage.case(
            "a bundle that is gone",
            "releases verify",
            REFUSED,
            &["1 problem", "publish --thorough"],
            |remote| {
                delete(remote, site, &version(remote, site));
            },
        ),
        stage.case(
            "a release that is gone",
            "promote staging production",
            SURROUNDINGS,
            &["lacks `sha256:", "which a generation names"],
            |remote| {
                delete(remote, "releases/lab", "staging");
            },
        ),
        stage.case("a channel that is elsewhere", "releases verify", REFUSED, &["1 problem"], |remote| {
            replace(remote, "releases/lab", "staging");
        }),
        stage.case(
            "a journal of somebody else",
            "publish",
            SURROUNDINGS,
            &["`journal-1` of `releases/lab` cannot be read", "path of their own"],
            |remote| {
                replace(remote, "releases/lab", "journal-1");
            },
        ),
        stage.case(
            "an entry in the wrong place",
            "releases",
            SURROUNDINGS,
            &["`journal-3`", "it says that it is entry 1", "path of their own"],
            |remote| {
                let entry = remote.manifest("releases/lab", "journal-1").unwrap().unwrap();
                remote.put_manifest("releases/lab", "journal-3", MANIFEST, &entry.bytes).unwrap();
            },
        ),
        stage.case(
            "a version of somebody else",
            "publish --thorough",
            REFUSED,
            &["with other content", "a version never moves"],
            |remote| {
                let tag = version(remote, site);
                replace(remote, site, &tag);
            },
        ),
    ];
    assert_told(&cases);
}
