//! Files by which people and programs reach a cluster.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pki::{Authority, Subject, Validity};
use yaml::Node;

use crate::derive::Derived;
use crate::{CertificateAndKey, Error, Secret, SecretsBundle, emit};

/// How long a client's certificate lasts: a year, in hours.
const CLIENT_HOURS: u64 = 8760;

/// A talosconfig with one context, of an administrator, whose certificate counts for a year from `now` on, in seconds
/// since 1970. The same bundle and time give the same bytes. Who asks for it answers for where it goes.
///
/// # Errors
///
/// When the authority of the bundle cannot be read, or is one for RSA.
pub fn talosconfig(
    cluster: &str,
    endpoints: &[String],
    secrets: &SecretsBundle,
    now: u64,
) -> Result<Secret, Error> {
    let subject = Subject { organization: "os:admin".to_owned(), common_name: String::new() };
    let (crt, key) = client("the talosconfig", &secrets.os, &subject, now)?;
    let context = Node::map([
        ("endpoints", Node::seq(endpoints.iter().map(Node::string))),
        ("ca", Node::string(&secrets.os.crt)),
        ("crt", Node::string(crt)),
        ("key", Node::string(key.reveal())),
    ]);
    let contexts = Node::map([(cluster, context)]);
    let config = Node::map([("context", Node::string(cluster)), ("contexts", contexts)]);
    Ok(Secret::new(emit::emit(&config)))
}

/// A kubeconfig of an administrator, whose certificate counts for a year from `now` on, in seconds since 1970. The same
/// bundle and time give the same bytes. Who asks for it answers for where it goes.
///
/// # Errors
///
/// When the authority of the bundle cannot be read, or is one for RSA.
pub fn kubeconfig(cluster: &str, endpoint: &str, secrets: &SecretsBundle, now: u64) -> Result<Secret, Error> {
    let subject = Subject { organization: "system:masters".to_owned(), common_name: "admin".to_owned() };
    let (crt, key) = client("the kubeconfig", &secrets.k8s, &subject, now)?;
    let user = format!("admin@{cluster}");
    let named =
        |name: &str, of: &str, what: Node| Node::seq([Node::map([("name", Node::string(name)), (of, what)])]);
    let server = Node::map([
        ("server", Node::string(endpoint)),
        ("certificate-authority-data", Node::string(&secrets.k8s.crt)),
    ]);
    let credentials = Node::map([
        ("client-certificate-data", Node::string(crt)),
        ("client-key-data", Node::string(key.reveal())),
    ]);
    let context = Node::map([
        ("cluster", Node::string(cluster)),
        ("namespace", Node::string("default")),
        ("user", Node::string(&user)),
    ]);
    let config = Node::map([
        ("apiVersion", Node::string("v1")),
        ("kind", Node::string("Config")),
        ("clusters", named(cluster, "cluster", server)),
        ("users", named(&user, "user", credentials)),
        ("contexts", named(&user, "context", context)),
        ("current-context", Node::string(&user)),
    ]);
    Ok(Secret::new(emit::emit(&config)))
}

/// Certificate and key in base64.
fn client(
    what: &str,
    authority: &CertificateAndKey,
    subject: &Subject,
    now: u64,
) -> Result<(String, Secret), Error> {
    let failed = |reason: String| Error::Certificate { what: what.to_owned(), reason };
    let read = |text: &str| {
        let bytes = STANDARD.decode(text).ok()?;
        String::from_utf8(bytes).ok().map(zeroize::Zeroizing::new)
    };
    let texts = (read(&authority.crt), read(authority.key.reveal()));
    let (Some(crt), Some(signer)) = texts else {
        return Err(failed("the authority is not base64 of PEM".to_owned()));
    };
    let authority = Authority::from_pem(&crt, &signer).map_err(|error| failed(error.to_string()))?;
    let validity = Validity::hours(now, CLIENT_HOURS);
    // Whoever has the authority's key can make such clients anyway, so theirs may come from it.
    let mut derived = Derived::new(&signer, &[what, &subject.organization, &now.to_string()]);
    let made = authority.client(subject, validity, &mut |buffer| derived.fill(buffer));
    let (crt, key) = made.map_err(|error| failed(error.to_string()))?;
    let key = key.to_pem().map_err(|error| failed(error.to_string()))?;
    Ok((STANDARD.encode(crt), Secret::new(STANDARD.encode(key.as_str()))))
}
