//! One value, encrypted: `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`, each part in base64.

use aes_gcm::aead::consts::U32;
use aes_gcm::aead::{Aead as _, Payload};
use aes_gcm::aes::Aes256;
use aes_gcm::{AesGcm, KeyInit as _, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::key::DataKey;

/// AES-256-GCM with the nonce of 32 bytes that SOPS takes.
type Cipher = AesGcm<Aes256, U32>;

/// The length of a nonce, in bytes.
pub(crate) const NONCE: usize = 32;

/// The length of a tag, in bytes.
const TAG: usize = 16;

/// The keys above a value, each followed by a colon: what its encryption is bound to.
pub(crate) fn place(path: &[&str]) -> String {
    let mut place = String::new();
    for key in path {
        place += key;
        place.push(':');
    }
    place
}

/// Encrypts a value. `place` is what it is bound to.
pub(crate) fn seal(
    key: &DataKey,
    nonce: [u8; NONCE],
    place: &str,
    bytes: &[u8],
    kind: &str,
) -> Option<String> {
    let cipher = Cipher::new_from_slice(key.as_slice()).ok()?;
    let sealed =
        cipher.encrypt(&Nonce::<U32>::from(nonce), Payload { msg: bytes, aad: place.as_bytes() }).ok()?;
    let (data, tag) = sealed.split_at_checked(sealed.len().checked_sub(TAG)?)?;
    let [data, iv, tag] = [data, &nonce, tag].map(|part| STANDARD.encode(part));
    Some(format!("ENC[AES256_GCM,data:{data},iv:{iv},tag:{tag},type:{kind}]"))
}

/// Decrypts a value and gives its bytes and its type, or says what is wrong.
pub(crate) fn open<'t>(
    key: &DataKey,
    place: &str,
    text: &'t str,
) -> Result<(Zeroizing<Vec<u8>>, &'t str), &'static str> {
    let (parts, kind) = parse(text).ok_or("it is not of the form `ENC[AES256_GCM,…]`")?;
    let [mut data, iv, tag] = parts;
    let nonce: [u8; NONCE] = iv.as_slice().try_into().map_err(|_| "its nonce has not 32 bytes")?;
    data.extend_from_slice(&tag);
    let cipher = Cipher::new_from_slice(key.as_slice()).map_err(|_| "the data key has not 32 bytes")?;
    let payload = Payload { msg: &data, aad: place.as_bytes() };
    let plain = cipher.decrypt(&Nonce::<U32>::from(nonce), payload);
    let plain = plain.map_err(|_| "it was changed, moved, or encrypted under another data key")?;
    Ok((Zeroizing::new(plain), kind))
}

fn parse(text: &str) -> Option<([Vec<u8>; 3], &str)> {
    let inner = text.strip_prefix("ENC[AES256_GCM,")?.strip_suffix(']')?;
    let mut parts = inner.split(',');
    let mut bytes = |name: &str| STANDARD.decode(parts.next()?.strip_prefix(name)?).ok();
    let all = [bytes("data:")?, bytes("iv:")?, bytes("tag:")?];
    let kind = parts.next()?.strip_prefix("type:")?;
    parts.next().is_none().then_some((all, kind))
}
