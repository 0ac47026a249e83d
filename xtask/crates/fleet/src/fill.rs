//! Secrets in the places of their placeholders, for files that are not Talos' own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hashing::Digest;
use talos::{Field, SecretsBundle};
use thiserror::Error;
use yaml::{Node, Value};

/// How every placeholder begins.
const PREFIX: &str = "secret:";

/// The digest of the key in the certificate of the cluster's authority, as kubeadm pins it.
const AUTHORITY: &str = "certs.k8s.hash";

/// Why a placeholder could not be filled.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum FillError {
    /// The bundle lacks the field, or there is none of that name.
    #[error("there is no secret for the placeholder `{0}`")]
    Missing(String),
    /// The certificate of the authority cannot be read.
    #[error("`certs.k8s.crt` of the bundle is no certificate")]
    Certificate,
    /// What the crate `talos` says.
    #[error(transparent)]
    Talos(#[from] talos::Error),
}

/// Replaces every placeholder below a node.
pub(crate) fn fill(node: &mut Node, secrets: &SecretsBundle) -> Result<(), FillError> {
    match &mut node.value {
        Value::String(text) => {
            if let Some(path) = text.strip_prefix(PREFIX) {
                *text = secret(path, secrets)?;
            }
            Ok(())
        }
        Value::Seq(items) => items.iter_mut().try_for_each(|item| fill(item, secrets)),
        Value::Map(map) => map.entries.iter_mut().try_for_each(|entry| fill(&mut entry.value, secrets)),
        _ => Ok(()),
    }
}

fn secret(path: &str, secrets: &SecretsBundle) -> Result<String, FillError> {
    if path == AUTHORITY {
        return authority(&secrets.k8s.crt).ok_or(FillError::Certificate);
    }
    let field = Field::of_path(path).map(|field| field.of(secrets)).filter(|text| !text.is_empty());
    field.map(str::to_owned).ok_or_else(|| FillError::Missing(format!("{PREFIX}{path}")))
}

/// `sha256:` and the digest of the `SubjectPublicKeyInfo` (RFC 5280) of a certificate, which is base64 of PEM.
fn authority(crt: &str) -> Option<String> {
    let pem = String::from_utf8(STANDARD.decode(crt).ok()?).ok()?;
    let lines = pem.lines().map(str::trim).skip_while(|line| *line != "-----BEGIN CERTIFICATE-----").skip(1);
    let body: String = lines.take_while(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(body).ok()?;
    let key = public_key(&der)?;
    Some(format!("sha256:{}", Digest::of(key).hex()))
}

/// The seventh element of the certificate's body, or the sixth when it does not tell its version.
fn public_key(der: &[u8]) -> Option<&[u8]> {
    let (certificate, _) = element(der)?;
    let (body, _) = element(content(certificate)?)?;
    let mut rest = content(body)?;
    let has_version = rest.first() == Some(&0xa0);
    for _ in 0..if has_version { 6 } else { 5 } {
        (_, rest) = element(rest)?;
    }
    element(rest).map(|(key, _)| key)
}

/// The first element of a text in DER (ITU-T X.690), with its head, and what follows it.
fn element(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (head, length) = lengths(der)?;
    der.split_at_checked(head.checked_add(length)?)
}

fn content(element: &[u8]) -> Option<&[u8]> {
    element.get(lengths(element)?.0..)
}

/// How long the head of an element is, and what comes behind it.
fn lengths(der: &[u8]) -> Option<(usize, usize)> {
    let first = usize::from(*der.get(1)?);
    if first < 0x80 {
        return Some((2, first));
    }
    let count = first - 0x80;
    let bytes = der.get(2..2 + count).filter(|bytes| !bytes.is_empty() && bytes.len() <= 4)?;
    Some((2 + count, bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte))))
}

#[cfg(test)]
mod tests;
