//! Mistakes in images of machines: each one message, at its place, that says what to do.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test, in functions of its own too")]
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

mod descriptions;
mod extensions;
mod keys;
mod parts;

use end_to_end::image_stage::ImageStage;

/// An image without a mistake.
const GOOD: &str = "kind: machine
description: A test
base:
  talos: v1.11.3
outputs: [uki, raw, iso, installer]
disk: {esp: 64}
";

/// A mistake: its name, what is done to a stage, the description, and what is told.
struct Case<'a> {
    name: &'static str,
    description: String,
    flags: Vec<String>,
    /// Where the message points to, in the file of the image.
    place: &'static str,
    told: &'a [&'static str],
}

/// Builds the image of a case, which must fail with one message; what is wrong with that, otherwise.
fn check(stage: &ImageStage, case: &Case<'_>) -> Option<String> {
    stage.describe("bad", &case.description);
    let flags: Vec<&str> = case.flags.iter().map(String::as_str).collect();
    let run = stage.build("bad", &flags);
    let text = &run.stderr;
    let place = format!("images/bad.yaml:{}", case.place);
    let mut wrong: Vec<String> = Vec::new();
    if run.code != 2 && run.code != 1 {
        wrong.push(format!("it ended with {}", run.code));
    }
    match text.lines().filter(|line| line.starts_with("error")).count() {
        1 => {}
        count => wrong.push(format!("{count} messages")),
    }
    let wanted = std::iter::once(place.as_str()).chain(case.told.iter().copied());
    wrong.extend(wanted.filter(|told| !text.contains(told)).map(|told| format!("`{told}` is missing")));
    (!wrong.is_empty()).then(|| format!("{}: {}\n{text}", case.name, wrong.join("; ")))
}

/// Fails with everything that is wrong.
fn all_are_told(wrong: Vec<Option<String>>) {
    let wrong: Vec<String> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_image_without_a_mistake_is_built() {
    let stage = ImageStage::new();
    stage.describe("bad", GOOD);
    let run = stage.build("bad", &[]);
    assert_eq!(run.code, 0, "{}", run.text());
}
