//! What can go wrong.

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The kubeconfig is no such file.
    #[error("the kubeconfig cannot be used: {reason}")]
    Kubeconfig {
        /// What is wrong with it.
        reason: String,
    },
    /// No answer.
    #[error("`{url}` does not answer: {reason}")]
    Unreachable {
        /// What was asked.
        url: String,
        /// What happened.
        reason: String,
    },
    /// The server refuses.
    #[error("the server refuses `{method} {path}` ({status}): {message}")]
    Refused {
        /// The HTTP method.
        method: &'static str,
        /// The path.
        path: String,
        /// The HTTP status.
        status: u16,
        /// What the server says.
        message: String,
    },
    /// The server has no such kind, or not yet.
    #[error("the server has no kind `{kind}` in `{api_version}`")]
    UnknownKind {
        /// Group and version.
        api_version: String,
        /// The kind.
        kind: String,
    },
    /// The answer is not what the API says.
    #[error("the answer to `{path}` is not to be understood: {reason}")]
    Answer {
        /// The path.
        path: String,
        /// Why not.
        reason: String,
    },
    /// A value that is no object.
    #[error("`{field}` is missing in an object")]
    NoObject {
        /// What every object has.
        field: &'static str,
    },
}

impl ApiError {
    /// Whether the same call may succeed later: the server is away or busy, lacks a kind that may come, or does not know
    /// yet what its users may do, as for a moment after its start.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::UnknownKind { .. } => true,
            Self::Refused { status: 403, message, .. } => message.contains("is forbidden: User "),
            Self::Refused { status, .. } => matches!(status, 404 | 408 | 409 | 429 | 500..),
            _ => false,
        }
    }
}
