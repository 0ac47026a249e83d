//! What came of an image.

use std::path::PathBuf;

use hashing::Digest;
use serde::{Deserialize, Serialize};
use store::{Record, Store};

use crate::report::Status;

/// What came of an image.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageReport {
    /// Its name: `images/lab`.
    pub image: String,
    /// The release that it is, or whose layout it has.
    pub release: String,
    /// The name of its schematic.
    pub schematic: String,
    /// The installer that machine configurations name; a base of packages has none.
    pub installer: Option<String>,
    /// Whether firmware checks the signatures of its programs.
    pub secure_boot: bool,
    /// Its files.
    pub outputs: Vec<ImageOutput>,
    /// Whether anything was made.
    pub status: Status,
    /// What may surprise.
    pub warnings: Vec<String>,
}

/// A file of an image.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ImageOutput {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// What it is in the store.
    pub digest: Digest,
    /// What it was before it was signed, where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsigned: Option<Digest>,
    /// Where it lies there.
    #[serde(default)]
    pub path: PathBuf,
}

/// The files of a record, and the keys of the steps that made them.
pub(super) fn read(store: &Store, record: &Record) -> (Vec<ImageOutput>, Vec<Digest>) {
    #[derive(Default, Deserialize)]
    struct Data {
        outputs: Vec<ImageOutput>,
        steps: Vec<Digest>,
    }
    let mut data: Data = serde_json::from_value(record.data.clone()).unwrap_or_default();
    for output in &mut data.outputs {
        output.path = store.object_path(&output.digest);
    }
    (data.outputs, data.steps)
}
