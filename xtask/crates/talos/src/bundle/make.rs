//! New bundles.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use pki::{Authority, KeyKind, PrivateKey, Random, Validity};
use zeroize::Zeroizing;

use super::{CertificateAndKey, SecretsBundle};
use crate::{Error, Secret};

/// How long authorities last: ten years, in hours.
const AUTHORITY_HOURS: u64 = 87600;

impl SecretsBundle {
    /// A new bundle whose certificates count from `now` on, in seconds since 1970.
    ///
    /// Unlike Talos since 1.7 the key of service accounts is one for ECDSA, as before, not for RSA: clusters take either.
    ///
    /// # Errors
    ///
    /// When `now` cannot stand in a certificate.
    pub fn generate(now: u64, random: Random<'_>) -> Result<Self, Error> {
        let validity = Validity::hours(now, AUTHORITY_HOURS);
        let mut authority = |what: &str, kind, organization: &str| {
            let failed =
                |error: pki::Error| Error::Certificate { what: what.to_owned(), reason: error.to_string() };
            let made = Authority::generate(kind, organization, validity, random).map_err(failed)?;
            let key = made.key().to_pem().map_err(failed)?;
            Ok(CertificateAndKey { crt: STANDARD.encode(made.certificate()), key: encoded(&key) })
        };
        let etcd = authority("the authority of etcd", KeyKind::P256, "etcd")?;
        let k8s = authority("the authority of Kubernetes", KeyKind::P256, "kubernetes")?;
        // Talos gives it no name at all; a name tells people whose it is.
        let k8s_aggregator = authority("the authority of aggregated APIs", KeyKind::P256, "front-proxy")?;
        let os = authority("the authority of Talos", KeyKind::Ed25519, "talos")?;
        let failed = |error: pki::Error| Error::Certificate {
            what: "the key of service accounts".to_owned(),
            reason: error.to_string(),
        };
        let account = PrivateKey::generate(KeyKind::P256, random).to_pem().map_err(failed)?;
        Ok(Self {
            cluster_id: Secret::new(URL_SAFE.encode(bytes(random))),
            cluster_secret: Secret::new(STANDARD.encode(bytes(random))),
            bootstrap_token: token(random),
            aescbc_encryption_secret: Secret::default(),
            secretbox_encryption_secret: Secret::new(STANDARD.encode(bytes(random))),
            trustd_token: token(random),
            etcd,
            k8s,
            k8s_aggregator,
            k8s_service_account: encoded(&account),
            os,
        })
    }
}

fn encoded(pem: &str) -> Secret {
    Secret::new(STANDARD.encode(pem))
}

fn bytes(random: Random<'_>) -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0; 32]);
    random(bytes.as_mut());
    bytes
}

/// Six letters and digits, a dot, sixteen more. Bytes that would make some more likely than others are thrown away.
fn token(random: Random<'_>) -> Secret {
    const SIGNS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut token = String::with_capacity(23);
    while token.len() < 23 {
        if token.len() == 6 {
            token.push('.');
        }
        let mut byte = [0];
        random(&mut byte);
        let [byte] = byte;
        if byte < 252 {
            let sign = SIGNS.get(usize::from(byte) % SIGNS.len()).copied().unwrap_or(b'0');
            token.push(char::from(sign));
        }
    }
    Secret::new(token)
}
