//! One source of a pin.

use archive::Selection;
use diag::nearest;
use registry::distribution::Reference;
use toml::Spanned;
use toml::de::DeValue;

use super::fields::{Complaints, Field, Fields, listed, text, type_of};
use crate::Source;

/// The keys that say what a source is, each with the further ones it may have.
const KINDS: [(&str, &[&str]); 7] = [
    ("url", &["url", "member"]),
    ("oci", &["oci"]),
    ("git", &["git", "commit", "select"]),
    ("npm", &["npm", "member"]),
    ("deb", &["deb", "architecture", "member"]),
    ("go", &["go", "select"]),
    ("mirror", &["mirror"]),
];

pub(super) fn read(value: &Spanned<DeValue<'_>>, complaints: &mut Complaints<'_>) -> Option<Source> {
    let DeValue::Table(table) = value.get_ref() else {
        let hint = "a source is a table such as `{ url = \"https://…\" }`".to_owned();
        complaints.add(value.span(), "a source is no table".to_owned(), type_of(value.get_ref()), Some(hint));
        return None;
    };
    let fields = Fields::new(table, value.span(), "a source");
    let mut kinds = KINDS.iter().filter(|(kind, _)| fields.has(kind));
    let names = KINDS.map(|(kind, _)| kind);
    let (kind, known) = match (kinds.next(), kinds.next()) {
        (Some(kind), None) => kind,
        (None, _) => {
            let near = table.iter().find_map(|(key, _)| nearest(key.get_ref(), names));
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("a source has one of {}", listed(&names)),
            };
            let message = "a source does not say what it is".to_owned();
            complaints.add(value.span(), message, "of no known kind", Some(hint));
            return None;
        }
        (Some((one, _)), Some((two, _))) => {
            let message = format!("a source is both `{one}` and `{two}`");
            let hint = "make it two sources; they are tried in their order".to_owned();
            complaints.add(value.span(), message, "of two kinds", Some(hint));
            return None;
        }
    };
    fields.only(known, complaints);
    read_kind(kind, &fields, complaints)
}

fn read_kind(kind: &str, fields: &Fields<'_>, complaints: &mut Complaints<'_>) -> Option<Source> {
    let place = fields.text(kind, complaints);
    let member = member(fields, complaints);
    let select = select(fields, complaints);
    match kind {
        "url" => url(place?, member?, complaints),
        "oci" => oci(&place?, complaints),
        "git" => {
            let commit = fields.text("commit", complaints).and_then(|commit| full_name(commit, complaints));
            let repository = argument(place?, complaints)?;
            Some(Source::Git { repository, commit: commit?, select: select? })
        }
        "npm" => {
            let (package, version) = split(&place?, '@', "NAME@VERSION", complaints)?;
            Some(Source::Npm { package, version, member: member? })
        }
        "deb" => {
            let architecture = fields.optional_text("architecture", complaints);
            let architecture = architecture.map(|field| field.value.to_owned());
            let (package, version) = split(&place?, '=', "NAME=VERSION", complaints)?;
            Some(Source::Deb { package, version, architecture, member: member? })
        }
        "go" => {
            let (module, version) = split(&place?, '@', "MODULE@VERSION", complaints)?;
            Some(Source::Go { module, version, select: select? })
        }
        _ => {
            let place = place?;
            let file = path(&place, place.value, complaints)?;
            Some(Source::Mirror { file })
        }
    }
}

fn url(place: Field<&str>, member: Option<String>, complaints: &mut Complaints<'_>) -> Option<Source> {
    if place.value.starts_with("https://") || place.value.starts_with("http://") {
        return Some(Source::Url { url: place.value.to_owned(), member });
    }
    let hint = match place.value.strip_prefix("oci://") {
        Some(reference) => format!("write `oci = \"{reference}\"`"),
        None => "it begins with `https://`".to_owned(),
    };
    complaints.add(place.span, format!("`{}` is no web address", place.value), "here", Some(hint));
    None
}

fn oci(place: &Field<&str>, complaints: &mut Complaints<'_>) -> Option<Source> {
    match place.value.parse::<Reference>() {
        Ok(_) => Some(Source::Oci { reference: place.value.to_owned() }),
        Err(error) => {
            complaints.add(place.span.clone(), error.to_string(), "here", None);
            None
        }
    }
}

/// A commit's name in full: a branch or a short name could become another commit.
fn full_name(commit: Field<&str>, complaints: &mut Complaints<'_>) -> Option<String> {
    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    if matches!(commit.value.len(), 40 | 64) && commit.value.chars().all(hex) {
        return Some(commit.value.to_owned());
    }
    let message = format!("`{}` is no full name of a commit", commit.value);
    let hint = "give all 40 digits, as `git rev-parse` prints them".to_owned();
    complaints.add(commit.span, message, "could be moved to another commit", Some(hint));
    None
}

/// Text that is handed to a program, so that it must not look like one of its options.
fn argument(place: Field<&str>, complaints: &mut Complaints<'_>) -> Option<String> {
    if !place.value.starts_with('-') {
        return Some(place.value.to_owned());
    }
    let message = format!("`{}` is no repository", place.value);
    complaints.add(place.span, message, "looks like an option", None);
    None
}

/// A name and a version, joined by the last `separator`.
fn split(
    place: &Field<&str>,
    separator: char,
    form: &str,
    complaints: &mut Complaints<'_>,
) -> Option<(String, String)> {
    let clean = |text: &str| {
        !text.is_empty()
            && !text.starts_with('-')
            && !text.chars().any(|c| c.is_whitespace() || c.is_control())
            && !text.split('/').any(|part| matches!(part, "" | "." | ".."))
    };
    match place.value.rsplit_once(separator) {
        Some((name, version)) if clean(name) && clean(version) => Some((name.to_owned(), version.to_owned())),
        _ => {
            let message = format!("`{}` does not name a version", place.value);
            complaints.add(place.span.clone(), message, "here", Some(format!("write `{form}`")));
            None
        }
    }
}

/// The outer `None` is for a mistake.
#[expect(clippy::option_option, reason = "absent and wrong are different things")]
fn member(fields: &Fields<'_>, complaints: &mut Complaints<'_>) -> Option<Option<String>> {
    if !fields.has("member") {
        return Some(None);
    }
    let field = fields.optional_text("member", complaints)?;
    for part in field.value.split(archive::unpack::SEPARATOR) {
        path(&field, part, complaints)?;
    }
    Some(Some(field.value.to_owned()))
}

/// A path that stays in the tree or directory it is for.
fn path(field: &Field<&str>, path: &str, complaints: &mut Complaints<'_>) -> Option<String> {
    match archive::Tree::new().insert(path, false, Vec::new()) {
        Ok(()) => Some(path.to_owned()),
        Err(error) => {
            let hint = "give a relative path, with `/` and without `..`".to_owned();
            complaints.add(field.span.clone(), error.to_string(), "here", Some(hint));
            None
        }
    }
}

fn select(fields: &Fields<'_>, complaints: &mut Complaints<'_>) -> Option<Vec<Selection>> {
    if !fields.has("select") {
        return Some(Vec::new());
    }
    let list = fields.list("select", complaints)?;
    let read = list.value.iter().map(|value| {
        let field = text(value, "a selection", complaints)?;
        match field.value.parse() {
            Ok(selection) => Some(selection),
            Err(error) => {
                let error: archive::ParseSelectionError = error;
                complaints.add(field.span, error.to_string(), "here", None);
                None
            }
        }
    });
    let read: Vec<Option<Selection>> = read.collect();
    read.into_iter().collect()
}
