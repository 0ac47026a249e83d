//! The key that signs.

use std::fmt;

use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaEncoding};
use uki::Bank;

use crate::der::{self, BIT_STRING, SEQUENCE};
use crate::{SecureBootError, pem};

/// An RSA key.
pub struct Key(KeyPair);

impl Key {
    /// Reads the text of a key without a password, as PKCS #8 or PKCS #1, which `talosctl` writes. Errors: there is
    /// none, or it is of no use.
    pub fn from_pem(text: &str) -> Result<Self, SecureBootError> {
        let wrong = |refused: ring::error::KeyRejected| SecureBootError::Key(refused.to_string());
        match pem::block(text, "RSA PRIVATE KEY") {
            Ok(bytes) => KeyPair::from_der(&bytes).map(Self).map_err(wrong),
            Err(_) => KeyPair::from_pkcs8(&pem::block(text, "PRIVATE KEY")?).map(Self).map_err(wrong),
        }
    }

    /// The signature of bytes: PKCS #1 version 1.5 over their SHA-256.
    pub(crate) fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, SecureBootError> {
        self.sign_as(Bank::Sha256, bytes)
    }

    /// The signature of bytes: PKCS #1 version 1.5 over their digest.
    pub(crate) fn sign_as(&self, hash: Bank, bytes: &[u8]) -> Result<Vec<u8>, SecureBootError> {
        let padding: &dyn RsaEncoding = match hash {
            Bank::Sha256 => &RSA_PKCS1_SHA256,
            Bank::Sha384 => &RSA_PKCS1_SHA384,
            Bank::Sha512 => &RSA_PKCS1_SHA512,
        };
        let mut signature = vec![0; self.0.public().modulus_len()];
        // Random numbers only hide the key from who measures time; the signature does not depend on them.
        let signed = self.0.sign(padding, &SystemRandom::new(), bytes, &mut signature);
        signed.map_err(|_| SecureBootError::Key("it does not sign".to_owned()))?;
        Ok(signature)
    }

    /// The text of its public part (`BEGIN PUBLIC KEY`).
    pub fn public_pem(&self) -> String {
        let bits = der::value(BIT_STRING, &[&[0], self.public()].concat());
        pem::text("PUBLIC KEY", &der::join(SEQUENCE, &[&der::algorithm(der::RSA), &bits]))
    }

    /// Its public part as certificates hold it.
    pub(crate) fn public(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}
