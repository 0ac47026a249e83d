//! What to do about a failure.

use super::RegistryError;

impl RegistryError {
    /// What to do about it, if something can be said. Names no option of a command line.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Status { status, message, .. } => of_status(*status, message),
            Self::Unreachable { reason, .. } => of_connection(reason),
            Self::Content { .. } => Some(
                "something between here and the server mixes up answers, or somebody else has written there: try again",
            ),
            Self::Reference { .. } => Some("write `oci://<host>[:port]/<path>`, in lower case"),
            _ => None,
        }
    }
}

fn of_status(status: u16, message: &str) -> Option<&'static str> {
    // What Go's servers say about plain HTTP on a port for TLS.
    if status == 400 && message.contains("HTTPS server") {
        return Some("the server speaks TLS: leave out that it is to be spoken to by plain HTTP");
    }
    if message.contains("immutable") {
        return Some("the registry does not let tags move there: allow that for channels, which have to");
    }
    match status {
        401 | 403 => Some("`docker login` or `podman login` with an account that may do that there"),
        404 => Some("is the path right? some registries want repositories to be made first"),
        405 => Some("is the registry read-only, or a mirror of another one?"),
        413 => Some("something between here and the registry limits the size of requests"),
        429 => Some("the server limits how often it may be asked: wait, or log in"),
        507 => Some("the registry has no room left"),
        500.. => Some("the log of the registry tells more"),
        _ => None,
    }
}

/// By what rustls and the system say about connections.
fn of_connection(reason: &str) -> Option<&'static str> {
    let cases = [
        (
            ["InvalidContentType", "corrupt message"],
            "the server does not speak TLS: is it to be spoken to by plain HTTP?",
        ),
        (
            ["UnknownIssuer", "self signed"],
            "its certificate is of an authority that is not known here: name a file with that authority's certificate",
        ),
        (
            ["NotValidForName", "not valid for name"],
            "its certificate is for another name: is the address right?",
        ),
        (
            ["Expired", "NotValidYet"],
            "its certificate is not valid today: is the clock right, here and there?",
        ),
        (["dns error", "lookup"], "no such host is known here: is the name right?"),
        (["refused", "Refused"], "nothing listens there: is the registry up, and the port right?"),
        (["timed out", "TimedOut"], "it does not answer: is a firewall or proxy in between?"),
    ];
    let found = cases.iter().find(|(signs, _)| signs.iter().any(|sign| reason.contains(sign)));
    found.map(|(_, hint)| *hint)
}
