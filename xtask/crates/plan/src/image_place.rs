//! Where a person would look for an image reference that a unit renders.

use std::sync::Arc;

use diag::{Source, SourceRef, Span};
use registry::distribution::Reference;
use render::{ImageUse, ObjectFacts, OriginFacts};
use yaml::{Duplicates, Node, Value};

use crate::build::Session;
use crate::bundle_step::tar_files;
use crate::render_step::RenderedUnit;
use crate::resolve::{self, ResolvedSource};

/// A place of an image reference.
pub(crate) struct Place {
    pub(crate) source: SourceRef,
    pub(crate) span: Span,
    /// What the object was rendered from, when that is no file of the workspace.
    pub(crate) template: Option<String>,
}

/// The field of a value file or manifest that names the image or a part of it, else the field of the object as it was
/// rendered. A chart may put a reference together from several values, so the best one counts, and of equals the one
/// of the most particular layer.
pub(crate) fn image_place(
    session: &Session<'_>,
    unit: &RenderedUnit,
    object: &ObjectFacts,
    image: &ImageUse,
) -> Option<Place> {
    let template = match &object.origin {
        OriginFacts::File(_) => None,
        OriginFacts::Template(template) => Some(template.clone()),
    };
    let wanted = Wanted::new(&image.reference);
    let mut best: Option<(u8, SourceRef, Span)> = None;
    for source in written(session, unit) {
        let Ok(documents) = yaml::parse_stream(&source, Duplicates::LastWins) else { continue };
        for document in documents {
            wanted.look(&document.root, None, &mut |fit, span| {
                if best.as_ref().is_none_or(|(known, ..)| fit >= *known) {
                    best = Some((fit, Arc::clone(&source), span));
                }
            });
        }
    }
    match best {
        Some((_, source, span)) => Some(Place { source, span, template }),
        None => rendered(session, unit, object, image, template),
    }
}

/// The files of the unit that a person wrote and this cluster reads, from general to particular.
fn written(session: &Session<'_>, unit: &RenderedUnit) -> Vec<SourceRef> {
    let Some(described) = session.catalogue.units.get(&unit.name) else { return Vec::new() };
    let sources =
        resolve::resolve(session.surroundings(), described).map_or_else(|_| Vec::new(), |unit| unit.sources);
    let mut files = Vec::new();
    for (resolved, source) in sources.into_iter().zip(described.sources()) {
        match (resolved, source) {
            (ResolvedSource::Helm { values, .. }, _) => {
                files.extend(values.into_iter().map(|layer| layer.source));
            }
            (ResolvedSource::Manifests { layers }, _) => files.extend(layers.into_iter().flatten()),
            (
                ResolvedSource::Kustomize { overlay, files: tree, .. },
                catalogue::Source::Kustomize(source),
            ) => {
                let directory = described.path(&source.path);
                let (ours, others): (Vec<&str>, Vec<&str>) = tree
                    .iter()
                    .map(|(path, _)| path)
                    .filter(|path| resolve::is_yaml(path))
                    .partition(|path| path.starts_with(&format!("{overlay}/")));
                let texts = others.into_iter().chain(ours);
                files.extend(
                    texts.filter_map(|path| session.workspace.text(&format!("{directory}/{path}")).ok()),
                );
            }
            _ => {}
        }
    }
    files.push(Arc::clone(&described.source));
    files
}

/// A reference and its parts.
struct Wanted<'a> {
    reference: &'a str,
    name: &'a str,
    tag: Option<&'a str>,
    parsed: Option<Reference>,
}

impl<'a> Wanted<'a> {
    fn new(reference: &'a str) -> Self {
        let name = reference.split('@').next().unwrap_or(reference);
        let (name, tag) = match name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')) {
            Some((name, tag)) => (name, Some(tag)),
            None => (name, None),
        };
        Self { reference, name, tag, parsed: reference.parse().ok() }
    }

    /// Tells every string that names the image or a part of it, and how well: 4 for all of it, 3 for its tag beside
    /// its repository, 2 for the repository, 1 for the tag.
    fn look(&self, node: &Node, key: Option<&str>, tell: &mut impl FnMut(u8, Span)) {
        match &node.value {
            Value::Map(map) => {
                let beside = map.iter().any(|entry| self.is_repository(&entry.key, &entry.value));
                for entry in map {
                    if beside && self.is_tag(&entry.key, &entry.value) {
                        tell(3, entry.value.span);
                    }
                    self.look(&entry.value, Some(&entry.key), tell);
                }
            }
            Value::Seq(items) => items.iter().for_each(|item| self.look(item, key, tell)),
            Value::String(text) if self.is_whole(text) => tell(4, node.span),
            _ if key.is_some_and(|key| self.is_repository(key, node)) => tell(2, node.span),
            _ if key.is_some_and(|key| self.is_tag(key, node)) => tell(1, node.span),
            _ => {}
        }
    }

    fn is_whole(&self, text: &str) -> bool {
        let ends = |rest: &str| {
            !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        };
        let held = text.match_indices(self.reference);
        let mut held = held.map(|(at, _)| text.get(at + self.reference.len()..).unwrap_or_default());
        held.any(ends) || self.parsed.is_some() && text.parse::<Reference>().ok() == self.parsed
    }

    fn is_repository(&self, key: &str, node: &Node) -> bool {
        let key = key.to_lowercase();
        let Some(text) = node.as_str().filter(|text| !text.is_empty()) else { return false };
        let is_tail = self.name.strip_suffix(text).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        is_tail
            && (text.contains('/') || ["image", "repository", "name"].iter().any(|word| key.ends_with(word)))
    }

    fn is_tag(&self, key: &str, node: &Node) -> bool {
        let key = key.to_lowercase();
        let is_named = key.ends_with("tag") || key.ends_with("version");
        is_named && node.as_str().is_some() && node.as_str() == self.tag
    }
}

/// The field in the object as it was rendered.
fn rendered(
    session: &Session<'_>,
    unit: &RenderedUnit,
    object: &ObjectFacts,
    image: &ImageUse,
    template: Option<String>,
) -> Option<Place> {
    let files = tar_files(session, &unit.objects?).ok()?;
    let (_, text) = files.into_iter().find(|(file, _)| *file == object.file)?;
    let source: SourceRef = Arc::new(Source { name: object.origin.name().to_owned(), text });
    let document = yaml::parse_one(&source, Duplicates::LastWins).ok()?;
    let span = document.root.pointer(&image.pointer)?.span;
    Some(Place { source, span, template })
}
