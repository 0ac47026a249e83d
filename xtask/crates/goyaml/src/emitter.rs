//! Writing: the library's `emitter.go` for what a value can hold.

use crate::allowed::is_break;
use crate::quoted::double;
use crate::style::Style;
use crate::value::Value;

/// Spaces that a level is indented by.
const INDENT: usize = 4;
/// The longest key in bytes that may stand before its value on one line.
const SIMPLE_KEY: usize = 128;

/// The text of a document, with a line break at its end.
pub fn write(value: &Value) -> String {
    let mut emitter = Emitter { out: String::new(), column: 0, fresh: true };
    emitter.node(value, None, Place::Root);
    if !emitter.fresh {
        emitter.line_break();
    }
    emitter.out
}

/// Where a node stands, which tells how far what is below it is indented.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Place {
    Root,
    Key,
    Item,
}

struct Emitter {
    out: String,
    /// Characters since the last line break.
    column: usize,
    /// Nothing but indentation was written since the last line break.
    fresh: bool,
}

impl Emitter {
    fn node(&mut self, value: &Value, indent: Option<usize>, place: Place) {
        match value {
            Value::Null => self.word("null"),
            Value::Bool(truth) => self.word(if *truth { "true" } else { "false" }),
            Value::Int(number) => self.word(&number.to_string()),
            Value::Bare(text) => self.word(text),
            Value::Text(text) => self.text(text, deeper(indent, place).unwrap_or(INDENT), false),
            Value::List(items) if items.is_empty() => self.word("[]"),
            Value::Map(entries) if entries.is_empty() => self.word("{}"),
            Value::List(items) => self.list(items, deeper(indent, place).unwrap_or_default()),
            Value::Map(entries) => self.map(entries, deeper(indent, place).unwrap_or_default()),
        }
    }

    fn list(&mut self, items: &[Value], indent: usize) {
        for item in items {
            self.indent(indent);
            self.indicator("-");
            self.node(item, Some(indent), Place::Item);
        }
    }

    fn map(&mut self, entries: &[(String, Value)], indent: usize) {
        for (key, value) in entries {
            self.indent(indent);
            if key.len() <= SIMPLE_KEY && !key.contains(is_break) {
                self.text(key, indent, true);
                self.put(":");
                self.fresh = false;
            } else {
                self.indicator("?");
                self.text(key, deeper(Some(indent), Place::Key).unwrap_or_default(), false);
                self.indent(indent);
                self.indicator(":");
            }
            self.node(value, Some(indent), Place::Key);
        }
    }

    fn text(&mut self, text: &str, indent: usize, simple: bool) {
        match Style::of(text, simple) {
            Style::Plain => self.word(text),
            Style::Double => self.word(&double(text)),
            Style::Single => self.single(text, indent),
            Style::Literal => self.literal(text, indent),
        }
    }

    fn single(&mut self, text: &str, indent: usize) {
        self.word("'");
        self.lines(&text.replace('\'', "''"), indent, false);
        self.put("'");
        self.fresh = false;
    }

    fn literal(&mut self, text: &str, indent: usize) {
        let hint = if text.starts_with(' ') { INDENT.to_string() } else { String::new() };
        let mut ends = text.chars().rev().map(is_break);
        let chomp = match (ends.next().unwrap_or_default(), ends.next()) {
            (false, _) => "-",
            (true, None | Some(true)) => "+",
            (true, Some(false)) => "",
        };
        self.word(&format!("|{hint}{chomp}"));
        self.line_break();
        self.lines(text, indent, true);
    }

    /// Writes text as it is, each of its lines after a break indented.
    fn lines(&mut self, text: &str, indent: usize, mut after_break: bool) {
        for character in text.chars() {
            if is_break(character) {
                self.put_break(character);
                after_break = true;
                continue;
            }
            if after_break {
                self.indent(indent);
            }
            after_break = false;
            self.put(character.encode_utf8(&mut [0; 4]));
            self.fresh = false;
        }
    }

    /// A token after a space, unless it begins its line or follows an indicator.
    fn word(&mut self, word: &str) {
        if !word.is_empty() && !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
            self.put(" ");
        }
        self.put(word);
        self.fresh = false;
    }

    /// An indicator that what follows it may share a line with.
    fn indicator(&mut self, indicator: &str) {
        let fresh = self.fresh;
        self.word(indicator);
        self.put(" ");
        self.fresh = fresh;
    }

    /// Goes to a column: on this line when nothing but indentation and indicators stand on it.
    fn indent(&mut self, indent: usize) {
        if !self.fresh || self.column > indent {
            self.line_break();
        }
        while self.column < indent {
            self.put(" ");
        }
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn put_break(&mut self, character: char) {
        if character == '\n' {
            return self.line_break();
        }
        self.out.push(character);
        (self.column, self.fresh) = (0, true);
    }

    fn line_break(&mut self) {
        self.out.push('\n');
        (self.column, self.fresh) = (0, true);
    }
}

/// `increaseIndent`: below an item by the width of its dash, otherwise to the next multiple.
fn deeper(indent: Option<usize>, place: Place) -> Option<usize> {
    let indent = indent?;
    Some(if place == Place::Item { indent + 2 } else { (indent + INDENT) / INDENT * INDENT })
}

#[cfg(test)]
mod tests;
