//! Order and circles, for every graph of four nodes.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;

use catalogue::{Edge, Graph, Reason};

const NODES: [&str; 4] = ["a", "b", "c", "d"];

/// All ordered pairs of different nodes.
fn pairs() -> Vec<(&'static str, &'static str)> {
    let pairs = NODES.iter().flat_map(|from| NODES.iter().map(move |to| (*from, *to)));
    pairs.filter(|(from, to)| from != to).collect()
}

fn graph(edges: &[(&str, &str)]) -> Graph {
    let mut graph = Graph::default();
    for node in NODES {
        graph.add_node(node);
    }
    for (from, to) in edges {
        graph.add_edge(Edge { from: (*from).to_owned(), to: (*to).to_owned(), reason: Reason::Needs });
    }
    graph
}

/// The longest chain of edges from a node, or nothing when chains never end.
fn longest(edges: &[(&str, &str)], node: &str, left: usize) -> Option<i32> {
    let next = edges.iter().filter(|(from, _)| *from == node);
    let lengths: Option<Vec<i32>> =
        next.map(|(_, to)| longest(edges, to, left.checked_sub(1)?).map(|length| length + 1)).collect();
    Some(lengths?.into_iter().max().unwrap_or(0))
}

#[test]
fn waves_are_the_longest_chains_and_circles_are_real() {
    let pairs = pairs();
    let mut circles = 0;
    for bits in 0_u32..1 << pairs.len() {
        let chosen = pairs.iter().enumerate().filter(|(index, _)| bits >> index & 1 == 1);
        let edges: Vec<(&str, &str)> = chosen.map(|(_, pair)| *pair).collect();
        let expected: Option<BTreeMap<String, i32>> = NODES
            .iter()
            .map(|node| Some(((*node).to_owned(), longest(&edges, node, NODES.len())?)))
            .collect();
        match (graph(&edges).waves(&BTreeMap::new()), expected) {
            (Ok(waves), Some(mut expected)) => {
                let last = expected.values().copied().max().unwrap_or(0);
                // Those that nobody waits for hold nobody up.
                for (_, wave) in
                    expected.iter_mut().filter(|(node, _)| !edges.iter().any(|(_, to)| to == node))
                {
                    *wave = last;
                }
                assert_eq!(waves, expected, "{edges:?}");
            }
            (Err(circle), None) => {
                circles += 1;
                let steps = &circle.0;
                for (index, step) in steps.iter().enumerate() {
                    assert!(edges.contains(&(step.from.as_str(), step.to.as_str())), "{edges:?}: {circle}");
                    assert_eq!(step.to, steps[(index + 1) % steps.len()].from, "{edges:?}: {circle}");
                }
                assert!(!steps.is_empty(), "{edges:?}");
            }
            (waves, expected) => panic!("{edges:?}: {waves:?} in place of {expected:?}"),
        }
    }
    // 543 of the graphs of four nodes have no circle (OEIS A003024).
    assert_eq!(circles, 4096 - 543);
}

#[test]
fn a_floor_lifts_a_node_and_what_waits_for_it() {
    let floor = [("b".to_owned(), 5), ("d".to_owned(), -3)].into();
    let waves = graph(&[("a", "b"), ("b", "c")]).waves(&floor).unwrap();
    let waves: Vec<(&str, i32)> = waves.iter().map(|(name, wave)| (name.as_str(), *wave)).collect();
    assert_eq!(waves, [("a", 6), ("b", 5), ("c", 0), ("d", 6)]);
}

#[test]
fn the_first_reason_stays_whatever_the_order() {
    let reasons = [Reason::Crd("Widget".to_owned()), Reason::Needs, Reason::Namespace("web".to_owned())];
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 2, 1]] {
        let mut graph = Graph::default();
        for index in order {
            let reason = reasons[index].clone();
            graph.add_edge(Edge { from: "a".to_owned(), to: "b".to_owned(), reason });
        }
        // A unit that brings the namespace of its own objects waits for nobody.
        graph.add_edge(Edge { from: "b".to_owned(), to: "b".to_owned(), reason: Reason::Needs });
        assert_eq!(graph.before("a").collect::<Vec<_>>(), [("b", &Reason::Needs)]);
        assert_eq!(graph.nodes().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(graph.before("b").count(), 0);
    }
}

#[test]
fn a_circle_tells_why_each_waits() {
    let mut graph = Graph::default();
    for (from, to, reason) in [
        ("a", "b", Reason::Needs),
        ("b", "c", Reason::Namespace("web".to_owned())),
        ("c", "a", Reason::Crd("Widget".to_owned())),
        ("d", "a", Reason::Needs),
    ] {
        graph.add_edge(Edge { from: from.to_owned(), to: to.to_owned(), reason });
    }
    let circle = graph.waves(&BTreeMap::new()).unwrap_err();
    assert_eq!(
        circle.to_string(),
        "`a` needs `b`, `b` lives in namespace `web` of `c`, `c` has a `Widget` of `a`"
    );
}
