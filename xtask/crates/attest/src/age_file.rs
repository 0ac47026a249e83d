//! Keys that lie encrypted for somebody (<https://age-encryption.org/v1>).

use std::io::Read;

use age::armor::ArmoredReader;
use age::x25519;
use zeroize::Zeroizing;

/// What an age file begins with.
const MAGIC: &[u8] = b"age-encryption.org/v1";
/// What one in ASCII begins with.
const ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";

/// Why an age file does not open.
#[derive(Debug, thiserror::Error)]
pub enum AgeError {
    /// A line of the identities is none.
    #[error("line {line} of the age identities is no identity: {reason}")]
    Identity {
        /// The line, from 1.
        line: usize,
        /// Why.
        reason: &'static str,
    },
    /// There is no identity to try.
    #[error("there is no age identity")]
    NoIdentity,
    /// None of the identities opens it, or it is damaged.
    #[error("the age file does not open: {0}")]
    Closed(String),
}

/// Whether a file is encrypted by age.
pub fn is_age(file: &[u8]) -> bool {
    file.starts_with(MAGIC) || file.trim_ascii_start().starts_with(ARMOR)
}

/// What is in an age file that was made for one of `identities`: the text of a key file, one identity a line.
pub fn open_age(file: &[u8], identities: &str) -> Result<Zeroizing<Vec<u8>>, AgeError> {
    let identities = read_identities(identities)?;
    let closed = |error: &dyn std::fmt::Display| AgeError::Closed(error.to_string());
    let decryptor = age::Decryptor::new_buffered(ArmoredReader::new(file)).map_err(|error| closed(&error))?;
    let identities = identities.iter().map(|identity| identity as &dyn age::Identity);
    let mut reader = decryptor.decrypt(identities).map_err(|error| closed(&error))?;
    let mut opened = Zeroizing::new(Vec::new());
    reader.read_to_end(&mut opened).map_err(|error| closed(&error))?;
    Ok(opened)
}

fn read_identities(text: &str) -> Result<Vec<x25519::Identity>, AgeError> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let identities: Vec<x25519::Identity> = lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(line, text)| text.parse().map_err(|reason| AgeError::Identity { line, reason }))
        .collect::<Result<_, _>>()?;
    if identities.is_empty() { Err(AgeError::NoIdentity) } else { Ok(identities) }
}

#[cfg(test)]
mod tests;
