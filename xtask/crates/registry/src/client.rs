//! The client: one per run, shared by all threads.

use std::io::Read;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Once};

use reqwest::Url;
use reqwest::blocking::Response;

use crate::ask::Ask;
use crate::error::chain;
use crate::{Network, Patience, RegistryError};

/// Bytes a document may have; the largest known ones, metadata of npm packages, are near 30 MB.
const DOCUMENT: u64 = 128 << 20;
/// Bytes of a refusal that are worth showing.
const REFUSAL: u64 = 300;
/// Sent with every request; servers want to know who asks.
const AGENT: &str = concat!("xtask/", env!("CARGO_PKG_VERSION"));

/// Variables that name proxies.
const PROXIES: [&str; 6] =
    ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// An HTTP client with the rules of this crate.
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) inner: Option<reqwest::blocking::Client>,
    /// For this machine, which no proxy outside can reach; only there when proxies are set.
    direct: Option<reqwest::blocking::Client>,
    pub(crate) patience: Patience,
    pub(crate) sent: Arc<AtomicU64>,
}

impl Client {
    /// A client with the usual [`Patience`].
    pub fn new(network: Network) -> Result<Self, RegistryError> {
        Self::with_patience(network, Patience::default())
    }

    /// A client that waits and tries as `patience` says.
    pub fn with_patience(network: Network, patience: Patience) -> Result<Self, RegistryError> {
        Self::trusting(network, patience, None)
    }

    /// A client that also trusts the certificate authorities of `authorities`, in PEM.
    pub fn trusting(
        network: Network,
        patience: Patience,
        authorities: Option<&[u8]>,
    ) -> Result<Self, RegistryError> {
        let made = |proxies: Proxies| connectable(&patience, authorities, proxies);
        let inner = (network == Network::Allowed).then(|| made(Proxies::OfSystem)).transpose()?;
        let proxied = PROXIES.iter().any(|name| std::env::var_os(name).is_some());
        let direct = (inner.is_some() && proxied).then(|| made(Proxies::None)).transpose()?;
        Ok(Self { inner, direct, patience, sent: Arc::default() })
    }

    /// What sends a request to an address; nothing when there is no network.
    pub(crate) fn sender(&self, url: &Url) -> Option<&reqwest::blocking::Client> {
        let here = url.host_str().is_some_and(is_loopback);
        self.direct.as_ref().filter(|_| here).or(self.inner.as_ref())
    }

    /// How many requests were sent so far, by this client and its clones.
    pub fn requests(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Whether this client may open sockets.
    pub fn network(&self) -> Network {
        if self.inner.is_some() { Network::Allowed } else { Network::Denied }
    }

    /// Fetches a document of at most 128 MiB into memory.
    pub fn get(&self, url: &str) -> Result<Vec<u8>, RegistryError> {
        self.document(&Ask::get(url))
    }

    /// Like [`Client::get`], for an `accept`ed media type.
    pub fn get_as(&self, url: &str, accept: &str) -> Result<Vec<u8>, RegistryError> {
        self.document(&Ask::get(url).header("accept", accept))
    }

    pub(crate) fn document(&self, ask: &Ask) -> Result<Vec<u8>, RegistryError> {
        let mut failed = 0;
        loop {
            let response = accepted(self.ask(ask)?, &ask.url)?;
            match body(response, &ask.url) {
                Err(error @ RegistryError::Unreachable { .. }) => {
                    failed += 1;
                    if failed >= self.patience.tries {
                        return Err(error);
                    }
                    self.rest(&ask.url, failed, None)?;
                }
                read => return read,
            }
        }
    }
}

/// Which proxies are asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Proxies {
    OfSystem,
    None,
}

fn connectable(
    patience: &Patience,
    authorities: Option<&[u8]>,
    proxies: Proxies,
) -> Result<reqwest::blocking::Client, RegistryError> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // An error only says that a provider is there already.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let setup = |error: reqwest::Error| RegistryError::Setup { reason: chain(&error) };
    let mut builder = reqwest::blocking::Client::builder()
        .user_agent(AGENT)
        .connect_timeout(patience.connect)
        .timeout(patience.stall);
    if proxies == Proxies::None {
        builder = builder.no_proxy();
    }
    if let Some(pem) = authorities {
        let read = reqwest::Certificate::from_pem_bundle(pem).map_err(setup)?;
        if read.is_empty() {
            let reason = "the file of certificate authorities has none".to_owned();
            return Err(RegistryError::Setup { reason });
        }
        for certificate in read {
            builder = builder.add_root_certificate(certificate);
        }
    }
    builder.build().map_err(setup)
}

/// Whether a host, without a port, is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host == "localhost" || bare.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The response if its status is one of success.
pub(crate) fn accepted(response: Response, url: &str) -> Result<Response, RegistryError> {
    if response.status().is_success() { Ok(response) } else { Err(refusal(response, url)) }
}

/// The refusal that a response is.
pub(crate) fn refusal(response: Response, url: &str) -> RegistryError {
    let status = response.status().as_u16();
    RegistryError::Status { url: shown(url), status, message: reason(response) }
}

/// The whole body of a response.
pub(crate) fn body(response: Response, url: &str) -> Result<Vec<u8>, RegistryError> {
    let mut bytes = Vec::new();
    match response.take(DOCUMENT + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 > DOCUMENT => {
            Err(RegistryError::TooLarge { url: shown(url), limit: DOCUMENT })
        }
        Ok(_) => Ok(bytes),
        Err(error) => Err(RegistryError::Unreachable { url: shown(url), tries: 1, reason: chain(&error) }),
    }
}

/// What a refusing server said: the message of a JSON error or the beginning of a plain text.
fn reason(response: Response) -> String {
    let mut bytes = Vec::new();
    if response.take(REFUSAL).read_to_end(&mut bytes).is_err() {
        return String::new();
    }
    let text = String::from_utf8_lossy(&bytes);
    let json: Option<serde_json::Value> = serde_json::from_slice(&bytes).ok();
    let message = json.as_ref().and_then(|json| {
        let message = json.pointer("/errors/0/message").or_else(|| json.get("error"));
        message.and_then(serde_json::Value::as_str)
    });
    let text = message.unwrap_or(&text).trim();
    if text.starts_with('<') { String::new() } else { text.lines().next().unwrap_or_default().to_owned() }
}

/// An address for messages: without a password.
pub(crate) fn shown(url: &str) -> String {
    match Url::parse(url) {
        Ok(mut parsed) if parsed.password().is_some() || !parsed.username().is_empty() => {
            let _ = parsed.set_password(None);
            let _ = parsed.set_username("");
            parsed.to_string()
        }
        _ => url.to_owned(),
    }
}
