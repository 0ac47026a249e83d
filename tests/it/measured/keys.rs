//! Keys, fresh for each test.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use secureboot::{Certificate, Key};
use tempfile::TempDir;

/// A key with its certificate.
pub(crate) struct Pair {
    pub(crate) key: Key,
    pub(crate) certificate: Certificate,
    pub(crate) key_file: PathBuf,
    pub(crate) file: PathBuf,
}

impl Pair {
    /// Makes one as `talosctl` does: a key of PKCS #1.
    pub(crate) fn new(directory: &TempDir, name: &str) -> Self {
        let [key_file, file] = ["key", "crt"].map(|end| directory.path().join(format!("{name}.{end}")));
        let run = |command: &mut Command| {
            let output = command.output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        };
        run(Command::new("openssl").args(["genrsa", "-traditional", "-out"]).arg(&key_file).arg("2048"));
        let subject = format!("/CN={name}");
        let mut request = Command::new("openssl");
        request.args(["req", "-x509", "-days", "3650", "-subj", &subject, "-key"]).arg(&key_file);
        run(request.arg("-out").arg(&file));
        Self {
            key: Key::from_pem(&fs::read_to_string(&key_file).unwrap()).unwrap(),
            certificate: Certificate::from_pem(&fs::read_to_string(&file).unwrap()).unwrap(),
            key_file,
            file,
        }
    }
}
