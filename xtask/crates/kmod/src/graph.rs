//! Which module needs which.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::ModuleError;
use crate::module::Module;

/// Modules by their places, and what they need.
#[derive(Debug)]
pub(crate) struct Graph {
    /// What each needs itself, in no order that matters to anybody but [`Graph::sort`].
    needs: Vec<Vec<usize>>,
    /// The place of each in an order in which users come before what they use.
    sorted: Vec<usize>,
}

/// Who has a symbol; the last one when several have it.
pub(crate) fn owners(modules: &[Module]) -> BTreeMap<&str, usize> {
    let mut owners = BTreeMap::new();
    for (place, module) in modules.iter().enumerate() {
        owners.extend(module.exports.iter().map(|symbol| (symbol.as_str(), place)));
    }
    owners
}

impl Graph {
    pub(crate) fn new(modules: &[Module], owners: &BTreeMap<&str, usize>) -> Result<Self, ModuleError> {
        let mut needs = Vec::new();
        for module in modules {
            let (mut seen, mut list) = (BTreeSet::new(), Vec::new());
            for symbol in &module.needs {
                // On PowerPC `.name` is `name`.
                let symbol = symbol.strip_prefix('.').unwrap_or(symbol);
                if let Some(owner) = owners.get(symbol).filter(|owner| seen.insert(**owner)) {
                    list.push(*owner);
                }
            }
            needs.push(list);
        }
        let mut graph = Self { needs, sorted: Vec::new() };
        graph.sort(modules)?;
        Ok(graph)
    }

    /// Users first: the last one found of those without users is the next one, as `depmod` does it.
    fn sort(&mut self, modules: &[Module]) -> Result<(), ModuleError> {
        let mut users = vec![0_usize; self.needs.len()];
        for needed in self.needs.iter().flatten() {
            users.get_mut(*needed).into_iter().for_each(|count| *count += 1);
        }
        let mut free: Vec<usize> =
            users.iter().enumerate().filter(|(_, count)| **count == 0).map(|(place, _)| place).collect();
        self.sorted = vec![usize::MAX; self.needs.len()];
        let mut next = 0;
        while let Some(place) = free.pop() {
            self.sorted.get_mut(place).into_iter().for_each(|sorted| *sorted = next);
            next += 1;
            for needed in self.needs.get(place).into_iter().flatten() {
                let Some(count) = users.get_mut(*needed) else { continue };
                *count -= 1;
                if *count == 0 {
                    free.push(*needed);
                }
            }
        }
        if next == self.needs.len() { Ok(()) } else { Err(self.circle(modules)) }
    }

    /// One circle among those that were never free: each of them has a user that was not free either.
    fn circle(&self, modules: &[Module]) -> ModuleError {
        let is_left = |place: &usize| self.sorted.get(*place) == Some(&usize::MAX);
        let mut user = BTreeMap::new();
        for (place, needs) in self.needs.iter().enumerate().filter(|(place, _)| is_left(place)) {
            for needed in needs.iter().filter(|needed| is_left(needed)) {
                user.entry(*needed).or_insert(place);
            }
        }
        let mut walked: Vec<usize> = user.keys().copied().take(1).collect();
        while let Some(place) = walked.last().and_then(|last| user.get(last)) {
            let met = walked.iter().position(|other| other == place);
            walked.push(*place);
            if let Some(start) = met {
                walked.drain(..start);
                break;
            }
        }
        let names = walked.iter().rev().filter_map(|place| modules.get(*place)).map(Module::name);
        ModuleError::Circle(names.collect())
    }

    /// Everything that a module needs, itself or through others, users first.
    pub(crate) fn all(&self, place: usize) -> Vec<usize> {
        let mut found = BTreeMap::new();
        let mut open: Vec<usize> = self.needs.get(place).into_iter().flatten().copied().collect();
        while let Some(needed) = open.pop() {
            let Some(sorted) = self.sorted.get(needed) else { continue };
            if found.insert(*sorted, needed).is_none() {
                open.extend(self.needs.get(needed).into_iter().flatten());
            }
        }
        found.into_values().collect()
    }
}
