use hashing::Digest;

use super::*;
use crate::timeline::Bundle;

fn observed(seen: &str, applied: &str, healthy: bool) -> Observed {
    let [seen, applied] = [seen, applied].map(str::to_owned);
    Observed { seen, attempted: applied.clone(), applied, healthy, ..Observed::default() }
}

#[test]
fn only_this_release_counts() {
    let (old, new) = (Digest::of(b"old").to_string(), Digest::of(b"new").to_string());
    let bundle =
        Bundle { name: "apps/web/podinfo".to_owned(), digest: Digest::of(b"new"), depends_on: Vec::new() };
    let expected = Expected {
        release: Digest::of(b"release"),
        bundles: BTreeMap::from([("apps-web-podinfo".to_owned(), bundle)]),
    };
    let told = std::cell::RefCell::new(Vec::new());
    let waiting = Waiting {
        clock: Clock::start(),
        deadline: 0,
        cancelled: &|| false,
        tell: &|_, word, _| told.borrow_mut().push(word.to_owned()),
        excused: &[],
        partial: false,
    };
    let mut timeline = Timeline {
        components: vec![Component { name: "apps/web/podinfo".to_owned(), ..Component::default() }],
        ..Timeline::default()
    };
    for (state, expected_words) in [
        (observed(&old, &old, true), 0),
        (observed(&new, &old, true), 1),
        (observed(&new, &new, false), 2),
        (observed(&new, &new, true), 3),
        (observed(&new, &new, false), 3),
    ] {
        let all = BTreeMap::from([("apps-web-podinfo".to_owned(), state)]);
        note(&mut timeline, &expected, &all, "lab", &waiting);
        assert_eq!(told.borrow().len(), expected_words, "{:?}", told.borrow());
    }
    assert_eq!(*told.borrow(), ["seen", "applied", "healthy"]);
    assert_eq!(timeline.release, None);
    let attempts: Vec<&str> =
        timeline.components[0].attempts.iter().map(|(_, digest)| digest.as_str()).collect();
    assert_eq!(attempts, [&old, &new]);
    let root = observed("", &Digest::of(b"release").to_string(), false);
    note(&mut timeline, &expected, &BTreeMap::from([(deliver::root_name("lab"), root)]), "lab", &waiting);
    assert!(timeline.is_whole());
}
