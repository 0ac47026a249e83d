//! What every registry must do for us.

use hashing::Digest;
use registry::distribution::{Deleted, Pushed};

use crate::artifact::{Artifact, MANIFEST, Seeded};
use crate::registries::{self, Kept, Running};
use crate::{CHUNK, remote};

const BIG: u64 = 5 * CHUNK as u64 + 7;

fn each(test: impl Fn(&Running)) {
    for running in registries::all(Kept::InFiles) {
        test(&running);
    }
}

#[test]
fn what_was_pushed_is_read_back() {
    each(|running| {
        let remote = remote(running.address, "base/path");
        let artifact = Artifact::new(&mut Seeded::new(1), &[0, 1, 100, BIG]);
        assert_eq!(remote.tags("app").unwrap(), Vec::<String>::new());
        assert_eq!(remote.head_manifest("app", "1.0.0").unwrap(), None);
        assert_eq!(remote.manifest("app", &artifact.digest().to_string()).unwrap(), None);
        for blob in &artifact.blobs {
            let digest = Digest::of(blob);
            assert!(!remote.has_blob("app", &digest).unwrap());
            assert_eq!(remote.blob("app", &digest).unwrap_err().status(), Some(404));
            assert_eq!(remote.push_blob("app", &digest, blob, None).unwrap(), Pushed::Uploaded);
            let before = remote.requests();
            assert_eq!(remote.push_blob("app", &digest, blob, None).unwrap(), Pushed::Present);
            assert_eq!(remote.requests() - before, 1);
        }
        let digest = artifact.digest();
        for reference in [digest.to_string().as_str(), "1.0.0", "staging"] {
            assert_eq!(remote.put_manifest("app", reference, MANIFEST, &artifact.manifest).unwrap(), digest);
            assert_eq!(remote.head_manifest("app", reference).unwrap(), Some(digest));
            let manifest = remote.manifest("app", reference).unwrap().unwrap();
            assert_eq!((manifest.bytes, manifest.digest), (artifact.manifest.clone(), digest));
            assert_eq!(manifest.media_type, MANIFEST);
        }
        assert!(artifact.is_whole(&remote, "app").unwrap());
        assert_eq!(remote.tags("app").unwrap(), ["1.0.0", "staging"]);
    });
}

#[test]
fn a_tag_moves_and_things_are_deleted() {
    each(|running| {
        let remote = remote(running.address, "base");
        let artifacts = [1, 2].map(|seed| Artifact::new(&mut Seeded::new(seed), &[64]));
        for artifact in &artifacts {
            artifact.push(&remote, "app", "staging").unwrap();
            assert_eq!(remote.head_manifest("app", "staging").unwrap(), Some(artifact.digest()));
        }
        artifacts[1].push(&remote, "app", "2.0.0").unwrap();
        match remote.delete("app", "staging").unwrap() {
            Deleted::Done => assert_eq!(remote.tags("app").unwrap(), ["2.0.0"]),
            other => assert_eq!((other, running.name), (Deleted::Unsupported, "docker-registry")),
        }
        let first = artifacts[0].digest().to_string();
        assert_eq!(remote.delete("app", &first).unwrap(), Deleted::Done);
        assert_eq!(remote.head_manifest("app", &first).unwrap(), None);
        assert_eq!(remote.delete("app", &first).unwrap(), Deleted::Absent);
        assert!(artifacts[1].is_whole(&remote, "app").unwrap());
    });
}

#[test]
fn a_blob_of_a_neighbour_is_not_sent_again() {
    each(|running| {
        let remote = remote(running.address, "base");
        let blob = Seeded::new(3).bytes(BIG);
        let digest = Digest::of(&blob);
        assert_eq!(remote.push_blob("one", &digest, &blob, None).unwrap(), Pushed::Uploaded);
        let pushed = remote.push_blob("two", &digest, &blob, Some("one")).unwrap();
        // That of crane has one place for the blobs of all repositories.
        let expected =
            if matches!(running.name, "crane" | "referrers") { Pushed::Present } else { Pushed::Mounted };
        assert_eq!(pushed, expected, "{}", running.name);
        assert_eq!(remote.blob("two", &digest).unwrap(), blob);
        let other = Seeded::new(4).bytes(BIG);
        let pushed = remote.push_blob("two", &Digest::of(&other), &other, Some("nowhere")).unwrap();
        assert_eq!(pushed, Pushed::Uploaded, "{}: what the neighbour does not have is sent", running.name);
    });
}

#[test]
fn referrers_are_listed_with_and_without_the_api() {
    each(|running| {
        let remote = remote(running.address, "base");
        let artifact = Artifact::new(&mut Seeded::new(5), &[64]);
        artifact.push(&remote, "app", "1.0.0").unwrap();
        let subject = artifact.digest();
        assert_eq!(remote.referrers("app", &subject, None).unwrap(), []);
        let kinds = ["application/vnd.test.signature", "application/vnd.test.sbom+json"];
        let mut expected: Vec<Digest> = Vec::new();
        for kind in kinds.iter().chain(&kinds) {
            let digest = remote.attach("app", &subject, &artifact.referrer(kind)).unwrap();
            expected.push(digest);
        }
        expected.sort();
        expected.dedup();
        assert_eq!(expected.len(), 2);
        let found = remote.referrers("app", &subject, None).unwrap();
        assert_eq!(found.iter().map(|one| one.digest).collect::<Vec<_>>(), expected, "{}", running.name);
        for kind in kinds {
            let found = remote.referrers("app", &subject, Some(kind)).unwrap();
            let bytes = artifact.referrer(kind);
            let [one] = found.as_slice() else { panic!("{}: {found:?}", running.name) };
            assert_eq!((one.digest, one.size), (Digest::of(&bytes), bytes.len() as u64));
            assert_eq!(one.artifact_type.as_deref(), Some(kind));
            assert_eq!(one.annotations.as_ref().unwrap()["about"], "a test");
        }
        assert_eq!(remote.referrers("app", &subject, Some("text/other")).unwrap(), []);
        let tags = remote.tags("app").unwrap();
        let fallback = format!("sha256-{}", subject.hex());
        // Only this one says that it has taken note of the subject.
        assert_eq!(!tags.contains(&fallback), running.name == "olareg", "{}: {tags:?}", running.name);
    });
}

#[test]
fn a_manifest_is_refused_before_what_it_names_is_there() {
    each(|running| {
        let remote = remote(running.address, "base");
        let artifact = Artifact::new(&mut Seeded::new(6), &[64]);
        match remote.put_manifest("new", "1.0.0", MANIFEST, &artifact.manifest) {
            Err(error) => {
                let text = error.to_string();
                assert!(
                    text.contains("/v2/base/new/manifests/1.0.0` answered 4"),
                    "{}: {text}",
                    running.name
                );
                assert_eq!(remote.tags("new").unwrap(), Vec::<String>::new());
            }
            // What this one does not check, pushing in the right order does.
            Ok(_) => assert!(matches!(running.name, "crane" | "referrers"), "{}", running.name),
        }
    });
}

#[test]
fn many_threads_push_at_once_and_nothing_twice() {
    each(|running| {
        let remote = remote(running.address, "base");
        let artifacts: Vec<Artifact> =
            (0..40).map(|seed| Artifact::new(&mut Seeded::new(100 + seed), &[2000])).collect();
        std::thread::scope(|scope| {
            for part in artifacts.chunks(10) {
                let remote = remote.clone();
                scope.spawn(move || {
                    for artifact in part {
                        let name = format!("app-{}", artifact.digest().short());
                        artifact.push(&remote, &name, "1.0.0").unwrap();
                    }
                });
            }
        });
        let before = remote.requests();
        for artifact in &artifacts {
            let name = format!("app-{}", artifact.digest().short());
            assert_eq!(remote.head_manifest(&name, "1.0.0").unwrap(), Some(artifact.digest()));
        }
        assert_eq!(remote.requests() - before, 40);
    });
}
