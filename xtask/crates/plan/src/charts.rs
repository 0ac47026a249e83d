//! The step from a chart to one that Helm takes.

use archive::{Tree, unpack};
use diag::Diagnostic;
use hashing::Digest;
use inputs::{Fetched, Fetcher, Pin};
use render::{Impurity, prepare_chart};
use serde::{Deserialize, Serialize};
use store::{Record, Store};

use crate::chart_source::ChartSource;
use crate::error::PlanError;
use crate::recipe::Recipe;

/// A chart in the store.
pub(crate) struct Chart {
    pub(crate) digest: Digest,
    pub(crate) impurities: Vec<Impurity>,
    pub(crate) absent: Vec<String>,
}

#[derive(Deserialize, Serialize)]
struct Findings {
    impurities: Vec<Impurity>,
    lookups: Vec<String>,
    absent: Vec<String>,
}

/// Unpacks a chart unless that is done already.
pub(crate) fn chart(
    source: &ChartSource<'_>,
    fetcher: &Fetcher<'_>,
    store: &Store,
) -> Result<Chart, PlanError> {
    let mut recipe = Recipe::new("chart");
    recipe.parameter("name", source.name());
    recipe.described("version", &source.imposed_version());
    if let Some(digest) = source.digest() {
        recipe.input("chart", digest);
    }
    let (record, _) = store.build::<PlanError>(&recipe.key(), || unpack_chart(source, fetcher, store))?;
    let findings: Option<Findings> = serde_json::from_value(record.data).ok();
    match (record.trees.first(), findings) {
        (Some(digest), Some(Findings { impurities, absent, .. })) => {
            Ok(Chart { digest: *digest, impurities, absent })
        }
        _ => Err(Diagnostic::error(format!(
            "the record of chart `{}` in the store is not readable",
            source.name()
        ))
        .hint("`cargo xtask store verify` finds what is damaged")
        .into()),
    }
}

fn unpack_chart(source: &ChartSource<'_>, fetcher: &Fetcher<'_>, store: &Store) -> Result<Record, PlanError> {
    let tree = source.files(fetcher, store)?;
    let prepared = prepare_chart(source.name(), source.imposed_version(), &tree)?;
    let digest = store.put_tree(&prepared.tree)?;
    let findings =
        Findings { impurities: prepared.impurities, lookups: prepared.lookups, absent: prepared.absent };
    let data = serde_json::to_value(findings).unwrap_or_default();
    Ok(Record { objects: Vec::new(), trees: vec![digest], data })
}

/// The files of a pin: a tree as it is, an archive unpacked, any other file alone under its pin's name.
pub(crate) fn pinned_tree(pin: &Pin, fetcher: &Fetcher<'_>, store: &Store) -> Result<Tree, PlanError> {
    let digest = match fetcher.fetch(pin)? {
        Fetched::Tree(digest) => return Ok(store.tree_content(&digest)?),
        Fetched::File(digest) => digest,
    };
    let bytes = store.get(&digest)?;
    if looks_like_archive(&bytes) {
        return unpack::any(&bytes, unpack::Limits::default())
            .map_err(|error| unreadable(pin, &error.to_string()));
    }
    let mut tree = Tree::new();
    tree.insert(format!("{}.yaml", pin.name), false, bytes)
        .map_err(|error| unreadable(pin, &error.to_string()))?;
    Ok(tree)
}

fn unreadable(pin: &Pin, reason: &str) -> PlanError {
    Diagnostic::error(format!("pin `{}` cannot be unpacked: {reason}", pin.name))
        .hint("its bytes have the locked digest, so the lock names a wrong file: `cargo xtask lock add` it anew")
        .into()
}

/// gzip, zip, xz and zstd by their first bytes.
fn looks_like_archive(bytes: &[u8]) -> bool {
    [&[0x1f, 0x8b][..], b"PK\x03\x04", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd"]
        .iter()
        .any(|magic| bytes.starts_with(magic))
}
