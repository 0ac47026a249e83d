//! The section `sops` of a file: for whom, when, and which values.

use diag::SourceRef;
use yaml::{Document, Node};

use crate::SopsError;

/// The key of the section.
pub(crate) const SECTION: &str = "sops";

/// What SOPS takes unless it is told otherwise: values below keys that end so stay readable.
pub(crate) const UNENCRYPTED_SUFFIX: &str = "_unencrypted";

/// Fields that change which values are encrypted, or how the data key is shared, in ways not known here.
const UNSUPPORTED: [&str; 6] = [
    "key_groups",
    "shamir_threshold",
    "encrypted_regex",
    "unencrypted_regex",
    "encrypted_comment_regex",
    "unencrypted_comment_regex",
];

pub(crate) struct Metadata<'a> {
    /// Public key and encrypted data key.
    pub(crate) age: Vec<(&'a str, &'a str)>,
    pub(crate) last_modified: &'a str,
    pub(crate) mac: &'a str,
    pub(crate) only_encrypted: bool,
    pub(crate) rule: Rule<'a>,
}

/// Which values are encrypted.
#[derive(Clone, Copy)]
pub(crate) enum Rule<'a> {
    /// All but those below a key that ends so.
    AllBut(&'a str),
    /// Those below a key that ends so.
    Only(&'a str),
}

impl Rule<'_> {
    /// Whether the value below these keys is encrypted.
    pub(crate) fn covers(self, path: &[&str]) -> bool {
        match self {
            Self::AllBut("") => true,
            Self::AllBut(suffix) => !path.iter().any(|key| key.ends_with(suffix)),
            Self::Only(suffix) => path.iter().any(|key| key.ends_with(suffix)),
        }
    }
}

/// Whether a document was encrypted by SOPS.
pub fn is_encrypted(document: &Document) -> bool {
    document.root.at(&[SECTION, "mac"]).is_some()
}

impl<'a> Metadata<'a> {
    pub(crate) fn read(source: &SourceRef, root: &'a Node) -> Result<Self, SopsError> {
        let file = || source.name.clone();
        let section = root.get(SECTION).ok_or_else(|| SopsError::NotEncrypted { file: file() })?;
        let is_set = |field: &&&str| section.get(field).is_some_and(|node| !is_nothing(node));
        if let Some(feature) = UNSUPPORTED.iter().find(is_set) {
            return Err(SopsError::Unsupported { file: file(), feature: (*feature).to_owned() });
        }
        let text = |field: &str| {
            let reason = || format!("`{field}` is no text");
            section
                .get(field)
                .and_then(Node::as_str)
                .ok_or_else(|| SopsError::Metadata { file: file(), reason: reason() })
        };
        let entries = section.get("age").and_then(Node::as_seq).unwrap_or_default();
        let age = entries
            .iter()
            .filter_map(|entry| Some((entry.get("recipient")?.as_str()?, entry.get("enc")?.as_str()?)));
        let optional = |field: &str| section.get(field).and_then(Node::as_str);
        let rule = match optional("encrypted_suffix").filter(|suffix| !suffix.is_empty()) {
            Some(suffix) => Rule::Only(suffix),
            None => Rule::AllBut(optional("unencrypted_suffix").unwrap_or_default()),
        };
        Ok(Self {
            age: age.collect(),
            last_modified: text("lastmodified")?,
            mac: text("mac")?,
            only_encrypted: section.get("mac_only_encrypted").and_then(Node::as_bool).unwrap_or_default(),
            rule,
        })
    }
}

/// SOPS before 3.10 wrote fields that it did not use as empty ones.
fn is_nothing(node: &Node) -> bool {
    node.is_null()
        || node.as_str() == Some("")
        || node.as_i64() == Some(0)
        || node.as_seq().is_some_and(<[Node]>::is_empty)
}
