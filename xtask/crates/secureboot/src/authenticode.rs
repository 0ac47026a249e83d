//! Signatures in EFI programs.

use sha2::{Digest as _, Sha256};

use crate::der::{self, BIT_STRING, INTEGER, OBJECT, OCTET_STRING, RSA, SEQUENCE, SET, SHA256};
use crate::pe::Program;
use crate::{Certificate, Key, SecureBootError};

/// Objects, as DER writes them.
const SIGNED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
const CONTENT_TYPE: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x03];
const MESSAGE_DIGEST: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x04];
const INDIRECT_DATA: &[u8] = &[0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x04];
const PE_IMAGE: &[u8] = &[0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x0F];
/// The name of the file, which no one fills in any more.
const OBSOLETE: &str = "<<<Obsolete>>>";

/// An EFI program with a signature. Errors: it is no program or is signed, or certificate and key are no pair.
pub fn sign(program: &[u8], key: &Key, certificate: &Certificate) -> Result<Vec<u8>, SecureBootError> {
    if certificate.public() != key.public() {
        return Err(SecureBootError::OtherKey);
    }
    let program = Program::read(program)?;
    let content = indirect_data(&program.digest()?);
    let signature = signed_data(&content, key, certificate)?;
    program.with_signature(&signature)
}

/// What is signed: not the program, but its digest and how that was made. Without the tag of the whole.
fn indirect_data(digest: &[u8]) -> Vec<u8> {
    let name: Vec<u8> = OBSOLETE.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let file = der::value(der::numbered(2), &der::value(0x80, &name));
    let image = der::join(SEQUENCE, &[&der::value(BIT_STRING, &[0]), &der::value(der::numbered(0), &file)]);
    let kind = der::join(SEQUENCE, &[&der::value(OBJECT, PE_IMAGE), &image]);
    let digest = der::join(SEQUENCE, &[&der::algorithm(SHA256), &der::value(OCTET_STRING, digest)]);
    [kind, digest].concat()
}

fn signed_data(content: &[u8], key: &Key, certificate: &Certificate) -> Result<Vec<u8>, SecureBootError> {
    let kind = der::value(OBJECT, INDIRECT_DATA);
    let data = der::value(der::numbered(0), &der::value(SEQUENCE, content));
    let digest: [u8; 32] = Sha256::digest(content).into();
    let mut attributes =
        [attribute(CONTENT_TYPE, &kind), attribute(MESSAGE_DIGEST, &der::value(OCTET_STRING, &digest))];
    // Members of a set are in the order of their bytes.
    attributes.sort_unstable();
    let attributes = attributes.concat();
    // They are signed as a set, and stored as part number 0.
    let signature = key.sign(&der::value(SET, &attributes))?;
    let version = der::value(INTEGER, &[1]);
    let signer = der::join(
        SEQUENCE,
        &[
            &version,
            &certificate.name(),
            &der::algorithm(SHA256),
            &der::value(der::numbered(0), &attributes),
            &der::algorithm(RSA),
            &der::value(OCTET_STRING, &signature),
        ],
    );
    let document = der::join(
        SEQUENCE,
        &[
            &version,
            &der::value(SET, &der::algorithm(SHA256)),
            &der::join(SEQUENCE, &[&kind, &data]),
            &der::value(der::numbered(0), certificate.der()),
            &der::value(SET, &signer),
        ],
    );
    let document = der::value(der::numbered(0), &document);
    Ok(der::join(SEQUENCE, &[&der::value(OBJECT, SIGNED_DATA), &document]))
}

fn attribute(object: &[u8], value: &[u8]) -> Vec<u8> {
    der::join(SEQUENCE, &[&der::value(OBJECT, object), &der::value(SET, value)])
}
