//! One mistake in the files of a cluster gives one message with its place and what to do.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test, in functions of its own too")]

mod edits;
mod files;
mod stage;

use diag::Diagnostic;

/// What a mistake must say.
struct Expected {
    message: &'static str,
    place: &'static str,
    hint: &'static str,
}

/// Everything that a diagnostic does not say, or nothing.
fn misses(what: &str, found: &[Diagnostic], expected: &Expected) -> Option<String> {
    let texts: Vec<String> = found.iter().map(|found| diag::render(found, diag::Paint::Plain, 120)).collect();
    let said = |text: &str, part: &str| (!text.contains(part)).then(|| format!("no `{part}`"));
    let lacks = match found {
        [one] => said(&one.message, expected.message)
            .or_else(|| said(&one.hints.join("\n"), expected.hint))
            .or_else(|| one.hints.is_empty().then(|| "no hint".to_owned()))
            .or_else(|| {
                let place = one.place().unwrap_or_default();
                (!place.starts_with(expected.place)).then(|| format!("not at `{}`", expected.place))
            }),
        _ => Some(format!("{} messages", found.len())),
    };
    lacks.map(|lacks| format!("{what}: {lacks}\n{}", texts.join("\n")))
}

fn expect(what: &str, found: &[Diagnostic], expected: &Expected) {
    assert_eq!(misses(what, found, expected), None);
}

#[test]
fn nothing_is_wrong_before_a_change() {
    assert_eq!(stage::diagnostics(|_| {}), []);
}
