use super::*;
use crate::Timeline;

fn section(components: Vec<Component>) -> Section {
    Section { timeline: Timeline { components, ..Timeline::default() }, ..Section::default() }
}

fn component(name: &str, [seen, applied, healthy]: [Option<u64>; 3]) -> Component {
    Component { name: name.to_owned(), seen, applied, healthy, ..Component::default() }
}

#[test]
fn what_was_so_before_is_one_line() {
    let old = [Some(100); 3];
    let drawn = drawing(&section(vec![
        component("a", old),
        component("b", old),
        component("<c>", [Some(100), Some(2000), None]),
    ]));
    assert!(drawn.contains("2 components were so from the beginning") && !drawn.contains(">a<"), "{drawn}");
    assert!(drawn.contains(">&lt;c&gt;<") && drawn.contains("class=\"never\""), "{drawn}");
    let only = drawing(&section(vec![component("a", old)]));
    assert!(!only.contains("<svg") && only.contains("1 components"), "{only}");
    assert_eq!(drawing(&section(Vec::new())), "");
}

#[test]
fn a_bar_never_ends_before_it_begins() {
    for times in [[Some(0); 3], [Some(5), None, Some(3)], [None; 3], [Some(u64::MAX / WIDTH), None, None]] {
        let drawn =
            drawing(&section(vec![component("a", times), component("b", [Some(1), Some(2), Some(3)])]));
        assert!(drawn.contains("</svg>") && !drawn.contains("width=\"-"), "{drawn}");
    }
}
