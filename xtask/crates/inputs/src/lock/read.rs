//! The pins of a lock's text.

use diag::{Diagnostic, SourceRef, Span, nearest};
use registry::distribution::Reference;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fields::{Complaints, Field, Fields, listed, type_of};
use super::{Lock, read_source};
use crate::{Kind, Pin, PinDigest, Source};

/// The version of the format that is read and written.
const VERSION: &str = "1";

pub(super) fn read(source: &SourceRef) -> Result<Lock, Vec<Diagnostic>> {
    let mut complaints = Complaints::new(source);
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    for error in &errors {
        let span = error.span().unwrap_or_default();
        let hint = "`cargo xtask lock` writes this file; a merge conflict in it is solved by taking either side and running that again";
        let message = format!("the lock is no TOML: {}", error.message());
        complaints.add(span, message, "here", Some(hint.to_owned()));
    }
    // What a broken text seems to say is not worth complaining about.
    complaints.finish()?;

    let mut complaints = Complaints::new(source);
    let top = Fields::new(table.get_ref(), 0..0, "the lock");
    let mut lock = Lock::default();
    if check_version(&top, &mut complaints) {
        top.only(&["version", "pin"], &mut complaints);
        read_pins(&top, &mut lock, &mut complaints);
    }
    complaints.finish()?;
    Ok(lock)
}

/// Whether the format is the one that is known here; nothing else of another one can be judged.
fn check_version(top: &Fields<'_>, complaints: &mut Complaints<'_>) -> bool {
    let Some(value) = top.value("version") else {
        let hint = "its first line is `version = 1`".to_owned();
        complaints.add(0..0, "the lock has no `version`".to_owned(), "", Some(hint));
        return true;
    };
    match value.get_ref() {
        DeValue::Integer(number) if number.as_str() == VERSION => true,
        DeValue::Integer(number) => {
            let message = format!("the lock has format {}, but only {VERSION} is known", number.as_str());
            let hint = "it was written by a newer version of this program: use that".to_owned();
            complaints.add(value.span(), message, "unknown format", Some(hint));
            false
        }
        other => {
            complaints.add(
                value.span(),
                "`version` of the lock is no number".to_owned(),
                type_of(other),
                Some("write `version = 1`".to_owned()),
            );
            true
        }
    }
}

fn read_pins(top: &Fields<'_>, lock: &mut Lock, complaints: &mut Complaints<'_>) {
    let Some(pins) = top.list("pin", complaints) else { return };
    for value in pins.value {
        let DeValue::Table(table) = value.get_ref() else {
            let hint = "each pin begins with `[[pin]]`".to_owned();
            let label = type_of(value.get_ref());
            complaints.add(value.span(), "a pin is no table".to_owned(), label, Some(hint));
            continue;
        };
        let Some(pin) = read_pin(&Fields::new(table, value.span(), "a pin"), complaints) else { continue };
        let span = pin.span;
        let (name, version) = (pin.name.clone(), pin.version.clone());
        if let Some(first) = lock.insert(pin) {
            let message = format!("{} `{name}` {version} is locked twice", first.kind);
            let hint = format!("keep one of the two; `cargo xtask lock update {name}` checks it");
            complaints.contradiction(span, first.span, message, &hint);
        }
    }
}

fn read_pin(fields: &Fields<'_>, complaints: &mut Complaints<'_>) -> Option<Pin> {
    fields.only(&["kind", "name", "version", "digest", "sources"], complaints);
    let kind = fields.text("kind", complaints).and_then(|field| read_kind(&field, complaints));
    let name = fields.text("name", complaints);
    let version = fields.text("version", complaints);
    let digest = fields.text("digest", complaints).and_then(|field| read_digest(field, complaints));
    let sources = read_sources(fields, complaints);
    let (kind, name, version, digest) = (kind?, name?, version?, digest?);
    let whole = Pin {
        kind,
        name: name.value.to_owned(),
        version: version.value.to_owned(),
        digest: digest.value,
        sources: sources.iter().map(|source| source.value.clone()).collect(),
        span: Span::new(fields.span.start, fields.span.end),
    };
    match kind {
        Kind::Image => check_image(&whole, &name, &digest, fields, complaints),
        _ => check_content(&whole, &digest, &sources, fields, complaints),
    }
    Some(whole)
}

fn read_kind(field: &Field<&str>, complaints: &mut Complaints<'_>) -> Option<Kind> {
    let kind = Kind::from_name(field.value);
    if kind.is_none() {
        let names = Kind::ALL.map(Kind::as_str);
        let hint = match nearest(field.value, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the kinds are {}", listed(&names)),
        };
        let message = format!("`{}` is no kind of pin", field.value);
        complaints.add(field.span.clone(), message, "unknown kind", Some(hint));
    }
    kind
}

fn read_digest(field: Field<&str>, complaints: &mut Complaints<'_>) -> Option<Field<PinDigest>> {
    match field.value.parse() {
        Ok(value) => Some(Field { value, span: field.span }),
        Err(error) => {
            let hint = "a digest is `sha256:…` of a file or `tree:sha256:…` of a tree; `unresolved` is for images only";
            complaints.add(field.span, error.to_string(), "no digest", Some(hint.to_owned()));
            None
        }
    }
}

fn read_sources(fields: &Fields<'_>, complaints: &mut Complaints<'_>) -> Vec<Field<Source>> {
    let Some(list) = fields.list("sources", complaints) else { return Vec::new() };
    let read = |value: &Spanned<DeValue<'_>>| {
        let source = read_source::read(value, complaints)?;
        Some(Field { value: source, span: value.span() })
    };
    list.value.iter().filter_map(read).collect()
}

/// An image is found by its name, so it has no sources, and its digest is that of its manifest.
fn check_image(
    pin: &Pin,
    name: &Field<&str>,
    digest: &Field<PinDigest>,
    fields: &Fields<'_>,
    complaints: &mut Complaints<'_>,
) {
    match pin.name.parse::<Reference>() {
        Ok(reference) if reference.tag.is_none() && reference.digest.is_none() => {}
        Ok(reference) => {
            let hint = format!("write `name = \"{}\"` and the tag as `version`", reference.name());
            let message = format!("the name of image `{}` has a tag or digest in it", pin.name);
            complaints.add(name.span.clone(), message, "more than a name", Some(hint));
        }
        Err(error) => {
            complaints.add(name.span.clone(), error.to_string(), "no registry and repository", None);
        }
    }
    if matches!(pin.digest, PinDigest::Tree(_)) {
        let message = format!("the digest of {pin} is one of a tree");
        let hint = "an image has the digest of its manifest: `sha256:…`".to_owned();
        complaints.add(digest.span.clone(), message, "an image is no tree", Some(hint));
    }
    if let Some(sources) = fields.value("sources") {
        let message = format!("{pin} has sources");
        let hint = "an image is fetched from the registry in its name: remove `sources`".to_owned();
        complaints.add(sources.span(), message, "not for images", Some(hint));
    }
}

/// Everything else has sources that give what the digest is of.
fn check_content(
    pin: &Pin,
    digest: &Field<PinDigest>,
    sources: &[Field<Source>],
    fields: &Fields<'_>,
    complaints: &mut Complaints<'_>,
) {
    let update = || Some(format!("`cargo xtask lock update {}` fetches it and writes its digest", pin.name));
    let tree = match pin.digest {
        PinDigest::Tree(_) => true,
        PinDigest::File(_) => false,
        // What a package is may be known before anybody has reached its source.
        PinDigest::Unresolved if pin.kind == Kind::Package => false,
        PinDigest::Unresolved => {
            let message = format!("the digest of {pin} is unresolved");
            complaints.add(
                digest.span.clone(),
                message,
                "only an image or a package may be unresolved",
                update(),
            );
            return;
        }
    };
    let no_sources = match fields.value("sources").map(Spanned::get_ref) {
        None => true,
        Some(DeValue::Array(list)) => list.is_empty(),
        Some(_) => false,
    };
    if no_sources {
        let hint = "add one, such as `sources = [{ url = \"https://…\" }]`".to_owned();
        complaints.add(fields.span.clone(), format!("{pin} has no source"), "here", Some(hint));
    }
    for source in sources {
        let gives_tree = match source.value {
            Source::Mirror { .. } => continue,
            _ => source.value.select().is_some(),
        };
        if gives_tree != tree {
            let (given, locked) = if gives_tree { ("a tree", "a file") } else { ("a file", "a tree") };
            let message = format!("`{}` gives {given}, but {pin} is locked as {locked}", source.value.key());
            complaints.add(source.span.clone(), message, "this cannot have that digest", update());
        }
    }
}
