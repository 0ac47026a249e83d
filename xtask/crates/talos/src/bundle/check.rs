//! What a bundle lacks.

use super::{Field, SecretsBundle};

impl SecretsBundle {
    /// What `Validate` of the official library says of the bundle, in its order; empty when it is complete.
    ///
    /// Keys and certificates are looked at as far as their PEM form goes.
    pub fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        let required = |field: Field, mistakes: &mut Vec<String>| {
            if field.of(self).is_empty() {
                mistakes.push(format!("`{}` is required", field.path()));
            }
        };
        for field in [Field::ClusterId, Field::ClusterSecret, Field::BootstrapToken] {
            required(field, &mut mistakes);
        }
        let (aescbc, secretbox) = (&self.aescbc_encryption_secret, &self.secretbox_encryption_secret);
        let either = "of `secrets.secretboxencryptionsecret` and `secrets.aescbcencryptionsecret`";
        if aescbc.is_empty() && secretbox.is_empty() {
            mistakes.push(format!("one {either} is required"));
        } else if !aescbc.is_empty() && !secretbox.is_empty() {
            mistakes.push(format!("only one {either} is allowed"));
        }
        required(Field::TrustdToken, &mut mistakes);
        for field in Field::ALL.into_iter().filter(|field| field.path().starts_with("certs.")) {
            let text = field.of(self);
            if text.is_empty() {
                mistakes.push(format!("`{}` is required", field.path()));
            } else if !is_pem(text, field.path().ends_with(".crt")) {
                let what = if field.path().ends_with(".crt") { "certificate" } else { "private key" };
                mistakes.push(format!("`{}` is not the base64 of a {what} in PEM", field.path()));
            }
        }
        mistakes
    }
}

fn is_pem(text: &str, certificate: bool) -> bool {
    use base64::Engine as _;
    let Ok(bytes) = base64::engine::general_purpose::STANDARD.decode(text) else { return false };
    let Ok(pem) = String::from_utf8(bytes) else { return false };
    let label = if certificate { "CERTIFICATE-----" } else { "PRIVATE KEY-----" };
    pem.trim_start().starts_with("-----BEGIN ") && pem.contains(label) && pem.contains("-----END ")
}
