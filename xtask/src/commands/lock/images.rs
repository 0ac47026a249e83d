//! `lock update --images`: the digests of what a cluster runs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::thread;

use diag::{Diagnostic, Span};
use hashing::Digest;
use inputs::{FetchError, Fetcher, Kind, Lock, Pin, PinDigest};
use plan::Strictness;
use registry::RegistryError;
use registry::distribution::Reference;

use super::file::{described, with_fetcher, write};
use crate::args::{Format, Global};
use crate::commands::session::with_session;
use crate::context;
use crate::error::CliError;
use crate::printer::Printer;
use crate::table::count;

/// What came of looking an image up.
enum Answer {
    Found(Digest),
    /// Its registry cannot be reached from here; nothing is known about the image.
    Unreachable(String),
    /// Its registry answered, and not with a digest.
    Refused(String),
}

/// Locks the images of a cluster, or of all.
pub(super) fn update(only: Option<&str>, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    let clusters = match only {
        Some(cluster) => vec![cluster.to_owned()],
        None => catalogue::clusters(&context::workspace(global)?),
    };
    let mut references = BTreeSet::new();
    for cluster in &clusters {
        references.extend(with_session(
            global,
            printer,
            cluster,
            Strictness::Lenient,
            plan::image_references,
        )?);
    }
    with_fetcher(global, printer, |workspace, mut lock, fetcher| {
        let wanted = wanted(&lock, &references)?;
        let mut done = Vec::new();
        let (mut unreachable, mut refused) = (0, 0);
        for (reference, answer) in look_up(fetcher, &wanted) {
            let digest = match answer {
                Answer::Found(digest) => PinDigest::File(digest),
                Answer::Unreachable(reason) => {
                    unreachable += 1;
                    printer.detail(&format!("{reference}: {reason}"));
                    PinDigest::Unresolved
                }
                Answer::Refused(reason) => {
                    refused += 1;
                    let diagnostic = Diagnostic::warning(format!("no digest for `{reference}`: {reason}"));
                    printer.warn(
                        &diagnostic
                            .hint("if the tag does not exist, the unit that runs it needs another one"),
                    );
                    PinDigest::Unresolved
                }
            };
            let pin = pin(&reference, digest);
            let (verdict, shown) = match digest {
                PinDigest::Unresolved => ("unresolved", String::new()),
                digest => ("locked", format!(" {digest}")),
            };
            if printer.format == Format::Text {
                printer.data(&format!("{verdict} {pin}{shown}"));
            }
            done.push(described(&pin, verdict));
            lock.insert(pin);
        }
        write(workspace, &lock)?;
        if printer.format == Format::Json {
            printer.json(&done);
        }
        summary(printer, references.len(), done.len(), unreachable, refused);
        Ok(0)
    })
}

fn summary(printer: &Printer, all: usize, asked: usize, unreachable: usize, refused: usize) {
    let known = all - asked;
    printer.note(&format!(
        "{}: {known} known, {} looked up",
        count(all, "image"),
        asked - unreachable - refused
    ));
    if unreachable > 0 {
        let images = count(unreachable, "image");
        printer
            .note(&format!("{images} in registries that cannot be reached from here; `--verbose` says why"));
    }
}

/// The images without a digest in the lock, new ones and those that could not be looked up before.
fn wanted(lock: &Lock, references: &BTreeSet<String>) -> Result<BTreeSet<Reference>, CliError> {
    let mut wanted = BTreeSet::new();
    let mut wrong = Vec::new();
    for text in references {
        if lock.image(text).is_some_and(|pin| pin.digest != PinDigest::Unresolved) {
            continue;
        }
        match text.parse::<Reference>() {
            Ok(reference) => {
                wanted.insert(reference);
            }
            Err(error) => wrong.push(Diagnostic::error(error.to_string())),
        }
    }
    if wrong.is_empty() { Ok(wanted) } else { Err(CliError::inputs(wrong)) }
}

fn pin(reference: &Reference, digest: PinDigest) -> Pin {
    Pin {
        kind: Kind::Image,
        name: reference.name(),
        version: reference.tag.clone().unwrap_or_else(|| "latest".to_owned()),
        digest,
        sources: Vec::new(),
        span: Span::default(),
    }
}

/// Asks all registries at once, each for one image after the other. One that cannot be reached is not asked again:
/// each try takes its time.
fn look_up(fetcher: &Fetcher<'_>, references: &BTreeSet<Reference>) -> BTreeMap<Reference, Answer> {
    let mut registries: BTreeMap<&str, Vec<&Reference>> = BTreeMap::new();
    for reference in references {
        registries.entry(&reference.registry).or_default().push(reference);
    }
    let answers = Mutex::new(BTreeMap::new());
    let answers_of = |references: &[&Reference]| {
        let mut silent: Option<String> = None;
        for reference in references {
            let answer = match &silent {
                Some(reason) => Answer::Unreachable(reason.clone()),
                None => ask(fetcher, reference),
            };
            if let Answer::Unreachable(reason) = &answer {
                silent = Some(reason.clone());
            }
            answers.lock().unwrap_or_else(PoisonError::into_inner).insert((*reference).clone(), answer);
        }
    };
    thread::scope(|scope| {
        for references in registries.values() {
            scope.spawn(|| answers_of(references));
        }
    });
    answers.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn ask(fetcher: &Fetcher<'_>, reference: &Reference) -> Answer {
    let error = match fetcher.resolve_image(&reference.to_string()) {
        Ok(digest) => return Answer::Found(digest),
        Err(error) => error,
    };
    let reason = crate::error::chain(&error);
    let answered = |error: &RegistryError| {
        matches!(
            error,
            RegistryError::Status { .. } | RegistryError::Login { .. } | RegistryError::Answer { .. }
        )
    };
    let has_answered = match &error {
        FetchError::Registry(error) => answered(error),
        FetchError::Unavailable { attempts, .. } => attempts.iter().any(
            |attempt| matches!(&*attempt.failure, inputs::SourceError::Registry(error) if answered(error)),
        ),
        _ => false,
    };
    if has_answered { Answer::Refused(reason) } else { Answer::Unreachable(reason) }
}
