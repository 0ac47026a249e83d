//! A text to its documents.

use diag::{Diagnostic, SourceRef, Span};
use granit_parser::{Event, Parser, ScanError};

use crate::Node;
use crate::limits::{DEPTH_LIMIT, MISTAKE_LIMIT};
use crate::tree::Builder;

/// One document of a stream.
#[derive(Clone, Debug)]
pub struct Document {
    /// The text it was read from.
    pub source: SourceRef,
    /// Its value; `null` when the document is empty or holds only comments.
    pub root: Node,
    /// The document in the stream: from its `---` (from the start of the text for the first one, so that comments above
    /// it are part of it) to the next one's.
    pub span: Span,
}

/// What two entries of a mapping with the same key mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duplicates {
    /// A mistake: for files people write.
    Refuse,
    /// The last one counts, as in kubectl and Helm: for files of others.
    LastWins,
}

/// Reads all documents of a text; there is always one at least, `null` when there is nothing to read.
///
/// A byte order mark is skipped and CRLF counts as one line break. The error holds every mistake that could be found:
/// reading goes on behind the next `---` after a syntax error.
pub fn parse_stream(source: &SourceRef, duplicates: Duplicates) -> Result<Vec<Document>, Vec<Diagnostic>> {
    if u32::try_from(source.text.len()).is_err() {
        return Err(vec![Diagnostic::error(format!("`{}` is larger than 4 GiB", source.name))]);
    }
    let mut stream =
        Stream { source, builder: Builder::new(source, duplicates), documents: Vec::new(), start: 0 };
    stream.read();
    if stream.builder.mistakes.is_empty() { Ok(stream.finish()) } else { Err(stream.builder.mistakes) }
}

/// Reads a text of one document; empty documents behind it do not count.
pub fn parse_one(source: &SourceRef, duplicates: Duplicates) -> Result<Document, Vec<Diagnostic>> {
    let mut documents = parse_stream(source, duplicates)?.into_iter();
    let first = documents.next();
    if let Some(further) = documents.find(|document| !document.root.is_null()) {
        let start = further.span.start;
        let marker = Span { start, end: start.saturating_add(3) };
        let message = format!("`{}` holds more than one document", source.name);
        let hint = "remove the `---` between them, or split the file";
        return Err(vec![
            Diagnostic::error(message).at(source, marker, "another one starts here").hint(hint),
        ]);
    }
    first.ok_or_else(|| vec![Diagnostic::error(format!("`{}` holds no document", source.name))])
}

/// The longest key without a `?`, in characters: YAML 1.2, section 7.4.
const KEY_LENGTH: usize = 1024;

struct Stream<'s> {
    source: &'s SourceRef,
    builder: Builder<'s>,
    documents: Vec<Document>,
    start: u32,
}

impl Stream<'_> {
    fn read(&mut self) {
        let limits = granit_parser::options! {
            emit_comments: false,
            // The builder tells of depth. The scanner runs ahead of it, by about the length of a key.
            flow_nesting_limit: DEPTH_LIMIT + 2 * KEY_LENGTH,
            block_nesting_limit: DEPTH_LIMIT + 2 * KEY_LENGTH,
            simple_key_max_lookahead: KEY_LENGTH,
        };
        let mut parser = Parser::new_from_str_with_options(&self.source.text, limits);
        while self.builder.mistakes.len() < MISTAKE_LIMIT {
            let read_on = match parser.next_event() {
                None | Some(Ok((Event::StreamEnd, _))) => break,
                Some(Ok((event, span))) => self.event(event, offsets(span)),
                Some(Err(error)) => {
                    self.builder.mistakes.push(syntax(self.source, &error));
                    Err(())
                }
            };
            if read_on.is_err() {
                self.builder.abandon();
                if !matches!(parser.proceed_next_document(), Ok(true)) {
                    break;
                }
            }
        }
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), ()> {
        match event {
            Event::DocumentStart(explicit, _) => {
                if let Some(previous) = self.documents.last_mut() {
                    self.start = if explicit { span.start } else { self.start };
                    previous.span.end = self.start;
                }
            }
            Event::DocumentEnd => {
                let root = self.builder.take_root().unwrap_or_else(Node::null);
                let source = SourceRef::clone(self.source);
                let span = Span { start: self.start, end: span.end };
                self.start = span.end;
                self.documents.push(Document { source, root, span });
            }
            other => return self.builder.event(other, span),
        }
        Ok(())
    }

    fn finish(mut self) -> Vec<Document> {
        let end = Span::new(self.source.text.len(), self.source.text.len()).end;
        match self.documents.last_mut() {
            Some(last) => last.span.end = end,
            None => self.documents.push(Document {
                source: SourceRef::clone(self.source),
                root: Node::null(),
                span: Span { start: 0, end },
            }),
        }
        self.documents
    }
}

fn offsets(span: granit_parser::Span) -> Span {
    span.byte_range().map(|range| Span::new(range.start, range.end)).unwrap_or_default()
}

fn syntax(source: &SourceRef, error: &ScanError) -> Diagnostic {
    let start = error.marker().byte_offset().unwrap_or_default();
    let width = source.text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    Diagnostic::error("cannot read the text as YAML")
        .at(source, Span::new(start, start + width), error.info())
        .hint("the cause often stands before this place: look for an open bracket or quote, and at the indentation")
}
