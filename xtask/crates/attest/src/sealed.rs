//! Cosign's encrypted private keys: a JSON document with a key derived by scrypt (RFC 7914) and a box of `NaCl`
//! (`XSalsa20` and Poly1305), as secure-systems-lab/go-securesystemslib `encrypted/encrypted.go` reads and writes it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_secretbox::aead::Aead as _;
use crypto_secretbox::{Key, KeyInit as _, Nonce, XSalsa20Poly1305};
use scrypt::Params;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

const SCRYPT: &str = "scrypt";
const SECRETBOX: &str = "nacl/secretbox";
/// The costs that upstream accepts, as the logarithm of N; any other would let a file choose how long we compute.
const COSTS: [(u32, u8); 3] = [(1 << 15, 15), (1 << 16, 16), (1 << 17, 17)];
/// What upstream writes.
const COST: (u32, u8) = (1 << 16, 16);
/// Block size and parallelism, the same in all of upstream's parameters.
const R: u32 = 8;
const P: u32 = 1;

/// What stands in the first line of an encrypted key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Label {
    /// `ENCRYPTED SIGSTORE PRIVATE KEY`, since cosign 2.
    #[default]
    Sigstore,
    /// `ENCRYPTED COSIGN PRIVATE KEY`, before.
    Cosign,
}

/// An encrypted key that cannot be opened or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The document inside the block cannot be read.
    #[error("the encrypted private key is damaged: {what}")]
    Document {
        /// What is wrong.
        what: String,
    },
    /// Another algorithm than cosign's.
    #[error("the private key is encrypted with `{found}`, which cosign does not use: expected `{expected}`")]
    Unknown {
        /// What it names.
        found: String,
        /// What cosign names.
        expected: &'static str,
    },
    /// Costs of scrypt that upstream refuses as well.
    #[error("the encrypted private key asks for scrypt with N={n}, r={r}, p={p}, which cosign does not use")]
    Costs {
        /// Iterations.
        n: u32,
        /// Block size.
        r: u32,
        /// Parallelism.
        p: u32,
    },
    /// The box does not open.
    #[error("cannot decrypt the private key: the password is wrong, or the file is damaged")]
    Password,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    kdf: Kdf,
    cipher: Cipher,
    ciphertext: String,
}

#[derive(Serialize, Deserialize)]
struct Kdf {
    name: String,
    params: Costs,
    salt: String,
}

#[derive(Serialize, Deserialize)]
struct Costs {
    #[serde(rename = "N")]
    n: u32,
    r: u32,
    p: u32,
}

#[derive(Serialize, Deserialize)]
struct Cipher {
    name: String,
    nonce: String,
}

impl Label {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Sigstore => "ENCRYPTED SIGSTORE PRIVATE KEY",
            Self::Cosign => "ENCRYPTED COSIGN PRIVATE KEY",
        }
    }

    pub(crate) fn from_text(text: &str) -> Option<Self> {
        [Self::Sigstore, Self::Cosign].into_iter().find(|label| label.text() == text)
    }
}

/// What `document` holds.
pub(crate) fn open(document: &[u8], password: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let sealed: Sealed = serde_json::from_slice(document)
        .map_err(|error| SealError::Document { what: format!("no JSON of cosign's: {error}") })?;
    expect(&sealed.kdf.name, SCRYPT)?;
    expect(&sealed.cipher.name, SECRETBOX)?;
    let Costs { n, r, p } = sealed.kdf.params;
    let cost = COSTS.into_iter().find(|(known, _)| *known == n && r == R && p == P);
    let (_, logarithm) = cost.ok_or(SealError::Costs { n, r, p })?;
    let salt = decode(&sealed.kdf.salt, "salt")?;
    let nonce: [u8; 24] = decode(&sealed.cipher.nonce, "nonce")?
        .try_into()
        .map_err(|_| SealError::Document { what: "the nonce has not 24 bytes".to_owned() })?;
    let text = decode(&sealed.ciphertext, "ciphertext")?;
    let opened = secret_box(password, &salt, logarithm)?.decrypt(&Nonce::from(nonce), text.as_slice());
    opened.map(Zeroizing::new).map_err(|_| SealError::Password)
}

/// The document that holds `content`.
pub(crate) fn seal(
    content: &[u8],
    password: &[u8],
    salt: &[u8; 32],
    nonce: &[u8; 24],
) -> Result<Vec<u8>, SealError> {
    let (n, logarithm) = COST;
    let failed = |_| SealError::Document { what: "it cannot be encrypted".to_owned() };
    let text =
        secret_box(password, salt, logarithm)?.encrypt(&Nonce::from(*nonce), content).map_err(failed)?;
    let sealed = Sealed {
        kdf: Kdf { name: SCRYPT.to_owned(), params: Costs { n, r: R, p: P }, salt: STANDARD.encode(salt) },
        cipher: Cipher { name: SECRETBOX.to_owned(), nonce: STANDARD.encode(nonce) },
        ciphertext: STANDARD.encode(text),
    };
    serde_json::to_vec(&sealed).map_err(|error| SealError::Document { what: error.to_string() })
}

fn secret_box(password: &[u8], salt: &[u8], logarithm: u8) -> Result<XSalsa20Poly1305, SealError> {
    let failed = || SealError::Document { what: "scrypt refuses its parameters".to_owned() };
    let params = Params::new(logarithm, R, P).map_err(|_| failed())?;
    let mut key = Zeroizing::new([0; 32]);
    scrypt::scrypt(password, salt, &params, &mut *key).map_err(|_| failed())?;
    Ok(XSalsa20Poly1305::new(Key::from_slice(&*key)))
}

fn expect(found: &str, expected: &'static str) -> Result<(), SealError> {
    match found == expected {
        true => Ok(()),
        false => Err(SealError::Unknown { found: found.to_owned(), expected }),
    }
}

fn decode(text: &str, what: &str) -> Result<Vec<u8>, SealError> {
    STANDARD.decode(text).map_err(|_| SealError::Document { what: format!("the {what} is not base64") })
}

#[cfg(test)]
mod tests;
