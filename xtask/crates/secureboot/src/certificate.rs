//! Certificates, as far as signatures name them.

use crate::der::{self, BIT_STRING, INTEGER, SEQUENCE};
use crate::{SecureBootError, pem};

/// An X.509 certificate (RFC 5280).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Certificate {
    der: Vec<u8>,
    /// The issuer and the serial number with their tags, by which signatures name the certificate.
    issuer: Vec<u8>,
    serial: Vec<u8>,
    /// The key that it is for.
    public: Vec<u8>,
}

impl Certificate {
    /// Reads the text of a certificate. Errors: there is none, or it is damaged.
    pub fn from_pem(text: &str) -> Result<Self, SecureBootError> {
        Self::from_der(&pem::block(text, "CERTIFICATE")?)
    }

    /// Reads a certificate. Errors: it is damaged.
    pub fn from_der(bytes: &[u8]) -> Result<Self, SecureBootError> {
        let damaged = SecureBootError::Certificate;
        let (certificate, rest) = der::read(bytes).ok_or(damaged("it ends too early"))?;
        if !rest.is_empty() || certificate.tag != SEQUENCE {
            return Err(damaged("it is more or less than one certificate"));
        }
        let (signed, _) = der::read(certificate.content).ok_or(damaged("it holds nothing"))?;
        let fields = der::all(signed.content).ok_or(damaged("its fields are cut"))?;
        // The version is left out in those of version 1.
        let mut fields = fields.iter().skip_while(|field| field.tag == der::numbered(0));
        let mut next = |what, tag| fields.next().filter(|field| field.tag == tag).ok_or(damaged(what));
        let serial = next("it has no serial number", INTEGER)?.whole.to_vec();
        next("it has no algorithm", SEQUENCE)?;
        let issuer = next("it has no issuer", SEQUENCE)?.whole.to_vec();
        next("it has no dates", SEQUENCE)?;
        next("it has no subject", SEQUENCE)?;
        let key = der::all(next("it has no key", SEQUENCE)?.content).ok_or(damaged("its key is cut"))?;
        let bits = key.iter().find(|part| part.tag == BIT_STRING).and_then(|bits| bits.content.split_first());
        let (_, public) = bits.ok_or(damaged("it has no key"))?;
        Ok(Self { der: bytes.to_vec(), issuer, serial, public: public.to_vec() })
    }

    /// Its bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The key that it is for.
    pub(crate) fn public(&self) -> &[u8] {
        &self.public
    }

    /// What names it in a signature.
    pub(crate) fn name(&self) -> Vec<u8> {
        der::join(SEQUENCE, &[&self.issuer, &self.serial])
    }
}
