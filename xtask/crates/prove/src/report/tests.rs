use super::*;
use crate::{Component, html, junit};

/// A run in which one component is well, one is not, and one could not be.
fn report() -> Report {
    let component = |name: &str, healthy: Option<u64>| Component {
        name: name.to_owned(),
        seen: Some(100),
        applied: Some(1200),
        healthy,
        message: if healthy.is_none() { "timeout <5m>".to_owned() } else { String::new() },
        causes: if healthy.is_none() { vec!["web-1: ErrImagePull".to_owned()] } else { Vec::new() },
        source: format!("platform/{name}/component.yaml"),
        failing: if name == "b" { vec!["Deployment web/web: 0 of 1".to_owned()] } else { Vec::new() },
        ..Component::default()
    };
    let section = Section {
        name: "install".to_owned(),
        engine: "flux".to_owned(),
        release: "sha256:01".to_owned(),
        took: 3000,
        timeline: Timeline {
            began: None,
            published: Some(50),
            release: Some(90),
            components: vec![component("a", Some(2345)), component("b", None), component("c", None)],
        },
        excused: BTreeMap::from([("c".to_owned(), "its image is missing".to_owned())]),
        outcomes: vec![
            Outcome { name: "order".to_owned(), holds: Some(true), message: "kept".to_owned() },
            Outcome { name: "answers".to_owned(), holds: None, message: "not there".to_owned() },
        ],
    };
    Report {
        cluster: "lab".to_owned(),
        driver: "kind".to_owned(),
        sections: vec![section],
        ..Report::default()
    }
}

#[test]
fn a_failure_is_told_with_its_cause_in_every_form() {
    let report = report();
    assert!(!report.holds());
    let text = text(&report);
    assert!(text.contains("\n  a             0.1 s     1.2 s     2.3 s\n"), "{text}");
    let told = "      platform/b/component.yaml\n      Deployment web/web: 0 of 1\n      timeout <5m>\n      web-1: ErrImagePull\n";
    assert!(text.contains(told), "{text}");
    assert!(text.contains("(its image is missing)"), "{text}");
    let page = html(&report);
    assert!(
        page.contains(
            "platform/b/component.yaml\nDeployment web/web: 0 of 1\ntimeout &lt;5m&gt;\nweb-1: ErrImagePull"
        ) && page.contains("not proven"),
        "{page}"
    );
    let xml = junit(&report);
    assert!(xml.contains("tests=\"5\" failures=\"1\" errors=\"0\" skipped=\"2\" time=\"3.000\""), "{xml}");
    let failure = "<failure message=\"timeout &lt;5m&gt;\">platform/b/component.yaml\nDeployment web/web: 0 of 1\ntimeout &lt;5m&gt;\nweb-1: ErrImagePull</failure>";
    assert!(xml.contains(failure), "{xml}");
}

#[test]
fn what_is_excused_or_skipped_does_not_fail() {
    let mut report = report();
    report.sections[0].excused.insert("b".to_owned(), "broken on purpose".to_owned());
    assert!(report.holds());
    // What it looks like is told, and nothing of one that could not be.
    let text = text(&report);
    let broken = "(broken on purpose)\n      platform/b/component.yaml\n      Deployment web/web: 0 of 1\n";
    assert!(text.contains(broken) && !text.contains("platform/c"), "{text}");
    report.sections[0].outcomes[0].holds = Some(false);
    assert!(!report.holds());
    assert!(!Report::default().holds());
}

#[test]
fn what_another_engine_did_is_added() {
    let mut both = Report::default();
    let mut first = report();
    first.times = vec![("cluster".to_owned(), 1)];
    first.missing = vec!["b".to_owned(), "a".to_owned()];
    both.add(first.clone());
    first.sections[0].engine = "argocd".to_owned();
    both.add(first);
    assert_eq!(both.sections.len(), 2);
    assert_eq!(both.missing, ["a", "b"]);
    assert_eq!(both.times, [("cluster (flux)".to_owned(), 1), ("cluster (argocd)".to_owned(), 1)]);
    assert_eq!(both.sections[0].outcomes[0].line(), "holds: order (kept)");
}
