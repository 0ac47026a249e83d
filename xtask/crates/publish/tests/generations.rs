//! Generations and channels, as users move them.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

mod stage;

use publish::{ChangeKind, PublishError, Registry};
use stage::{Memory, built, built_for, who};

#[test]
fn what_did_not_change_makes_no_generation_and_three_requests() {
    let registry = Memory::default();
    let release = built(&[("web/a", "one"), ("web/b", "one")]);
    let first = release.publish(&registry, Some("staging")).unwrap();
    assert_eq!((first.generation, first.is_new, first.moved), (1, true, true));
    assert_eq!(first.pushed, ["apps/web/a", "apps/web/b", "releases/lab"]);

    let before = registry.requests();
    let second = release.publish(&registry, Some("staging")).unwrap();
    assert_eq!((second.generation, second.is_new, second.moved), (1, false, false));
    assert!(second.pushed.is_empty());
    assert_eq!(registry.requests() - before, 3);
    assert_eq!(publish::history(registry.cluster()).unwrap().len(), 1);
}

#[test]
fn a_change_makes_a_generation_and_moves_only_its_channel() {
    let registry = Memory::default();
    let (old, new) =
        (built(&[("web/a", "one"), ("web/b", "one")]), built(&[("web/a", "one"), ("web/b", "two")]));
    old.publish(&registry, Some("production")).unwrap();
    let published = new.publish(&registry, Some("staging")).unwrap();
    assert_eq!(published.pushed, ["apps/web/b", "releases/lab"], "only what is new");
    let changes = published.changes.unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!((changes[0].object.as_str(), changes[0].kind), ("ConfigMap web/b", ChangeKind::Changed));

    let tags = registry.tags_of("releases/lab");
    assert_eq!(tags["staging"], new.publication.release.manifest);
    assert_eq!(tags["2.0.0"], new.publication.release.manifest);
    assert_eq!(tags["production"], old.publication.release.manifest);
    assert_eq!(tags["1.0.0"], old.publication.release.manifest);
    let history = publish::history(registry.cluster()).unwrap();
    let seen: Vec<_> =
        history.iter().map(|one| (one.generation, one.changed, one.channels.join(","))).collect();
    assert_eq!(seen, [(2, Some(1), "staging".to_owned()), (1, Some(2), "production".to_owned())]);
}

#[test]
fn promotion_and_rollback_tell_what_changes_and_move_one_tag() {
    let registry = Memory::default();
    for text in ["one", "two", "three"] {
        built(&[("web/a", text)]).publish(&registry, Some("staging")).unwrap();
        publish::promote(registry.cluster(), "staging", "production", Some(&who("ada"))).unwrap();
    }
    let cluster = registry.cluster();
    let before = registry.tags_of("releases/lab");
    let told = publish::rollback(cluster, "production", None, None).unwrap();
    assert_eq!((told.from, told.to, told.changes.len()), (Some(3), 2, 1));
    assert_eq!(registry.tags_of("releases/lab"), before, "only told");

    publish::rollback(cluster, "production", None, Some(&who("ada"))).unwrap();
    let after = registry.tags_of("releases/lab");
    assert_eq!((after["production"], after["staging"]), (before["2.0.0"], before["3.0.0"]));
    let again = publish::rollback(cluster, "production", None, Some(&who("ada"))).unwrap();
    assert_eq!(again.to, 1, "further back, not forth");
    let error = publish::rollback(cluster, "production", None, Some(&who("ada"))).unwrap_err();
    assert!(matches!(error, PublishError::NothingBefore { generation: 1, .. }), "{error}");
    let forth = publish::rollback(cluster, "production", Some(3), Some(&who("ada"))).unwrap();
    assert_eq!((forth.from, forth.to), (Some(1), 3));
    assert!(publish::verify(cluster, &|_, _| Ok(())).unwrap().problems.is_empty());
}

#[test]
fn a_channel_keeps_the_address_that_it_is_followed_by() {
    const FORWARDED: &str = "oci://localhost:5000/lab";
    let registry = Memory::default();
    built(&[("web/a", "one")]).publish(&registry, Some("staging")).unwrap();
    let before = registry.manifests();
    let other = built_for(FORWARDED, &[("web/a", "two")]);
    let error = other.publish(&registry, Some("staging")).unwrap_err();
    let told = error.to_string();
    assert!(matches!(error, PublishError::Address { .. }) && told.contains(FORWARDED), "{told}");
    assert!(error.hint().unwrap().contains("--new-address"));
    assert_eq!(registry.manifests(), before, "it is refused before anything is pushed");

    // What nobody follows yet goes where it is told to, and a move that is wanted happens.
    other.publish(&registry, Some("forwarded")).unwrap();
    let error = publish::promote(registry.cluster(), "forwarded", "staging", Some(&who("ada"))).unwrap_err();
    assert!(matches!(error, PublishError::Address { .. }), "{error}");
    let request = publish::Request {
        publication: &other.publication,
        blobs: &other,
        signer: None,
        channel: Some("staging"),
        who: who("ada"),
        new_address: true,
        thorough: false,
        jobs: 1,
        progress: &|_| {},
    };
    assert!(publish::publish(registry.cluster(), &request).unwrap().moved);
    // The generation before names the address that is followed no more.
    let error = publish::rollback(registry.cluster(), "staging", None, Some(&who("ada"))).unwrap_err();
    assert!(matches!(error, PublishError::Address { .. }), "{error}");
}

#[test]
fn mistakes_are_told_and_change_nothing() {
    let registry = Memory::default();
    let cluster = registry.cluster();
    let release = built(&[("web/a", "one")]);
    let text = |error: PublishError| format!("{error}; {}", error.hint().unwrap_or_default());
    for channel in ["", "Staging", "1st", "journal-1", "claim-1-x", "latest", "a/b", "sha256-0.sig"] {
        let told = text(release.publish(&registry, Some(channel)).unwrap_err());
        assert!(told.contains(&format!("`{channel}` cannot be the name")), "{told}");
    }
    assert_eq!(registry.requests(), 0);
    let told = text(publish::promote(cluster, "staging", "production", None).unwrap_err());
    assert!(told.contains("nothing was published"), "{told}");
    release.publish(&registry, Some("staging")).unwrap();
    let told = text(publish::promote(cluster, "stagign", "production", None).unwrap_err());
    assert!(told.contains("no channel `stagign`; there are staging"), "{told}");
    let told = text(publish::rollback(cluster, "staging", Some(9), None).unwrap_err());
    assert!(told.contains("no generation 9; there are 1"), "{told}");
    let told = text(publish::rollback(cluster, "staging", None, None).unwrap_err());
    assert!(told.contains("no generation before 1"), "{told}");
}

#[test]
fn a_version_with_other_content_is_never_moved() {
    let registry = Memory::default();
    let (first, second) = (built(&[("web/a", "one")]), built(&[("web/a", "two")]));
    first.publish(&registry, None).unwrap();
    let artifact = &second.publication.bundles[0];
    let other = registry.manifest("apps/web/a", &first.publication.bundles[0].version).unwrap().unwrap();
    registry.put_manifest("apps/web/a", &artifact.version, "", &other).unwrap();
    let before = registry.tags_of("releases/lab");
    let error = second.publish(&registry, Some("staging")).unwrap_err();
    assert!(matches!(error, PublishError::Taken { .. }), "{error}");
    assert_eq!(registry.tags_of("releases/lab"), before);
}

#[test]
fn what_is_missing_is_found_and_pushed_again() {
    let registry = Memory::default();
    let release = built(&[("web/a", "one"), ("web/b", "one")]);
    release.publish(&registry, Some("staging")).unwrap();
    let bundle = release.publication.bundles[1].clone();
    registry.delete(&bundle.name, &bundle.manifest.to_string()).unwrap();
    registry.delete("releases/lab", "staging").unwrap();
    let found = publish::verify(registry.cluster(), &|_, _| Ok(())).unwrap();
    let seen: Vec<_> = found.problems.iter().map(|problem| problem.repository.as_str()).collect();
    assert_eq!(seen, ["apps/web/b", "releases/lab"]);

    let request = publish::Request {
        publication: &release.publication,
        blobs: &release,
        signer: None,
        channel: Some("staging"),
        who: who("ada"),
        new_address: false,
        thorough: true,
        jobs: 2,
        progress: &|_| {},
    };
    let published = publish::publish(registry.cluster(), &request).unwrap();
    assert_eq!((published.generation, published.is_new), (1, false));
    assert_eq!(published.pushed, ["apps/web/b"]);
    assert!(publish::verify(registry.cluster(), &|_, _| Ok(())).unwrap().problems.is_empty());
}

#[test]
fn collection_removes_what_no_kept_generation_needs() {
    let registry = Memory::default();
    for text in ["one", "two", "three", "four", "five"] {
        let release = built(&[("web/same", "same"), ("web/a", text)]);
        release.publish(&registry, if text == "two" { Some("production") } else { Some("staging") }).unwrap();
    }
    let told = publish::collect(registry.cluster(), 2, None).unwrap();
    assert_eq!(told.generations, [1, 3], "2 is in production, 4 and 5 are the newest");
    assert_eq!(registry.tags_of("apps/web/a").len(), 5, "only told");
    publish::collect(registry.cluster(), 2, Some(&who("ada"))).unwrap();
    assert_eq!(registry.tags_of("apps/web/a").len(), 3);
    assert_eq!(registry.tags_of("apps/web/same").len(), 1);
    let state = registry.cluster().state().unwrap();
    assert_eq!(state.generations.keys().copied().collect::<Vec<_>>(), [2, 4, 5]);
    assert!(publish::verify(registry.cluster(), &|_, _| Ok(())).unwrap().problems.is_empty());
    assert_eq!(publish::collect(registry.cluster(), 2, None).unwrap(), publish::Collected::default());
    let next = built(&[("web/a", "six")]).publish(&registry, Some("staging")).unwrap();
    assert_eq!(next.generation, 6, "numbers are never given twice");
}
