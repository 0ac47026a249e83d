//! Authorities and the clients that they sign.

use x509_cert::Certificate;
use x509_cert::der::DecodePem as _;
use x509_cert::der::asn1::OctetString;
use x509_cert::der::oid::db::rfc5280::{ID_KP_CLIENT_AUTH, ID_KP_SERVER_AUTH};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectKeyIdentifier,
};

use crate::certificate::{Request, extension, sign};
use crate::{Error, KeyKind, PrivateKey, Random, Subject, Validity};

/// A certificate that signs others, with its key.
#[derive(Clone, Debug)]
pub struct Authority {
    certificate: Certificate,
    pem: String,
    key: PrivateKey,
}

impl Authority {
    /// A new authority, which signs itself.
    ///
    /// # Errors
    ///
    /// When the organization or the times cannot stand in a certificate.
    pub fn generate(
        kind: KeyKind,
        organization: &str,
        validity: Validity,
        random: Random<'_>,
    ) -> Result<Self, Error> {
        let key = PrivateKey::generate(kind, random);
        let mut identifier = [0; 20];
        random(&mut identifier);
        let subject = Subject { organization: organization.to_owned(), common_name: String::new() };
        let extensions = authority_extensions(&identifier).map_err(|error| subject.failed(&error))?;
        let request = Request { subject: &subject, issuer: subject.name()?, key: &key, validity, extensions };
        let pem = sign(&request, &key, random)?;
        Self::new(pem, key)
    }

    /// The authority of a certificate and its key in PEM.
    ///
    /// # Errors
    ///
    /// When either cannot be read.
    pub fn from_pem(certificate: &str, key: &str) -> Result<Self, Error> {
        Self::new(certificate.to_owned(), PrivateKey::from_pem(key)?)
    }

    fn new(pem: String, key: PrivateKey) -> Result<Self, Error> {
        let certificate = Certificate::from_pem(pem.as_bytes())
            .map_err(|error| Error::Certificate { reason: error.to_string() })?;
        Ok(Self { certificate, pem, key })
    }

    /// Its certificate in PEM.
    pub fn certificate(&self) -> &str {
        &self.pem
    }

    /// Its key.
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// A certificate in PEM for a client, and its new key, which is of the kind of the authority's.
    ///
    /// # Errors
    ///
    /// When the subject or the times cannot stand in a certificate.
    pub fn client(
        &self,
        subject: &Subject,
        validity: Validity,
        random: Random<'_>,
    ) -> Result<(String, PrivateKey), Error> {
        let key = PrivateKey::generate(self.key.kind(), random);
        let extensions = self.client_extensions().map_err(|error| subject.failed(&error))?;
        let issuer = self.certificate.tbs_certificate().subject().clone();
        let request = Request { subject, issuer, key: &key, validity, extensions };
        Ok((sign(&request, &self.key, random)?, key))
    }

    fn client_extensions(&self) -> Result<Vec<x509_cert::ext::Extension>, String> {
        let mut extensions = vec![
            extension(true, &KeyUsage(KeyUsages::DigitalSignature.into()))?,
            extension(false, &ExtendedKeyUsage(vec![ID_KP_CLIENT_AUTH]))?,
        ];
        let own = self.certificate.tbs_certificate().get_extension::<SubjectKeyIdentifier>();
        if let Ok(Some((_, identifier))) = own {
            let by = AuthorityKeyIdentifier { key_identifier: Some(identifier.0), ..Default::default() };
            extensions.push(extension(false, &by)?);
        }
        Ok(extensions)
    }
}

fn authority_extensions(identifier: &[u8]) -> Result<Vec<x509_cert::ext::Extension>, String> {
    let identifier = OctetString::new(identifier).map_err(|error| error.to_string())?;
    Ok(vec![
        extension(true, &KeyUsage(KeyUsages::DigitalSignature | KeyUsages::KeyCertSign))?,
        extension(false, &ExtendedKeyUsage(vec![ID_KP_SERVER_AUTH, ID_KP_CLIENT_AUTH]))?,
        extension(true, &BasicConstraints { ca: true, path_len_constraint: None })?,
        extension(false, &SubjectKeyIdentifier(identifier))?,
    ])
}

#[cfg(test)]
mod tests;
