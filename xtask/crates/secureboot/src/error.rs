//! Why something cannot be signed or trusted.

/// A key, certificate, program or variable store that is of no use.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SecureBootError {
    /// There is no such block.
    #[error("there is no block `-----BEGIN {0}-----`")]
    Pem(&'static str),
    /// The key cannot be used.
    #[error("the key is of no use: {0}; RSA of 2048 to 4096 bits as PKCS #8 (`BEGIN PRIVATE KEY`) is")]
    Key(String),
    /// The certificate cannot be read.
    #[error("the certificate is damaged: {0}")]
    Certificate(&'static str),
    /// The certificate is for another key.
    #[error("the certificate is not for this key")]
    OtherKey,
    /// The program cannot be read.
    #[error("this is no EFI program: {0}")]
    Program(&'static str),
    /// The program has a signature.
    #[error("the program is signed already; sign the one without a signature")]
    Signed,
    /// The variable store cannot be read.
    #[error("this is no variable store of UEFI firmware: {0}")]
    Store(&'static str),
    /// The variables do not fit.
    #[error("the keys need {needed} bytes in the variable store; {room} are free")]
    StoreFull {
        /// What they need.
        needed: usize,
        /// What is free.
        room: usize,
    },
}
