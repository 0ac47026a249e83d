//! Keywords that combine schemas.

use serde_json::{Map as Schema, Value as Json};
use yaml::Node;

use super::{Dialect, Fields, Walk};
use crate::Violation;

impl Walk<'_> {
    pub(super) fn check_branches(&mut self, node: &Node, keywords: &Schema<String, Json>) {
        let branches = |keyword: &str| keywords.get(keyword).and_then(Json::as_array);
        // In structural schemas branches constrain values and list no fields.
        let fields = if self.dialect == Dialect::JsonSchema { Fields::Strict } else { Fields::Open };
        for branch in branches("allOf").into_iter().flatten() {
            self.check(node, branch, fields);
        }
        if let Some(branches) = branches("anyOf") {
            let tries: Vec<_> = branches.iter().map(|branch| self.try_branch(node, branch, fields)).collect();
            if !tries.is_empty() && tries.iter().all(|found| !found.is_empty()) {
                self.report_none(node, tries);
            }
        }
        if let Some(branches) = branches("oneOf") {
            let tries: Vec<_> = branches.iter().map(|branch| self.try_branch(node, branch, fields)).collect();
            match tries.iter().filter(|found| found.is_empty()).count() {
                0 if !tries.is_empty() => self.report_none(node, tries),
                0 | 1 => {}
                fits => self.report(node, format!("fits {fits} forms that exclude each other")),
            }
        }
        if let Some(branch) = keywords.get("not")
            && self.try_branch(node, branch, fields).is_empty()
        {
            self.report(node, "has a form that is ruled out here");
        }
    }

    /// What the branch would report, without reporting it.
    fn try_branch(&mut self, node: &Node, branch: &Json, fields: Fields) -> Vec<Violation> {
        let before = self.found.len();
        self.check(node, branch, fields);
        self.found.split_off(before)
    }

    /// None of the branches fits. The one with the fewest violations is probably the one that was meant.
    fn report_none(&mut self, node: &Node, tries: Vec<Vec<Violation>>) {
        // Every branch wants another type: say them all in one line.
        let here = |found: &Vec<Violation>| match found.as_slice() {
            [one] if one.pointer == self.pointer => one.message.strip_prefix("expected ").map(str::to_owned),
            _ => None,
        };
        let wanted: Option<Vec<String>> = tries.iter().map(here).collect();
        if let Some(wanted) = wanted {
            let last =
                wanted.last().and_then(|text| text.split_once(", found ")).map_or("", |(_, found)| found);
            let mut names: Vec<_> =
                wanted.iter().filter_map(|text| text.split_once(", found ").map(|(name, _)| name)).collect();
            names.dedup();
            self.report(node, format!("expected {}, found {last}", names.join(" or ")));
            return;
        }
        // A branch that fails only further down was meant: its other parts already told which one it is.
        let below = |found: &&Vec<Violation>| found.iter().all(|one| one.pointer.len() > self.pointer.len());
        let mut meant = tries.iter().filter(below);
        if let (Some(meant), None) = (meant.next(), meant.next()) {
            self.found.extend(meant.iter().cloned());
            return;
        }
        let count = tries.len();
        let Some(mut best) = tries.into_iter().min_by_key(Vec::len) else { return };
        if count == 1 {
            self.found.append(&mut best);
            return;
        }
        let nearest = best.into_iter().next();
        let mut violation =
            Violation::new(&self.pointer, node.span, format!("fits none of the {count} forms allowed here"));
        if let Some(nearest) = nearest {
            let at = if nearest.pointer == self.pointer {
                String::new()
            } else {
                format!(" at `{}`", nearest.pointer)
            };
            violation = violation.hint(format!("the nearest one fails{at} because: {}", nearest.message));
        }
        self.found.push(violation);
    }
}
