//! Encrypting a file.

use yaml::Node;

use crate::SopsError;
use crate::cipher::{self, NONCE};
use crate::key::{self, DataKey, Recipient};
use crate::mac::Mac;
use crate::metadata::{Rule, SECTION, UNENCRYPTED_SUFFIX};
use crate::{leaves, scalar};

/// The version of SOPS whose format is written.
const VERSION: &str = "3.11.0";

/// What encrypting takes from outside.
pub struct Sealing<'a> {
    /// Who can decrypt the file.
    pub recipients: &'a [Recipient],
    /// Fills a buffer with random bytes, of the quality that keys need.
    pub random: &'a mut dyn FnMut(&mut [u8]),
    /// The time of the change, RFC 3339 in UTC to the second: `2026-01-02T03:04:05Z`.
    pub time: &'a str,
}

/// Encrypts every value of a mapping but those below keys that end in `_unencrypted`, and gives the text of the file.
pub fn encrypt(root: &Node, sealing: &mut Sealing<'_>) -> Result<String, SopsError> {
    if sealing.recipients.is_empty() {
        return Err(SopsError::NoRecipient);
    }
    let refuse = |reason| SopsError::Plain { field: String::new(), reason };
    let map = root.as_map().ok_or_else(|| refuse("SOPS takes a mapping"))?;
    if map.contains(SECTION) {
        return Err(refuse("the key `sops` is taken by SOPS itself"));
    }
    let mut key = DataKey::default();
    (sealing.random)(key.as_mut_slice());
    let mut walk = Walk { key: &key, random: &mut *sealing.random, mac: Mac::new(false) };
    let mut sealed = leaves::replace(root, &mut Vec::new(), &mut |node, path| walk.leaf(node, path))?;
    let mac = walk.mac.finish();
    let nonce = nonce(sealing.random);
    let mac = cipher::seal(&key, nonce, sealing.time, mac.as_bytes(), "str");
    let mac = mac.ok_or_else(|| refuse("it is too long"))?;
    let mut age = Vec::new();
    for recipient in sealing.recipients {
        let encrypted = key::wrap(&key, recipient)?;
        age.push(Node::map([
            ("recipient", Node::string(recipient.to_string())),
            ("enc", Node::string(encrypted)),
        ]));
    }
    let section = Node::map([
        ("age", Node::seq(age)),
        ("lastmodified", Node::string(sealing.time)),
        ("mac", Node::string(mac)),
        ("unencrypted_suffix", Node::string(UNENCRYPTED_SUFFIX)),
        ("version", Node::string(VERSION)),
    ]);
    if let Some(map) = sealed.as_map_mut() {
        map.insert(SECTION, section);
    }
    Ok(yaml::emit_ordered(&sealed))
}

fn nonce(random: &mut dyn FnMut(&mut [u8])) -> [u8; NONCE] {
    let mut nonce = [0; NONCE];
    random(&mut nonce);
    nonce
}

struct Walk<'a> {
    key: &'a DataKey,
    random: &'a mut dyn FnMut(&mut [u8]),
    mac: Mac,
}

impl Walk<'_> {
    fn leaf(&mut self, node: &Node, path: &[String]) -> Result<Node, SopsError> {
        let refuse = |path: &[String], reason| SopsError::Plain { field: path.join("."), reason };
        let scalar = scalar::scalar(&node.value);
        let scalar = scalar.ok_or_else(|| refuse(path, "the number is too large for SOPS"))?;
        self.mac.add(&scalar.bytes);
        let keys: Vec<&str> = path.iter().map(String::as_str).collect();
        if scalar.bytes.is_empty() || !Rule::AllBut(UNENCRYPTED_SUFFIX).covers(&keys) {
            return Ok(node.clone());
        }
        let place = cipher::place(&keys);
        let nonce = nonce(self.random);
        let sealed = cipher::seal(self.key, nonce, &place, &scalar.bytes, scalar.kind);
        sealed.map(Node::string).ok_or_else(|| refuse(path, "it is too long"))
    }
}
