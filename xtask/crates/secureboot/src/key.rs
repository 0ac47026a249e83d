//! The key that signs.

use std::fmt;

use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::{KeyPair as _, RSA_PKCS1_SHA256};

use crate::{SecureBootError, pem};

/// An RSA key.
pub struct Key(KeyPair);

impl Key {
    /// Reads the text of a PKCS #8 key without a password. Errors: there is none, or it is of no use.
    pub fn from_pem(text: &str) -> Result<Self, SecureBootError> {
        let bytes = pem::block(text, "PRIVATE KEY")?;
        KeyPair::from_pkcs8(&bytes).map(Self).map_err(|refused| SecureBootError::Key(refused.to_string()))
    }

    /// The signature of bytes: PKCS #1 version 1.5 over their SHA-256.
    pub(crate) fn sign(&self, bytes: &[u8]) -> Result<Vec<u8>, SecureBootError> {
        let mut signature = vec![0; self.0.public().modulus_len()];
        // Random numbers only hide the key from who measures time; the signature does not depend on them.
        let signed = self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), bytes, &mut signature);
        signed.map_err(|_| SecureBootError::Key("it does not sign".to_owned()))?;
        Ok(signature)
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
