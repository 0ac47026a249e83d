use crate::{Diagnostic, Paint, Source, Span, render};

#[test]
fn shows_the_line_and_the_hint() {
    let source = Source::shared("apps/web/app.yaml", "description: x\nnamespce: web\n");
    let diagnostic = Diagnostic::error("unknown field `namespce`")
        .at(&source, Span::new(15, 23), "not a field of an app")
        .with_note("fields are spelled as in the documentation")
        .hint("did you mean `namespace`?");
    let expected = "\
error: unknown field `namespce`
 --> apps/web/app.yaml:2:1
  |
2 | namespce: web
  | ^^^^^^^^ not a field of an app
  |
  = note: fields are spelled as in the documentation
hint: did you mean `namespace`?";
    assert_eq!(render(&diagnostic, Paint::Plain, 100), expected);
    assert_eq!(diagnostic.place().as_deref(), Some("apps/web/app.yaml:2:1"));
}

#[test]
fn shows_both_places() {
    let source = Source::shared("a.yaml", "# top\na: 1\nb: 2\na: 3\n");
    let other = Source::shared("b.yaml", "z: 1\n");
    let diagnostic = Diagnostic::warning("duplicate key `a`")
        .at(&source, Span::new(16, 17), "again")
        .also(&source, Span::new(6, 7), "first")
        .also(&other, Span::new(0, 1), "");
    let expected = "\
warning: duplicate key `a`
 --> a.yaml:4:1
  |
2 | a: 1
  | - first
3 | b: 2
4 | a: 3
  | ^ again
  |
 ::: b.yaml:1:1
  |
1 | z: 1
  | -";
    assert_eq!(render(&diagnostic, Paint::Plain, 100), expected);
}

#[test]
fn survives_any_span() {
    let texts = ["", "\n", "ä\r\nö: ü", "a: 1\n\n\n"];
    for text in texts {
        let source = Source::shared("x", text);
        for start in 0..12 {
            for end in 0..12 {
                let span = Span { start, end };
                let rendered =
                    render(&Diagnostic::error("wrong").at(&source, span, "here"), Paint::Plain, 80);
                assert!(rendered.contains("error: wrong") && rendered.contains("x:"), "{text:?} {span:?}");
            }
        }
    }
}

#[test]
fn a_label_over_many_lines_is_short() {
    let source = Source::shared("x", "a:\n  b: 1\n  c: 2\n");
    let rendered = render(&Diagnostic::note("m").at(&source, Span::new(0, 17), "l"), Paint::Plain, 80);
    assert!(rendered.contains("1 | a:") && !rendered.contains("c: 2"), "{rendered}");
}

#[test]
fn colours_only_when_asked() {
    let diagnostic = Diagnostic::error("wrong").hint("mend it");
    assert_eq!(render(&diagnostic, Paint::Plain, 80), "error: wrong\nhint: mend it");
    assert!(render(&diagnostic, Paint::Colour, 80).contains('\u{1b}'));
}
