//! Secure Boot with keys of one's own: signed EFI programs, and firmware that trusts nothing else.
//!
//! Formats: Microsoft's "Windows Authenticode Portable Executable Signature Format" for signatures in programs, RFC 2315
//! (PKCS #7) for what they are, the UEFI specification 2.10, chapters 8 and 32, for signature lists, and
//! `MdeModulePkg/Include/Guid/VariableFormat.h` of EDK II for the variables that firmware of a virtual machine starts
//! with. [`Enrolment`] makes the files from which systemd-boot enrols keys into firmware that has none, and
//! [`sign_policies`] what a TPM asks for before it gives away a secret.
//!
//! # Invariants
//!
//! - Signing is a function of program, key and certificate: there is no time in a signature, and PKCS #1 version 1.5
//!   needs no random numbers. A signature is the same on every run.
//! - A key leaves no trace: it has no form that can be printed, and its text is wiped from memory.
//! - The crate does no I/O and never panics on what it is given.

mod authenticode;
mod certificate;
mod der;
mod enrolment;
mod error;
mod key;
mod pe;
mod pem;
mod policy;
mod variables;

pub use authenticode::sign;
pub use certificate::Certificate;
pub use enrolment::{Authority, Enrolment};
pub use error::SecureBootError;
pub use key::Key;
pub use pe::strip;
pub use policy::sign_policies;
pub use variables::{Trust, enroll};
