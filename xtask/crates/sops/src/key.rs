//! age keys: X25519, <https://age-encryption.org/v1>.

use std::io::{Read, Write};

use age::armor::{ArmoredReader, ArmoredWriter, Format};
use age::secrecy::ExposeSecret as _;
use age::x25519;
use zeroize::Zeroizing;

use crate::SopsError;

/// The length of a data key, in bytes.
pub(crate) const DATA_KEY: usize = 32;

/// A data key, wiped when it is no longer needed.
pub(crate) type DataKey = Zeroizing<[u8; DATA_KEY]>;

/// A private key, `AGE-SECRET-KEY-1…`. It is not shown.
#[derive(Clone)]
pub struct Identity(x25519::Identity);

/// A public key, `age1…`.
#[derive(Clone)]
pub struct Recipient(x25519::Recipient);

impl Identity {
    /// A new key.
    pub fn generate() -> Self {
        Self(x25519::Identity::generate())
    }

    /// Reads a file of keys as `age-keygen` writes it: one in a line, with comments. `place` is what messages call it.
    pub fn read_all(text: &str, place: &str) -> Result<Vec<Self>, SopsError> {
        let lines = text.lines().enumerate();
        let lines = lines.map(|(number, line)| (number, line.trim()));
        let keys = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        keys.map(|(number, line)| {
            let error = || SopsError::Key { what: format!("line {} of {place}", number + 1) };
            line.parse().map(Self).map_err(|_| error())
        })
        .collect()
    }

    /// The key as a line of a file. Who asks for it answers for where it goes.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }

    /// The public key of it.
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(…)")
    }
}

impl std::fmt::Debug for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Recipient({})", self.0)
    }
}

impl std::fmt::Display for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for Recipient {
    type Err = SopsError;

    fn from_str(text: &str) -> Result<Self, SopsError> {
        text.trim().parse().map(Self).map_err(|_| SopsError::Key { what: format!("`{text}`") })
    }
}

/// The data key, encrypted for one recipient.
pub(crate) fn wrap(key: &DataKey, recipient: &Recipient) -> Result<String, SopsError> {
    let failed = |error: &dyn std::fmt::Display| SopsError::Age(error.to_string());
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient.0 as &dyn age::Recipient))
        .map_err(|error| failed(&error))?;
    let mut armored = Vec::new();
    let writer =
        ArmoredWriter::wrap_output(&mut armored, Format::AsciiArmor).map_err(|error| failed(&error))?;
    let mut writer = encryptor.wrap_output(writer).map_err(|error| failed(&error))?;
    writer.write_all(key.as_slice()).map_err(|error| failed(&error))?;
    let writer = writer.finish().map_err(|error| failed(&error))?;
    writer.finish().map_err(|error| failed(&error))?;
    String::from_utf8(armored).map_err(|error| failed(&error))
}

/// The data key, if an identity opens it.
pub(crate) fn unwrap(encrypted: &str, identities: &[Identity]) -> Option<DataKey> {
    let decryptor = age::Decryptor::new_buffered(ArmoredReader::new(encrypted.as_bytes())).ok()?;
    let identities = identities.iter().map(|identity| &identity.0 as &dyn age::Identity);
    let mut reader = decryptor.decrypt(identities).ok()?;
    let mut key = DataKey::default();
    reader.read_exact(key.as_mut_slice()).ok()?;
    // What is longer is no data key.
    (reader.read(&mut [0]).ok()? == 0).then_some(key)
}
