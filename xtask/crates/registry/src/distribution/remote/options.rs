//! How a place is reached.

use super::super::Credentials;
use crate::{Network, Patience};

/// Bytes of a blob that are sent in one request; servers and proxies limit bodies, and what broke off is sent again.
const CHUNK: usize = 8 << 20;

/// How a place is reached.
#[derive(Clone, Debug)]
pub struct RemoteOptions {
    /// Whether sockets may be opened.
    pub network: Network,
    /// How long and how often is tried.
    pub patience: Patience,
    /// The logins.
    pub credentials: Credentials,
    /// Whether HTTP is spoken without TLS. To a loopback address it always is.
    pub plain_http: bool,
    /// Further certificate authorities to trust, in PEM.
    pub authorities: Option<Vec<u8>>,
    /// A bigger blob is sent in pieces of so many bytes; 8 MiB unless set.
    pub chunk: usize,
}

impl RemoteOptions {
    /// The usual, without logins.
    pub fn new(network: Network) -> Self {
        Self {
            network,
            patience: Patience::default(),
            credentials: Credentials::none(),
            plain_http: false,
            authorities: None,
            chunk: CHUNK,
        }
    }
}
