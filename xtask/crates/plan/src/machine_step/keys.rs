//! The directory with the keys of an image.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use catalogue::Image;
use diag::Diagnostic;
use hashing::Digest;
use secureboot::{Certificate, Key, SecureBootError};
use x509_cert::der::Decode as _;
use zeroize::Zeroizing;

use crate::error::PlanError;
use crate::recipe::Recipe;

/// The names of the files, as `talosctl gen secureboot` makes them.
const KEY: &str = "uki-signing-key.pem";
const CERTIFICATE: &str = "uki-signing-cert.pem";
const PCR_KEY: &str = "pcr-signing-key.pem";
const GIVEN: [&str; 3] = ["PK.auth", "KEK.auth", "db.auth"];

/// A certificate with the place of its key, and what else lies beside it.
pub(super) struct Keys {
    directory: PathBuf,
    certificate: Certificate,
    now: SystemTime,
    /// The public part of the key that signs measurements, if there is such a key.
    pcr_public: Option<String>,
    given: Vec<(&'static str, Vec<u8>)>,
}

impl Keys {
    /// The keys of an image; nothing for one that needs none. Errors: it needs some, and they cannot be used.
    pub(super) fn find(
        image: &Image,
        directory: Option<&PathBuf>,
        now: SystemTime,
    ) -> Result<Option<Self>, PlanError> {
        if !image.spec.secure_boot {
            return Ok(None);
        }
        let Some(directory) = directory else {
            let message = "it is for Secure Boot, and there are no keys that sign it";
            return Err(PlanError::Pending(vec![mistake(image, message, &needed())]));
        };
        let file = directory.join(CERTIFICATE);
        let text = fs::read_to_string(&file).map_err(|error| {
            let message = format!("cannot read the certificate `{}`: {error}", file.display());
            refused(image, &message, &needed())
        })?;
        let certificate = Certificate::from_pem(&text)
            .map_err(|error| refused(image, &format!("`{}`: {error}", file.display()), &needed()))?;
        let mut keys =
            Self { directory: directory.clone(), certificate, now, pcr_public: None, given: Vec::new() };
        keys.pcr_public = keys.pcr_key(image)?.as_ref().map(Key::public_pem);
        keys.given = keys.read_given(image)?;
        Ok(Some(keys))
    }

    /// What tells these keys from others.
    pub(super) fn identity(&self) -> Digest {
        Digest::of(self.certificate.der())
    }

    /// The certificate of what is signed.
    pub(super) fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The public part of the key that signs measurements, if there is such a key.
    pub(super) fn pcr_public(&self) -> Option<&str> {
        self.pcr_public.as_deref()
    }

    /// The files for firmware that lie beside the key: all three, or none.
    pub(super) fn given(&self) -> &[(&'static str, Vec<u8>)] {
        &self.given
    }

    /// Tells a recipe all that its image depends on.
    pub(super) fn told(&self, recipe: &mut Recipe) {
        recipe.input("certificate", self.identity());
        if let Some(public) = self.pcr_public() {
            recipe.parameter("measurements", public);
        }
        for (name, content) in &self.given {
            recipe.input(*name, Digest::of(content));
        }
    }

    /// The key that signs programs. Errors: it cannot be read, or its certificate has ended.
    pub(super) fn key(&self, image: &Image) -> Result<Key, PlanError> {
        if let Some(end) = self.ended() {
            let file = self.directory.join(CERTIFICATE);
            let message = format!("the certificate `{}` ended at {end}", file.display());
            return Err(refused(image, &message, "firmware may not look, people do: make a new one"));
        }
        let path = self.directory.join(KEY);
        let hint = "it belongs beside the certificate, readable by you";
        read(&path)
            .map_err(|error| unread(image, &path, &error, hint))
            .and_then(|text| parsed(image, &path, &text))
    }

    /// The key that signs measurements, if there is one.
    pub(super) fn pcr_key(&self, image: &Image) -> Result<Option<Key>, PlanError> {
        let path = self.directory.join(PCR_KEY);
        match read(&path) {
            Ok(text) => parsed(image, &path, &text).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unread(image, &path, &error, "without the file nothing signs measurements")),
        }
    }

    /// When the certificate begins, in seconds since 1970.
    pub(super) fn begins(&self) -> u64 {
        self.read_certificate()
            .map_or(0, |read| read.tbs_certificate().validity().not_before.to_unix_duration().as_secs())
    }

    /// What a key or its certificate is of no use for.
    pub(super) fn unusable(&self, image: &Image, error: &SecureBootError) -> PlanError {
        let message = format!("`{}`: {error}", self.directory.join(KEY).display());
        refused(image, &message, &needed())
    }

    fn read_given(&self, image: &Image) -> Result<Vec<(&'static str, Vec<u8>)>, PlanError> {
        if !GIVEN.iter().any(|name| self.directory.join(name).exists()) {
            return Ok(Vec::new());
        }
        let hint = "`PK.auth`, `KEK.auth` and `db.auth` are there together, or are made when none is";
        let file = |name: &'static str| {
            let path = self.directory.join(name);
            let read = fs::read(&path)
                .map_err(|error| refused(image, &format!("cannot read `{}`: {error}", path.display()), hint));
            read.map(|content| (name, content))
        };
        GIVEN.into_iter().map(file).collect()
    }

    /// When the certificate ended, if it has. The clock decides whether something is made, never what.
    fn ended(&self) -> Option<String> {
        let end = self.read_certificate()?.tbs_certificate().validity().not_after;
        let now: Duration = self.now.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        (end.to_unix_duration() < now).then(|| end.to_string())
    }

    fn read_certificate(&self) -> Option<x509_cert::Certificate> {
        x509_cert::Certificate::from_der(self.certificate.der()).ok()
    }
}

fn read(path: &Path) -> io::Result<Zeroizing<String>> {
    fs::read_to_string(path).map(Zeroizing::new)
}

fn parsed(image: &Image, path: &Path, text: &str) -> Result<Key, PlanError> {
    Key::from_pem(text).map_err(|error| refused(image, &format!("`{}`: {error}", path.display()), &needed()))
}

fn unread(image: &Image, path: &Path, error: &io::Error, hint: &str) -> PlanError {
    refused(image, &format!("cannot read the key `{}`: {error}", path.display()), hint)
}

fn refused(image: &Image, message: &str, hint: &str) -> PlanError {
    PlanError::Described(vec![mistake(image, message, hint)])
}

fn mistake(image: &Image, message: &str, hint: &str) -> Diagnostic {
    let message = format!("image `{}`: {message}", image.name);
    image.mistake(&["secureBoot"], message).hint(hint)
}

fn needed() -> String {
    format!(
        "`--secure-boot-keys DIR` names a directory with `{KEY}` and `{CERTIFICATE}`, as `talosctl gen secureboot uki` makes them"
    )
}
