//! What can fail apart from mistakes in files, which are diagnostics.

use thiserror::Error;

/// Why no configuration can be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// The version is none of Talos, or too old or new.
    #[error("`{version}` is not a version of Talos from 1.10 to 1.14")]
    Version {
        /// What was given.
        version: String,
    },
    /// The control plane's endpoint is no address.
    #[error("the endpoint `{endpoint}` is not a URL: {reason}")]
    Endpoint {
        /// What was given.
        endpoint: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A strategic patch does not fit.
    #[error("the patch cannot be applied to {document}: {reason}")]
    Patch {
        /// The document that it is for.
        document: String,
        /// What does not fit.
        reason: String,
    },
    /// A JSON patch does not fit.
    #[error("operation {index} of the JSON patch (`{op}` at `{path}`) cannot be applied: {reason}")]
    JsonPatch {
        /// Which operation, from 1.
        index: usize,
        /// What it is to do.
        op: String,
        /// Where.
        path: String,
        /// Why it cannot.
        reason: String,
    },
    /// A JSON patch meets several documents.
    #[error(
        "a JSON patch cannot be applied to a configuration of {count} documents; write it as a strategic merge patch"
    )]
    JsonPatchDocuments {
        /// How many there are.
        count: usize,
    },
    /// Two documents of one kind and name.
    #[error("there are two documents `{document}`")]
    DuplicateDocument {
        /// Kind and name.
        document: String,
    },
    /// Two documents for the same thing.
    #[error("the documents `{first}` and `{second}` are for the same thing; keep one of them")]
    ConflictingDocuments {
        /// Kind and name.
        first: String,
        /// Kind and name.
        second: String,
    },
    /// A placeholder for a secret that the bundle does not have.
    #[error("there is no secret for the placeholder `{placeholder}`")]
    Placeholder {
        /// The placeholder.
        placeholder: String,
    },
    /// A certificate or key cannot be made.
    #[error("cannot make {what}: {reason}")]
    Certificate {
        /// Of what.
        what: String,
        /// Why.
        reason: String,
    },
}
