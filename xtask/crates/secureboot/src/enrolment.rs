//! Files from which keys are enrolled: `PK.auth`, `KEK.auth` and `db.auth`.
//!
//! Each is what firmware takes for a variable that may be changed only by who proves it: a time, a signature, and the
//! list of certificates (UEFI specification 2.10, section 8.2.2, `EFI_VARIABLE_AUTHENTICATION_2`). systemd-boot hands
//! the files in `loader/keys/<name>` to firmware that has no keys yet.

use disk::{Guid, Moment};

use crate::der::{self, INTEGER, OBJECT, OCTET_STRING, RSA, SEQUENCE, SET, SHA256};
use crate::variables::{DATABASE, GLOBAL, PROVEN, signatures};
use crate::{Certificate, Key, SecureBootError};

/// A signature in PKCS #7 (`EFI_CERT_TYPE_PKCS7_GUID`).
const PKCS7: Guid = Guid::from_bytes(0x4AAF_D29D_68DF_49EE_8AA9_347D_3756_65A7_u128.to_be_bytes());
/// Data (PKCS #7), which is not in the signature.
const DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
/// The version of a certificate in a program or variable, and that it names its kind.
const REVISION: u16 = 0x0200;
const NAMED: u16 = 0x0EF1;

/// A key that may change variables.
#[derive(Clone, Copy, Debug)]
pub struct Authority<'a> {
    /// The key.
    pub key: &'a Key,
    /// Its certificate.
    pub certificate: &'a Certificate,
}

/// What firmware is to trust, and who says so.
#[derive(Clone, Debug)]
pub struct Enrolment<'a> {
    /// Who owns the machine (`PK`); signs itself and `KEK`.
    pub platform: Authority<'a>,
    /// Who may change what is trusted (`KEK`); signs `db`.
    pub exchange: Authority<'a>,
    /// Whose programs are started (`db`).
    pub signers: Vec<Certificate>,
    /// Who put them there, which is only shown.
    pub owner: Guid,
    /// From when they are. Firmware that has keys takes only later ones.
    pub time: Moment,
}

impl Enrolment<'_> {
    /// The files with their names. Errors: a certificate is not for its key.
    pub fn files(&self) -> Result<[(&'static str, Vec<u8>); 3], SecureBootError> {
        let list = |certificates: &[&Certificate]| signatures(certificates, self.owner);
        let signers: Vec<&Certificate> = self.signers.iter().collect();
        let (platform, exchange) = (list(&[self.platform.certificate]), list(&[self.exchange.certificate]));
        Ok([
            ("PK.auth", self.file("PK", GLOBAL, &platform, self.platform)?),
            ("KEK.auth", self.file("KEK", GLOBAL, &exchange, self.platform)?),
            ("db.auth", self.file("db", DATABASE, &list(&signers), self.exchange)?),
        ])
    }

    fn file(&self, name: &str, vendor: Guid, list: &[u8], by: Authority) -> Result<Vec<u8>, SecureBootError> {
        if by.certificate.public() != by.key.public() {
            return Err(SecureBootError::OtherKey);
        }
        let time = time(self.time);
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let signed = [&name, &vendor.to_disk()[..], &PROVEN.to_le_bytes(), &time, list].concat();
        let signature = detached(&signed, by)?;
        // Length, version, kind; the kind by name; the signature.
        let length = u32::try_from(8 + 16 + signature.len()).unwrap_or(u32::MAX).to_le_bytes();
        let head = [&length[..], &REVISION.to_le_bytes(), &NAMED.to_le_bytes(), &PKCS7.to_disk()].concat();
        Ok([&time, &head, &signature, list].concat())
    }
}

/// A moment as firmware counts it, without a zone.
fn time(moment: Moment) -> Vec<u8> {
    let [low, high] = moment.year.to_le_bytes();
    let mut time = vec![low, high, moment.month, moment.day, moment.hour, moment.minute, moment.second];
    time.resize(16, 0);
    time
}

/// A signature beside what it is of, without attributes: the bare `SignedData` of PKCS #7.
fn detached(signed: &[u8], by: Authority) -> Result<Vec<u8>, SecureBootError> {
    let version = der::value(INTEGER, &[1]);
    let signature = der::value(OCTET_STRING, &by.key.sign(signed)?);
    let algorithms = [der::algorithm(SHA256), der::algorithm(RSA)].concat();
    let one = der::join(SEQUENCE, &[&version, &by.certificate.name(), &algorithms, &signature]);
    Ok(der::join(
        SEQUENCE,
        &[
            &version,
            &der::value(SET, &der::algorithm(SHA256)),
            &der::value(SEQUENCE, &der::value(OBJECT, DATA)),
            &der::value(der::numbered(0), by.certificate.der()),
            &der::value(SET, &one),
        ],
    ))
}
