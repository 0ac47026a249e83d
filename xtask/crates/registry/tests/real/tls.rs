//! TLS, authorities of one's own, and proxies.
//!
//! To this machine plain HTTP is spoken, so the registry is called `registry.test` and reached through a proxy. Proxies
//! are set in the environment: the checks run in a process of their own.

use std::env;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::thread;

use registry::RegistryError;
use registry::distribution::{Remote, RemoteOptions};

use crate::artifact::{Artifact, Seeded};
use crate::registries::in_memory;
use crate::{options, remote};

/// A proxy that leads every tunnel to the same place.
fn tunnel(to: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || {
                let mut reader = BufReader::new(&stream);
                let mut first = String::new();
                reader.read_line(&mut first).unwrap();
                let mut line = first.clone();
                while line.trim() != "" {
                    line.clear();
                    reader.read_line(&mut line).unwrap();
                }
                if !first.starts_with("CONNECT registry.test:443 ") {
                    let _ = (&stream).write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
                    return;
                }
                (&stream).write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
                let upstream = TcpStream::connect(to).unwrap();
                thread::scope(|scope| {
                    scope.spawn(|| io::copy(&mut &stream, &mut &upstream));
                    let _ = io::copy(&mut &upstream, &mut &stream);
                    let _ = stream.shutdown(std::net::Shutdown::Both);
                });
            });
        }
    });
    address
}

/// Runs a test of this program alone, with proxies set.
fn run(test: &str, variables: &[(&str, String)]) {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture"]);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"] {
        command.env_remove(name);
    }
    let output = command.envs(variables.iter().map(|(name, value)| (name, value))).output().unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}\n{}", said(&output.stdout), said(&output.stderr));
    assert!(said(&output.stdout).contains("1 passed"), "{}", said(&output.stdout));
}

#[test]
fn an_authority_of_ones_own_is_trusted_when_it_is_named() {
    let Some(running) = in_memory("olareg", true) else { return };
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("ca.pem");
    std::fs::write(&file, &running.told).unwrap();
    let proxy = format!("http://{}", tunnel(running.address));
    let variables = [("HTTPS_PROXY", proxy), ("XTASK_TEST_CA", file.display().to_string())];
    run("tls::inner_authority", &variables);
}

/// Runs only as the process of the test above.
#[test]
fn inner_authority() {
    let Some(file) = env::var_os("XTASK_TEST_CA") else { return };
    let authorities = Some(std::fs::read(file).unwrap());
    let place = "oci://registry.test/base";
    let unknown = Remote::new(place, options()).unwrap().tags("app").unwrap_err();
    assert!(matches!(unknown, RegistryError::Unreachable { .. }), "{unknown}");
    assert!(unknown.hint().is_some_and(|hint| hint.contains("authority")), "{unknown}");

    let remote = Remote::new(place, RemoteOptions { authorities: authorities.clone(), ..options() }).unwrap();
    assert!(!remote.is_plain());
    let artifact = Artifact::new(&mut Seeded::new(1), &[100, 50_000]);
    artifact.push(&remote, "app", "1.0.0").unwrap();
    assert!(artifact.is_whole(&remote, "app").unwrap());

    let other = Remote::new("oci://other.test/base", RemoteOptions { authorities, ..options() }).unwrap();
    let refused = other.tags("app").unwrap_err().to_string();
    assert!(refused.contains("https://other.test/v2/base/app/tags/list"), "{refused}");
    for wrong in [&b""[..], b"no certificate"] {
        let options = RemoteOptions { authorities: Some(wrong.to_vec()), ..options() };
        assert!(matches!(Remote::new(place, options), Err(RegistryError::Setup { .. })));
    }
}

#[test]
fn plain_http_and_tls_taken_for_each_other_say_so() {
    let (Some(plain), Some(secure)) = (in_memory("olareg", false), in_memory("olareg", true)) else { return };
    // Plain HTTP, which is spoken to this machine, on a port for TLS.
    let error = remote(secure.address, "base").tags("app").unwrap_err();
    assert!(error.hint().is_some_and(|hint| hint.contains("speaks TLS")), "{error}");
    let proxy = format!("http://{}", tunnel(plain.address));
    // Nothing listens at the proxy for plain HTTP.
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let variables = [
        ("HTTPS_PROXY", proxy),
        ("HTTP_PROXY", format!("http://{nobody}")),
        ("XTASK_TEST_PLAIN", plain.address.to_string()),
    ];
    run("tls::inner_mistake", &variables);
}

/// Runs only as the process of the test above.
#[test]
fn inner_mistake() {
    let Some(address) = env::var_os("XTASK_TEST_PLAIN") else { return };
    let error = Remote::new("oci://registry.test/base", options()).unwrap().tags("app").unwrap_err();
    assert!(error.hint().is_some_and(|hint| hint.contains("plain HTTP")), "{error}");
    // This machine is reached past the proxy.
    let here = remote(address.into_string().unwrap().parse().unwrap(), "base");
    assert_eq!(here.tags("app").unwrap(), Vec::<String>::new());
    // What is to be spoken to by plain HTTP is, by way of the proxy.
    let asked = RemoteOptions { plain_http: true, ..options() };
    let plain = Remote::new("oci://registry.test/base", asked).unwrap();
    assert!(plain.is_plain());
    let error = plain.tags("app").unwrap_err();
    assert!(error.to_string().contains("`http://registry.test/v2/base/app/"), "{error}");
    assert!(error.hint().is_some(), "{error}");
}
