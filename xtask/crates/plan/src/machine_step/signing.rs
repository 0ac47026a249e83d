//! Signing what firmware starts.
//!
//! Keys stay where they are: a recipe names the certificate only, the key is read when something is signed, and no
//! message holds more of it than its path.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use catalogue::Image;
use hashing::Digest;
use secureboot::{Certificate, Key};
use store::Record;
use x509_cert::der::Decode as _;
use zeroize::Zeroizing;

use super::steps::{Steps, unreadable};
use crate::error::PlanError;
use crate::recipe::Recipe;

/// The names of the files, as `talosctl gen secureboot uki` makes them.
const KEY: &str = "uki-signing-key.pem";
const CERTIFICATE: &str = "uki-signing-cert.pem";

/// The directory with the key, and the certificate from it.
pub(super) struct Keys {
    key: PathBuf,
    certificate: Certificate,
    file: PathBuf,
    now: SystemTime,
}

/// The keys of an image; nothing for one that needs none. Errors: it needs some, and they cannot be used.
pub(super) fn keys(
    image: &Image,
    directory: Option<&PathBuf>,
    now: SystemTime,
) -> Result<Option<Keys>, PlanError> {
    if !image.spec.secure_boot {
        return Ok(None);
    }
    let refused = |message: String| {
        let message = format!("image `{}`: {message}", image.name);
        image.mistake(&["secureBoot"], message).hint(format!(
            "`--secure-boot-keys DIR` names a directory with `{KEY}` and `{CERTIFICATE}`, as `talosctl gen secureboot uki` makes them"
        ))
    };
    let told = |message: String| PlanError::Described(vec![refused(message)]);
    let Some(directory) = directory else {
        return Err(told("it is for Secure Boot, and there are no keys that sign it".to_owned()));
    };
    let file = directory.join(CERTIFICATE);
    let text = fs::read_to_string(&file)
        .map_err(|error| told(format!("cannot read the certificate `{}`: {error}", file.display())))?;
    let certificate =
        Certificate::from_pem(&text).map_err(|error| told(format!("`{}`: {error}", file.display())))?;
    Ok(Some(Keys { key: directory.join(KEY), certificate, file, now }))
}

impl Keys {
    /// What tells these keys from others.
    pub(super) fn identity(&self) -> Digest {
        Digest::of(self.certificate.der())
    }

    fn sign(&self, image: &Image, program: &[u8]) -> Result<Vec<u8>, PlanError> {
        let told = |path: &Path, error: &dyn std::fmt::Display| {
            let message = format!("image `{}`: `{}`: {error}", image.name, path.display());
            PlanError::Described(vec![image.mistake(&["secureBoot"], message)])
        };
        if let Some(end) = self.expired() {
            let hint = "firmware may not look, people do: make a new one";
            let message =
                format!("image `{}`: the certificate `{}` ended at {end}", image.name, self.file.display());
            return Err(PlanError::Described(vec![image.mistake(&["secureBoot"], message).hint(hint)]));
        }
        let text = fs::read_to_string(&self.key).map(Zeroizing::new).map_err(|error| {
            let message =
                format!("image `{}`: cannot read the key `{}`: {error}", image.name, self.key.display());
            let hint = "it belongs beside the certificate, readable by you";
            PlanError::Described(vec![image.mistake(&["secureBoot"], message).hint(hint)])
        })?;
        let key = Key::from_pem(&text).map_err(|error| told(&self.key, &error))?;
        secureboot::sign(program, &key, &self.certificate).map_err(|error| told(&self.key, &error))
    }

    /// When the certificate ended, if it has. The clock decides whether something is made, never what.
    fn expired(&self) -> Option<String> {
        let read = x509_cert::Certificate::from_der(self.certificate.der()).ok()?;
        let end = read.tbs_certificate().validity().not_after;
        let now = self.now.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        (end.to_unix_duration() < now).then(|| end.to_string())
    }
}

/// A program with a signature.
pub(super) fn signed(
    image: &Image,
    keys: &Keys,
    steps: &Steps<'_>,
    program: Digest,
) -> Result<Digest, PlanError> {
    let mut recipe = Recipe::new("image-signed");
    recipe.input("program", program);
    recipe.input("certificate", keys.identity());
    let record = steps.run(&recipe, || {
        let bytes = keys.sign(image, &steps.store.get(&program)?)?;
        Ok(Record { objects: vec![steps.store.put(&bytes)?], ..Record::default() })
    })?;
    record.objects.first().copied().ok_or_else(|| unreadable("a signed program"))
}
