//! The same calls against registries that others wrote, as they are and through a proxy that fails.

#![allow(clippy::unwrap_used, clippy::panic, reason = "the servers are part of the tests")]
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

mod artifact;
mod conformance;
mod faults;
mod login;
mod proxy;
mod registries;
mod tls;

use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use registry::distribution::{Remote, RemoteOptions};
use registry::{Network, Patience};

/// Bytes of a piece; the blobs of the tests are some pieces long.
pub(crate) const CHUNK: usize = 16 << 10;

/// A patient client that does not wait for long.
pub(crate) fn options() -> RemoteOptions {
    let patience = Patience {
        pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(4),
        ..Patience::default()
    };
    RemoteOptions { patience, chunk: CHUNK, ..RemoteOptions::new(Network::Allowed) }
}

pub(crate) fn remote(address: SocketAddr, path: &str) -> Remote {
    Remote::new(&format!("oci://{address}/{path}"), options()).unwrap()
}

/// Tells how far a long test is, past the test harness, which keeps what is printed for itself.
pub(crate) fn progress(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
