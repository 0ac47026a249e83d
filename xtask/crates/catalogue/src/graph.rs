//! The order between units: who must be there before whom, and why.

use std::collections::{BTreeMap, BTreeSet};

/// Why one unit comes before another.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Reason {
    /// It says so in `needs`.
    Needs,
    /// Its objects live in a namespace that the other creates.
    Namespace(String),
    /// It has an object of a kind whose CRD the other brings.
    Crd(String),
}

/// One edge: `from` waits for `to`.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Edge {
    /// The one that waits.
    pub from: String,
    /// The one that is waited for.
    pub to: String,
    /// Why.
    pub reason: Reason,
}

/// A cycle: each node waits for the next, the last for the first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cycle(pub Vec<Edge>);

/// Nodes and what each waits for.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    edges: BTreeMap<String, BTreeMap<String, Reason>>,
}

impl Graph {
    /// A node without edges, unless it is there already.
    pub fn add_node(&mut self, name: &str) {
        self.edges.entry(name.to_owned()).or_default();
    }

    /// An edge; of several reasons for one edge the first in their order stays.
    pub fn add_edge(&mut self, edge: Edge) {
        if edge.from == edge.to {
            return;
        }
        self.add_node(&edge.to);
        let reasons = self.edges.entry(edge.from).or_default();
        let reason = reasons.entry(edge.to).or_insert_with(|| edge.reason.clone());
        if edge.reason < *reason {
            *reason = edge.reason;
        }
    }

    /// The nodes that `name` waits for directly.
    pub fn before(&self, name: &str) -> impl Iterator<Item = (&str, &Reason)> {
        self.edges.get(name).into_iter().flatten().map(|(to, reason)| (to.as_str(), reason))
    }

    /// All nodes in byte order.
    pub fn nodes(&self) -> impl Iterator<Item = &str> {
        self.edges.keys().map(String::as_str)
    }

    /// For each node the length of the longest chain before it, so that equal numbers may start together; a node
    /// never has a smaller number than `floor` gives it. One that nobody waits for is in the last wave: a wave waits for
    /// all of the one before, and so neither its slowness nor its failure holds anybody up.
    pub fn waves(&self, floor: &BTreeMap<String, i32>) -> Result<BTreeMap<String, i32>, Cycle> {
        let mut waves: BTreeMap<String, i32> = BTreeMap::new();
        let mut open: BTreeSet<&str> = self.nodes().collect();
        while !open.is_empty() {
            let ready: Vec<&str> = open
                .iter()
                .copied()
                .filter(|name| self.before(name).all(|(to, _)| waves.contains_key(to)))
                .collect();
            if ready.is_empty() {
                return Err(self.cycle_in(&open));
            }
            for name in ready {
                let after =
                    self.before(name).filter_map(|(to, _)| waves.get(to)).max().map_or(0, |wave| wave + 1);
                waves.insert(name.to_owned(), after.max(floor.get(name).copied().unwrap_or(0)));
                open.remove(name);
            }
        }
        let awaited: BTreeSet<&String> = self.edges.values().flat_map(BTreeMap::keys).collect();
        let last = waves.values().copied().max().unwrap_or(0);
        for (_, wave) in waves.iter_mut().filter(|(name, _)| !awaited.contains(name)) {
            *wave = last;
        }
        Ok(waves)
    }

    /// A cycle among nodes that all wait for one of each other.
    fn cycle_in(&self, open: &BTreeSet<&str>) -> Cycle {
        let next = |name: &str| {
            self.before(name).find(|(to, _)| open.contains(to)).map(|(to, reason)| Edge {
                from: name.to_owned(),
                to: to.to_owned(),
                reason: reason.clone(),
            })
        };
        let mut path: Vec<Edge> = Vec::new();
        let mut here = open.first().copied().unwrap_or_default().to_owned();
        while let Some(edge) = next(&here) {
            here.clone_from(&edge.to);
            path.push(edge);
            if let Some(start) = path.iter().position(|edge| edge.from == here) {
                return Cycle(path.split_off(start));
            }
        }
        Cycle(path)
    }
}

impl std::fmt::Display for Cycle {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, edge) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str(", ")?;
            }
            let reason = match &edge.reason {
                Reason::Needs => "needs".to_owned(),
                Reason::Namespace(name) => format!("lives in namespace `{name}` of"),
                Reason::Crd(kind) => format!("has a `{kind}` of"),
            };
            write!(formatter, "`{}` {reason} `{}`", edge.from, edge.to)?;
        }
        Ok(())
    }
}
