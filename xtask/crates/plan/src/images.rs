//! What `inputs.lock` says of the images of a cluster.

use std::collections::{BTreeMap, BTreeSet};

use diag::Diagnostic;
use inputs::PinDigest;
use registry::distribution::Reference;
use render::{ImageUse, ObjectFacts, is_digest_reference};

use crate::build::Session;
use crate::image_place::image_place;
use crate::render_step::RenderedUnit;
use crate::surroundings::title;

/// Image references as they are packed, by reference as rendered; and those whose digest the lock does not know.
pub(crate) fn look_up(
    session: &Session<'_>,
    units: &[&RenderedUnit],
    mistakes: &mut Vec<Diagnostic>,
) -> (BTreeMap<String, String>, BTreeSet<String>) {
    let mut pinned = BTreeMap::new();
    let mut unresolved = BTreeSet::new();
    for unit in units {
        let mut told = BTreeSet::new();
        let uses = unit
            .facts
            .objects
            .iter()
            .flat_map(|object| object.images.iter().map(move |image| (object, image)));
        for (object, image) in uses.filter(|(_, image)| !is_digest_reference(&image.reference)) {
            match session.lock.image(&image.reference).map(|pin| &pin.digest) {
                Some(PinDigest::File(digest) | PinDigest::Tree(digest)) => {
                    pinned.insert(image.reference.clone(), format!("{}@{digest}", image.reference));
                }
                Some(PinDigest::Unresolved) => {
                    unresolved.insert(image.reference.clone());
                }
                None if told.insert(&image.reference) => {
                    mistakes.push(unlocked(session, unit, object, image));
                }
                None => {}
            }
        }
    }
    (pinned, unresolved)
}

fn unlocked(
    session: &Session<'_>,
    unit: &RenderedUnit,
    object: &ObjectFacts,
    image: &ImageUse,
) -> Diagnostic {
    let reference = &image.reference;
    let mut diagnostic = Diagnostic::error(format!(
        "unit `{}`, {}: image `{reference}` is not in `inputs.lock`",
        unit.name,
        title(object)
    ));
    if let Some(place) = image_place(session, unit, object, image) {
        diagnostic = diagnostic.at(&place.source, place.span, "named here");
        if let Some(template) = place.template {
            diagnostic = diagnostic.with_note(format!("rendered from `{template}`"));
        }
    }
    let Ok(image) = reference.parse::<Reference>() else {
        return diagnostic.hint("an image is written as `registry/repository:tag`");
    };
    let cluster = &session.catalogue.cluster.spec.name;
    diagnostic.hint(format!(
        "`cargo xtask lock add image {} {}` locks it; `cargo xtask lock update --images --cluster {cluster}` locks all \
         that are missing",
        image.name(),
        image.version(),
    ))
}
