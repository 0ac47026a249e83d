use super::*;

fn expected() -> Expected {
    let bundle = |name: &str, depends_on: &[&str]| Bundle {
        name: name.to_owned(),
        digest: Digest::of(name.as_bytes()),
        depends_on: depends_on.iter().map(|name| (*name).to_owned()).collect(),
    };
    let bundles = [bundle("a", &[]), bundle("b", &["a"])];
    Expected {
        release: Digest::of(b"release"),
        bundles: bundles.into_iter().map(|bundle| (bundle.name.clone(), bundle)).collect(),
    }
}

fn component(name: &str, applied: Option<u64>, healthy: Option<u64>) -> Component {
    Component { name: name.to_owned(), seen: applied, applied, healthy, ..Component::default() }
}

#[test]
fn a_component_waits_for_those_before_it() {
    for (healthy, applied, fails) in [
        (Some(10), Some(20), false),
        (Some(20), Some(20), false),
        (Some(21), Some(20), true),
        (None, Some(20), true),
        (None, None, false),
    ] {
        let components = vec![component("a", Some(1), healthy), component("b", applied, None)];
        let found =
            disorder(&expected(), &Timeline { release: Some(1), components, ..Timeline::default() }, 0);
        assert_eq!(found.len(), usize::from(fails), "{found:?}");
    }
}

#[test]
fn the_slack_is_what_looking_may_miss() {
    let timeline = Timeline {
        release: Some(1),
        components: vec![component("a", Some(1), Some(300)), component("b", Some(100), None)],
        ..Timeline::default()
    };
    assert_eq!(disorder(&expected(), &timeline, 250), Vec::<String>::new());
    let found = disorder(&expected(), &timeline, 199);
    assert_eq!(found, ["`b` was applied at 100 ms, before `a`, which got healthy at 300 ms"]);
}

#[test]
fn what_was_there_from_the_beginning_waits_for_nobody() {
    let components = vec![component("a", Some(1), Some(300)), component("b", Some(100), None)];
    let timeline = Timeline { components, began: Some(100), ..Timeline::default() };
    assert_eq!(disorder(&expected(), &timeline, 0), Vec::<String>::new());
    assert_eq!(disorder(&expected(), &Timeline { began: Some(99), ..timeline }, 0).len(), 1);
}

#[test]
fn the_end_is_that_of_the_last() {
    let mut timeline = Timeline {
        release: Some(7),
        components: vec![component("a", Some(1), Some(3)), component("b", None, None)],
        ..Timeline::default()
    };
    assert_eq!((timeline.end(), timeline.is_whole()), (None, false));
    timeline.components[1].healthy = Some(5);
    assert_eq!((timeline.end(), timeline.is_whole()), (Some(7), true));
}

#[test]
fn an_engine_goes_from_one_release_to_the_next_and_nowhere_else() {
    let (new, old, third) = (Digest::of(b"a").to_string(), "old".to_owned(), "third".to_owned());
    for (attempts, fails) in [
        (vec![], false),
        (vec![&new], false),
        (vec![&old], false),
        (vec![&old, &new], false),
        (vec![&new, &old], true),
        (vec![&old, &third], true),
        (vec![&old, &new, &old], true),
        (vec![&old, &new, &old, &new], true),
        (vec![&old, &third, &new], true),
    ] {
        let mut one = component("a", None, None);
        one.attempts = attempts.into_iter().cloned().zip(0..).map(|(digest, at)| (at, digest)).collect();
        let timeline = Timeline { components: vec![one], ..Timeline::default() };
        let found = repeats(&expected(), &timeline);
        assert_eq!(found.len(), usize::from(fails), "{timeline:?} {found:?}");
    }
}
