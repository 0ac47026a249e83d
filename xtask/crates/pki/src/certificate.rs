//! What a certificate says.

use std::time::Duration;

use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder as _, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::der::asn1::{GeneralizedTime, OctetString, UtcTime};
use x509_cert::der::oid::AssociatedOid;
use x509_cert::der::pem::LineEnding;
use x509_cert::der::{Encode, EncodePem as _};
use x509_cert::ext::Extension;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{EncodePublicKey as _, SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef};
use x509_cert::time::Time;

use crate::{Error, PrivateKey, Random};

/// From when until when a certificate counts, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first second.
    pub from: u64,
    /// The last second.
    pub until: u64,
}

impl Validity {
    /// So many hours from a time on.
    pub fn hours(from: u64, hours: u64) -> Self {
        Self { from, until: from.saturating_add(hours.saturating_mul(3600)) }
    }

    fn to_x509(self) -> Result<x509_cert::time::Validity, Error> {
        Ok(x509_cert::time::Validity::new(time(self.from)?, time(self.until)?))
    }
}

/// In the short form up to 2049, as RFC 5280 has it.
fn time(seconds: u64) -> Result<Time, Error> {
    let reason =
        || Error::Sign { subject: String::new(), reason: format!("{seconds} is no time of a certificate") };
    let since = Duration::from_secs(seconds);
    match UtcTime::from_unix_duration(since) {
        Ok(time) => Ok(Time::UtcTime(time)),
        Err(_) => GeneralizedTime::from_unix_duration(since).map(Time::GeneralTime).map_err(|_| reason()),
    }
}

/// Whom a certificate is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The organization: a group in Kubernetes, a role in Talos.
    pub organization: String,
    /// The name; empty for none.
    pub common_name: String,
}

impl Subject {
    pub(crate) fn name(&self) -> Result<Name, Error> {
        let mut parts = Vec::new();
        for (attribute, text) in [("O", &self.organization), ("CN", &self.common_name)] {
            if !text.is_empty() {
                parts.push(format!("{attribute}={}", escaped(text)));
            }
        }
        // Their order is from the last to the first.
        parts.reverse();
        parts.join(",").parse().map_err(|error| self.failed(&error))
    }

    pub(crate) fn failed(&self, error: &dyn std::fmt::Display) -> Error {
        Error::Sign {
            subject: format!("O={}, CN={}", self.organization, self.common_name),
            reason: error.to_string(),
        }
    }
}

/// RFC 4514.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if matches!(character, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' | '#') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// What is to be signed.
pub(crate) struct Request<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) issuer: Name,
    pub(crate) key: &'a PrivateKey,
    pub(crate) validity: Validity,
    pub(crate) extensions: Vec<Extension>,
}

/// The certificate in PEM, signed by the key.
pub(crate) fn sign(request: &Request<'_>, by: &PrivateKey, random: Random<'_>) -> Result<String, Error> {
    let failed = |error: &dyn std::fmt::Display| request.subject.failed(error);
    let mut serial = [0; 16];
    random(&mut serial);
    // Positive, and of full length.
    serial[0] = serial[0] & 0x7f | 0x40;
    let serial = SerialNumber::new(&serial).map_err(|error| failed(&error))?;
    let public = public(request.key).map_err(|error| failed(&error))?;
    let profile = Fixed {
        subject: request.subject.name()?,
        issuer: request.issuer.clone(),
        extensions: request.extensions.clone(),
    };
    let validity = request.validity.to_x509()?;
    let builder =
        CertificateBuilder::new(profile, serial, validity, public).map_err(|error| failed(&error))?;
    let signed = match by {
        PrivateKey::P256(key) => builder.build::<_, p256::ecdsa::DerSignature>(key.as_ref()),
        PrivateKey::Ed25519(key) => builder.build::<_, ed25519_dalek::ed25519::Signature>(key.as_ref()),
    };
    let signed = signed.map_err(|error| failed(&error))?;
    signed.to_pem(LineEnding::LF).map_err(|error| failed(&error))
}

fn public(key: &PrivateKey) -> Result<SubjectPublicKeyInfoOwned, String> {
    let der = match key {
        PrivateKey::P256(key) => key.verifying_key().to_public_key_der(),
        PrivateKey::Ed25519(key) => key.verifying_key().to_public_key_der(),
    };
    let der = der.map_err(|error| error.to_string())?;
    SubjectPublicKeyInfoOwned::try_from(der.as_bytes()).map_err(|error| error.to_string())
}

/// An extension with its content.
pub(crate) fn extension<T: AssociatedOid + Encode>(critical: bool, content: &T) -> Result<Extension, String> {
    let der = content.to_der().map_err(|error| error.to_string())?;
    let extn_value = OctetString::new(der).map_err(|error| error.to_string())?;
    Ok(Extension { extn_id: T::OID, critical, extn_value })
}

/// Names and extensions that are known before.
struct Fixed {
    subject: Name,
    issuer: Name,
    extensions: Vec<Extension>,
}

impl BuilderProfile for Fixed {
    fn get_issuer(&self, _: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        _: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        _: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        Ok(self.extensions.clone())
    }
}
