//! JSON patches: RFC 6902, with what `github.com/evanphx/json-patch` makes of it.

use std::fmt;

use diag::{Diagnostic, SourceRef};
use yaml::{Node, Value};

use crate::config::read_document;
use crate::read::Reader;
use crate::{Config, Error};

/// One operation.
#[derive(Clone)]
pub(super) struct Operation {
    op: String,
    path: String,
    from: String,
    value: Node,
}

impl Operation {
    pub(super) fn read(node: &Node, source: &SourceRef, mistakes: &mut Vec<Diagnostic>) -> Option<Self> {
        let text = |key: &str| node.get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
        let (op, path, from) = (text("op"), text("path"), text("from"));
        let mut wrong = |message: String| {
            mistakes.push(Diagnostic::error(message).at(source, node.span, ""));
            None
        };
        if !matches!(op.as_str(), "add" | "remove" | "replace" | "move" | "copy" | "test") {
            return wrong(format!("`{op}` is no operation: add, remove, replace, move, copy or test"));
        }
        let value = node.get("value").cloned();
        if value.is_none() && matches!(op.as_str(), "add" | "replace") {
            return wrong(format!("the operation `{op}` needs a `value`"));
        }
        if from.is_empty() && matches!(op.as_str(), "move" | "copy") {
            return wrong(format!("the operation `{op}` needs `from`"));
        }
        Some(Self { op, path, from, value: value.unwrap_or_else(Node::null) })
    }

    fn apply(&self, root: &mut Node) -> Result<(), String> {
        match self.op.as_str() {
            "add" => add(root, &self.path, self.value.clone()),
            "remove" => remove(root, &self.path).map(|_| ()),
            "replace" => replace(root, &self.path, self.value.clone()),
            "move" => {
                let moved = remove(root, &self.from)?;
                add(root, &self.path, moved)
            }
            "copy" => {
                let copied = find(root, &self.from).ok_or("there is nothing to copy")?.clone();
                add(root, &self.path, copied)
            }
            _ => match find(root, &self.path) {
                Some(found) if found.same(&self.value) => Ok(()),
                None if self.value.is_null() => Ok(()),
                _ => Err("the value there is another one".to_owned()),
            },
        }
    }
}

/// The configuration after the operations; it must be a single document.
pub(super) fn apply(config: &Config, operations: &[Operation]) -> Result<Config, Error> {
    let nodes = config.to_nodes();
    let [root] = nodes.as_slice() else { return Err(Error::JsonPatchDocuments { count: nodes.len() }) };
    let mut root = root.clone();
    for (index, operation) in operations.iter().enumerate() {
        operation.apply(&mut root).map_err(|reason| Error::JsonPatch {
            index: index + 1,
            op: operation.op.clone(),
            path: operation.path.clone(),
            reason,
        })?;
    }
    // Read anew: what the operations put in may be of any type.
    let source = diag::Source::shared("the patched configuration", "");
    let mut reader = Reader::new(config.contract(), None, 0);
    let mut mistakes = Vec::new();
    let document = read_document(&mut reader, config.contract(), &root, &source, &mut mistakes);
    mistakes.append(&mut reader.mistakes);
    match (document, mistakes.first()) {
        (Some(document), None) => Ok(Config::new(config.contract(), vec![document])),
        (_, mistake) => {
            let reason = mistake.map(|mistake| mistake.message.clone()).unwrap_or_default();
            Err(Error::Patch { document: "the configuration".to_owned(), reason })
        }
    }
}

fn tokens(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
}

/// The index a token names; from the end when it is negative.
fn index(token: &str, length: usize) -> Option<usize> {
    match token.strip_prefix('-') {
        Some(back) => length.checked_sub(back.parse().ok()?),
        None => token.parse().ok(),
    }
}

fn child<'a>(node: &'a mut Node, token: &str) -> Option<&'a mut Node> {
    match &mut node.value {
        Value::Map(map) => map.get_mut(token),
        Value::Seq(items) => {
            let at = index(token, items.len())?;
            items.get_mut(at)
        }
        _ => None,
    }
}

fn find<'a>(root: &'a mut Node, path: &str) -> Option<&'a mut Node> {
    tokens(path).iter().try_fold(root, |node, token| child(node, token))
}

fn parent<'a>(root: &'a mut Node, path: &str) -> Result<(&'a mut Node, String), String> {
    let mut tokens = tokens(path);
    let last = tokens.pop().ok_or("the whole document cannot be changed")?;
    let above = tokens.iter().try_fold(root, |node, token| child(node, token));
    above.map(|above| (above, last)).ok_or_else(|| "the way there is missing".to_owned())
}

fn add(root: &mut Node, path: &str, value: Node) -> Result<(), String> {
    let (above, last) = parent(root, path)?;
    match &mut above.value {
        Value::Map(map) => map.insert(last, value),
        Value::Seq(items) if last == "-" => items.push(value),
        Value::Seq(items) => {
            let length = items.len();
            // Counted from behind the last one.
            let at = match last.strip_prefix('-') {
                Some(back) => back.parse().ok().and_then(|back: usize| (length + 1).checked_sub(back)),
                None => last.parse().ok(),
            };
            let at = at.filter(|at| *at <= length).ok_or("the list has no such place")?;
            items.insert(at, value);
        }
        _ => return Err("the way there is missing".to_owned()),
    }
    Ok(())
}

/// Of a mapping, a key that is not there is set as well.
fn replace(root: &mut Node, path: &str, value: Node) -> Result<(), String> {
    let (above, last) = parent(root, path)?;
    if let Value::Map(map) = &mut above.value {
        map.insert(last, value);
        return Ok(());
    }
    let place = child(above, &last).ok_or("there is nothing to replace")?;
    *place = value;
    Ok(())
}

fn remove(root: &mut Node, path: &str) -> Result<Node, String> {
    let (above, last) = parent(root, path)?;
    let nothing = || "there is nothing to remove".to_owned();
    match &mut above.value {
        Value::Map(map) => map.remove(&last).ok_or_else(nothing),
        Value::Seq(items) => {
            let at = index(&last, items.len()).filter(|at| *at < items.len()).ok_or_else(nothing)?;
            Ok(items.remove(at))
        }
        _ => Err(nothing()),
    }
}

/// Without its value: it may be a secret.
impl fmt::Debug for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.op, self.path)
    }
}
