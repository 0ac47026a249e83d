//! Signing what firmware starts, and what firmware is to trust.
//!
//! Keys stay where they are: a recipe names certificates and public keys only, a key is read when something is signed, and
//! no message holds more of it than its path.

use catalogue::Image;
use disk::{Guid, Moment};
use hashing::Digest;
use secureboot::{Authority, Enrolment};
use store::Record;

use super::keys::Keys;
use super::steps::{Steps, unreadable};
use crate::error::PlanError;
use crate::recipe::Recipe;

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
        let key = keys.key(image)?;
        let signed = secureboot::sign(&steps.store.get(&program)?, &key, keys.certificate());
        let bytes = signed.map_err(|error| keys.unusable(image, &error))?;
        Ok(Record { objects: vec![steps.store.put(&bytes)?], ..Record::default() })
    })?;
    record.objects.first().copied().ok_or_else(|| unreadable("a signed program"))
}

/// What firmware without keys is to trust: the certificate, `PK.auth`, `KEK.auth` and `db.auth`. Those that lie beside the
/// key are taken as they are; else the one certificate is all three, as the imager of Talos has it.
pub(super) fn enrolment(image: &Image, keys: &Keys, steps: &Steps<'_>) -> Result<[Digest; 4], PlanError> {
    let mut recipe = Recipe::new("image-enrolment");
    recipe.input("certificate", keys.identity());
    for (name, content) in keys.given() {
        recipe.input(*name, Digest::of(content));
    }
    let record = steps.run(&recipe, || {
        let made = if keys.given().is_empty() { made(image, keys)? } else { keys.given().to_vec() };
        let mut objects = vec![steps.store.put(keys.certificate().der())?];
        for (_, content) in &made {
            objects.push(steps.store.put(content)?);
        }
        Ok(Record { objects, ..Record::default() })
    })?;
    record.objects.first_chunk().copied().ok_or_else(|| unreadable("the keys of an image"))
}

/// The files for the one certificate. Their time is the one at which it begins, so that they are the same on every run.
fn made(image: &Image, keys: &Keys) -> Result<Vec<(&'static str, Vec<u8>)>, PlanError> {
    let key = keys.key(image)?;
    let authority = Authority { key: &key, certificate: keys.certificate() };
    let enrolment = Enrolment {
        platform: authority,
        exchange: authority,
        signers: vec![keys.certificate().clone()],
        owner: Guid::derived(Guid::NIL, &keys.identity().hex()),
        time: Moment::from_unix(keys.begins()),
    };
    let files = enrolment.files().map_err(|error| keys.unusable(image, &error))?;
    Ok(files.into_iter().collect())
}
