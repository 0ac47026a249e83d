//! Signatures of policies, as systemd and Talos read them from `.pcrsig`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use uki::Policy;

use crate::{Key, SecureBootError};

/// The number of the register that unified kernel images are measured into.
const REGISTER: u8 = 11;

/// Signs policies for PCR 11: JSON with an entry for each bank, in their order. It has no spaces, no time and no random
/// numbers in it.
pub fn sign_policies(key: &Key, policies: &[Policy]) -> Result<String, SecureBootError> {
    let fingerprint = hex(&Sha256::digest(key.public()));
    let mut entries = Vec::new();
    for policy in policies {
        let signature = STANDARD.encode(key.sign_as(policy.bank, &policy.digest)?);
        let (bank, digest) = (policy.bank.name(), hex(&policy.digest));
        entries.push(format!(
            r#""{bank}":[{{"pcrs":[{REGISTER}],"pkfp":"{fingerprint}","pol":"{digest}","sig":"{signature}"}}]"#
        ));
    }
    Ok(format!("{{{}}}", entries.join(",")))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
