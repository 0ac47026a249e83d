//! Parser events to nodes.

use std::borrow::Cow;

use diag::{Diagnostic, SourceRef, Span};
use granit_parser::{Event, ScalarStyle, StructureStyle, Tag};

use crate::anchors::{Anchors, Refusal};
use crate::limits::{ALIAS_LIMIT, DEPTH_LIMIT};
use crate::mapping::Gathered;
use crate::scalar;
use crate::stream::Duplicates;
use crate::{Node, Value};

/// Builds the tree of one document after another.
pub(crate) struct Builder<'s> {
    source: &'s SourceRef,
    duplicates: Duplicates,
    open: Vec<Open>,
    root: Option<Node>,
    anchors: Anchors,
    pub(crate) mistakes: Vec<Diagnostic>,
}

/// A collection whose end is not reached yet.
struct Open {
    start: u32,
    style: StructureStyle,
    anchor: usize,
    content: Content,
}

enum Content {
    Seq(Vec<Node>),
    Map { gathered: Gathered, key: Option<Key> },
}

enum Key {
    Text(String, Span),
    Merge(Span),
    /// One that was told as a mistake; its value is read and dropped.
    Refused,
}

impl<'s> Builder<'s> {
    pub(crate) fn new(source: &'s SourceRef, duplicates: Duplicates) -> Self {
        Self {
            source,
            duplicates,
            open: Vec::new(),
            root: None,
            anchors: Anchors::default(),
            mistakes: Vec::new(),
        }
    }

    /// The root of the document that has ended.
    pub(crate) fn take_root(&mut self) -> Option<Node> {
        self.anchors.forget();
        self.root.take()
    }

    /// Forgets a document that could not be read to its end.
    pub(crate) fn abandon(&mut self) {
        self.open.clear();
        self.take_root();
    }

    /// Takes the next event; `Err` when the document is beyond a limit and not worth reading on.
    pub(crate) fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), ()> {
        match event {
            Event::Scalar(text, style, anchor, tag) => self.scalar(text, style, anchor, tag.as_deref(), span),
            Event::SequenceStart(style, anchor, _) => {
                self.start(style, anchor, span, Content::Seq(Vec::new()))
            }
            Event::MappingStart(style, anchor, _) => {
                let gathered = Gathered::default();
                self.start(style, anchor, span, Content::Map { gathered, key: None })
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(id) => self.alias(id, span),
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: Cow<'_, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        span: Span,
    ) -> Result<(), ()> {
        let tag = tag.map(|tag| format!("{}{}", tag.handle(), tag.suffix()));
        let is_plain = style == ScalarStyle::Plain;
        let text = if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) && self.is_cut(&text, span)
        {
            Cow::Owned(text.strip_suffix('\n').unwrap_or(&text).to_owned())
        } else {
            text
        };
        if self.awaits_key() && scalar::is_merge_key(&text, is_plain, tag.as_deref()) {
            return self.key(Key::Merge(span));
        }
        let value = match tag {
            None if is_plain => Ok(scalar::plain(&text).unwrap_or_else(|| Value::String(text.into_owned()))),
            None => Ok(Value::String(text.into_owned())),
            Some(tag) => scalar::tagged(&tag, text).map_err(|found| (tag, found)),
        };
        let value = value.unwrap_or_else(|(tag, found)| {
            let message = format!("cannot read the value as `{}`: {found}", short(&tag));
            let hint = "write a value of that type, or leave the tag out";
            self.mistakes.push(Diagnostic::error(message).at(self.source, span, "").hint(hint));
            Value::Null
        });
        self.complete(Node { value, span }, anchor)
    }

    /// Whether a block scalar's last line is the last one of the text, without a line break: to Go its value ends without
    /// one, too, while the parser adds it.
    fn is_cut(&self, value: &str, span: Span) -> bool {
        let source = self.source.text.as_str();
        if (span.end as usize) < source.len() || source.ends_with(['\n', '\r']) {
            return false;
        }
        let line = last_line(source);
        // A line of spaces is content only as far as it is longer than the indentation.
        let content = last_line(value.strip_suffix('\n').unwrap_or(value));
        !line.trim_start_matches(' ').is_empty() || (!content.is_empty() && line.ends_with(content))
    }

    fn start(
        &mut self,
        style: StructureStyle,
        anchor: usize,
        span: Span,
        content: Content,
    ) -> Result<(), ()> {
        if self.open.len() >= DEPTH_LIMIT {
            return self.beyond(span, format!("collections nest deeper than {DEPTH_LIMIT}"));
        }
        let start = span.start;
        self.open.push(Open { start, style, anchor, content });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), ()> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let content_end = match &open.content {
            Content::Seq(items) => items.last().map(|item| item.span.end),
            Content::Map { gathered, .. } => gathered.end(),
        };
        let end = match open.style {
            StructureStyle::Flow => span.end,
            StructureStyle::Block => content_end.unwrap_or(open.start),
        };
        let value = match open.content {
            Content::Seq(items) => Value::Seq(items),
            Content::Map { gathered, .. } => {
                Value::Map(gathered.finish(self.source, self.duplicates, &mut self.mistakes))
            }
        };
        let start = match &value {
            Value::Seq(_) if open.style == StructureStyle::Block => self.dash(open.start),
            _ => open.start,
        };
        let span = Span { start, end: end.max(start) };
        self.complete(Node { value, span }, open.anchor)
    }

    /// The first dash of a list: the parser names the byte behind it when the list is as far in as its key.
    fn dash(&self, start: u32) -> u32 {
        let bytes = self.source.text.as_bytes();
        let is_dash =
            matches!(bytes.get(start as usize..), Some([b'-', b' ' | b'\t' | b'\r' | b'\n', ..] | b"-"));
        let before = bytes.get(..start as usize).unwrap_or_default().trim_ascii_end();
        match before {
            [rest @ .., b'-'] if !is_dash => u32::try_from(rest.len()).unwrap_or(start),
            _ => start,
        }
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<(), ()> {
        match self.anchors.copy(id, self.open.len()) {
            Ok(node) => self.accept(node, Some(span)),
            Err(refusal) => self.refuse(&refusal, span),
        }
    }

    fn complete(&mut self, node: Node, anchor: usize) -> Result<(), ()> {
        if anchor > 0
            && let Err(refusal) = self.anchors.define(anchor, &node)
        {
            return self.refuse(&refusal, node.span);
        }
        self.accept(node, None)
    }

    /// Puts a finished node where it belongs; `alias` is where it was asked for when it came by an alias.
    fn accept(&mut self, node: Node, alias: Option<Span>) -> Result<(), ()> {
        if self.awaits_key() {
            let key = self.text_key(node, alias);
            return self.key(key);
        }
        if let Value::Float(number) = node.value
            && !number.is_finite()
        {
            let message = "a value that is infinite or not a number has no JSON form";
            let hint = "quote it if it is meant as text";
            self.mistakes
                .push(Diagnostic::error(message).at(self.source, alias.unwrap_or(node.span), "").hint(hint));
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::Seq(items)) => items.push(node),
            Some(Content::Map { gathered, key }) => match key.take() {
                Some(Key::Text(text, span)) => gathered.entry(text, span, node),
                // An alias may stand for one mapping, not for a list of them.
                Some(Key::Merge(span)) if alias.is_some() && node.as_seq().is_some() => {
                    let message = "a merge key takes an alias of a mapping, not of a list";
                    self.mistakes.push(Diagnostic::error(message).at(self.source, span, ""));
                }
                Some(Key::Merge(span)) => gathered.merge(span, node),
                Some(Key::Refused) | None => {}
            },
        }
        Ok(())
    }

    fn awaits_key(&self) -> bool {
        let content = self.open.last().map(|open| &open.content);
        matches!(content, Some(Content::Map { key: None, .. }))
    }

    // Always `Ok`: the other ways a node can end are not.
    #[allow(clippy::unnecessary_wraps)]
    fn key(&mut self, found: Key) -> Result<(), ()> {
        if let Some(Content::Map { key, .. }) = self.open.last_mut().map(|open| &mut open.content) {
            *key = Some(found);
        }
        Ok(())
    }

    fn text_key(&mut self, node: Node, alias: Option<Span>) -> Key {
        let span = alias.unwrap_or(node.span);
        if self.is_torn(span) {
            let message = "a key whose colon is followed by no space and no value";
            let label = "Go readers take the colon as part of the text, others as the end of a key";
            let hint = "put a space behind the colon, or quotes around the text";
            self.mistakes.push(Diagnostic::error(message).at(self.source, span, label).hint(hint));
        }
        match scalar::key_text(node.value) {
            Ok(text) => Key::Text(text, span),
            Err(kind) => {
                let message = format!("{kind} cannot be a key");
                let hint = "quote it to make it text; JSON has no other keys";
                self.mistakes.push(Diagnostic::error(message).at(self.source, span, "").hint(hint));
                Key::Refused
            }
        }
    }

    /// `{a:}`, `[a:, b]`: an unquoted key in a flow collection that YAML 1.1 reads as the text `a:`.
    fn is_torn(&self, key: Span) -> bool {
        if self.open.last().is_none_or(|open| open.style == StructureStyle::Block) {
            return false;
        }
        let bytes = self.source.text.as_bytes();
        let is_quoted = matches!(bytes.get(key.start as usize), Some(b'"' | b'\''));
        let rest = bytes.get(key.end as usize..).unwrap_or_default().trim_ascii_start();
        !is_quoted && matches!(rest, [b':', b',' | b']' | b'}', ..])
    }

    fn refuse(&mut self, refusal: &Refusal, span: Span) -> Result<(), ()> {
        self.beyond(
            span,
            match refusal {
                Refusal::Itself => "an alias stands inside the node it names".to_owned(),
                Refusal::TooDeep => format!("an alias makes collections nest deeper than {DEPTH_LIMIT}"),
                Refusal::TooMuch => format!("anchors and aliases copy more than {ALIAS_LIMIT} nodes"),
            },
        )
    }

    fn beyond(&mut self, span: Span, message: String) -> Result<(), ()> {
        let mistake = Diagnostic::error(message).at(self.source, span, "");
        self.mistakes.push(mistake.hint("no description or object needs this much: write it out plainly"));
        Err(())
    }
}

fn short(tag: &str) -> String {
    tag.strip_prefix("tag:yaml.org,2002:").map_or_else(|| tag.to_owned(), |core| format!("!!{core}"))
}

fn last_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or_default()
}
