//! A real registry on the loopback interface: Debian's `docker-registry`.
#![allow(clippy::disallowed_methods, reason = "the registry is started as a person would")]

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

/// A running registry; it ends with this value.
pub struct Registry {
    child: Child,
    directory: TempDir,
    address: String,
}

impl Registry {
    /// Starts one that deletes; nothing when there is none on this machine.
    pub fn start() -> Option<Self> {
        Self::start_with("")
    }

    /// Starts one with more lines in the section `storage` of its settings.
    pub fn start_with(storage: &str) -> Option<Self> {
        let directory = tempfile::Builder::new().prefix("registry-").tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let data = directory.path().join("data");
        let settings = format!(
            "version: 0.1\nlog: {{level: error}}\nstorage:\n  filesystem: {{rootdirectory: {}}}\n  delete: {{enabled: true}}\n{storage}http: {{addr: \"{address}\"}}\n",
            data.display()
        );
        let file = directory.path().join("settings.yaml");
        fs::write(&file, settings).unwrap();
        let quiet = fs::File::create(directory.path().join("log")).unwrap();
        let started = Command::new("docker-registry")
            .arg("serve")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(quiet.try_clone().unwrap())
            .stderr(quiet)
            .spawn();
        let Ok(child) = started else {
            crate::skip("a test with a real registry", "there is no program `docker-registry`");
            return None;
        };
        let registry = Self { child, directory, address };
        for _ in 0..200 {
            if TcpStream::connect(&registry.address).is_ok() {
                return Some(registry);
            }
            sleep(Duration::from_millis(50));
        }
        let log = fs::read_to_string(registry.directory.path().join("log")).unwrap_or_default();
        panic!("the registry does not answer: {log}");
    }

    /// A place in it, `oci://…`.
    pub fn place(&self, path: &str) -> String {
        format!("oci://{}/{path}", self.address)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
