//! A proxy between client and registry that fails as a seed says.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use hashing::Digest;
use serde_json::json;

use crate::artifact::Seeded;

/// How one exchange goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// 429 with `Retry-After`; the registry hears nothing.
    TooMany,
    /// 500; the registry hears nothing.
    Broken,
    /// 503 with a page; the registry hears nothing.
    Busy,
    /// The registry does it, and 502 is told.
    Denied,
    /// The connection ends before the registry hears anything.
    Gone,
    /// The registry does it, and the connection ends.
    Mute,
    /// The connection to the registry ends within the request's body.
    HalfSent,
    /// The connection ends after so many bytes of the answer.
    HalfHeard,
    /// The answer comes drop by drop.
    Slow,
    /// The answer does not come for longer than the client waits.
    Stalled,
    /// The answer names another digest.
    OtherDigest,
    /// A byte of the answer's body is another one.
    OtherByte,
    /// The token has expired.
    Expired,
    /// The registry hears it twice, and the second answer is told.
    Twice,
    /// The answer is told twice.
    Echo,
    /// The answer is the one before.
    Replay,
}

impl Fault {
    pub(crate) const ALL: [Self; 16] = [
        Self::TooMany,
        Self::Broken,
        Self::Busy,
        Self::Denied,
        Self::Gone,
        Self::Mute,
        Self::HalfSent,
        Self::HalfHeard,
        Self::Slow,
        Self::Stalled,
        Self::OtherDigest,
        Self::OtherByte,
        Self::Expired,
        Self::Twice,
        Self::Echo,
        Self::Replay,
    ];
}

/// What decides, and what it has decided so far.
pub(crate) struct Script {
    seeded: Seeded,
    /// One exchange in so many fails.
    one_in: u64,
    token: u32,
    wants_token: bool,
    last: Option<Vec<u8>>,
    pub(crate) injected: BTreeMap<Fault, usize>,
    /// Each exchange, for those who look for the reason of a failure.
    pub(crate) told: Vec<String>,
}

/// A running proxy; its threads end with the test's process.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    pub(crate) script: Arc<Mutex<Script>>,
}

struct Exchange {
    method: String,
    path: String,
    authorization: String,
    head: Vec<u8>,
    body: Vec<u8>,
}

impl Proxy {
    /// In front of `upstream`; one exchange in `one_in` fails.
    pub(crate) fn start(upstream: SocketAddr, seed: u64, one_in: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let script = Arc::new(Mutex::new(Script {
            seeded: Seeded::new(seed),
            one_in,
            token: 0,
            wants_token: seed.is_multiple_of(3),
            last: None,
            injected: BTreeMap::new(),
            told: Vec::new(),
        }));
        let shared = Arc::clone(&script);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let script = Arc::clone(&shared);
                thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    stream.set_nodelay(true).unwrap();
                    while let Some(exchange) = read(&stream) {
                        // The lock orders exchanges as the seed sees them.
                        let mut script = script.lock().unwrap();
                        if !script.serve(&exchange, &mut stream, upstream) {
                            break;
                        }
                    }
                });
            }
        });
        Self { address, script }
    }
}

impl Script {
    /// Serves one exchange; false when the connection is to end.
    fn serve(&mut self, exchange: &Exchange, client: &mut TcpStream, upstream: SocketAddr) -> bool {
        let forward = || forward(exchange, upstream, exchange.body.len());
        let fault = self.next();
        let fault_name = fault.map_or_else(|| "fine".to_owned(), |fault| format!("{fault:?}"));
        self.told.push(format!(
            "{} {} ({}): {fault_name}",
            exchange.method,
            exchange.path,
            exchange.body.len()
        ));
        if exchange.path.starts_with("/token?") {
            self.token += 1;
            let body = json!({"token": format!("t{}", self.token)}).to_string();
            return write(client, &plain("200 OK", "", &body));
        }
        if self.wants_token && exchange.authorization != format!("Bearer t{}", self.token) {
            return write(client, &challenge(client));
        }
        let normal = |script: &mut Self, answer: Option<Vec<u8>>| match answer {
            Some(answer) => {
                let status = String::from_utf8_lossy(answer.get(9..12).unwrap_or_default()).into_owned();
                script.told.push(format!("  the registry said {status}"));
                script.last = Some(answer.clone());
                answer
            }
            None => plain("502 Bad Gateway", "", ""),
        };
        match fault {
            None => {
                let answer = normal(self, forward());
                write(client, &answer)
            }
            Some(Fault::TooMany) => write(client, &plain("429 Too Many Requests", "retry-after: 0\r\n", "")),
            Some(Fault::Broken) => write(client, &plain("500 Internal Server Error", "", "oh")),
            Some(Fault::Busy) => {
                let headers = "retry-after: 1\r\ncontent-type: text/html\r\n";
                write(client, &plain("503 Service Unavailable", headers, "<html>busy</html>"))
            }
            Some(Fault::Denied) => {
                forward();
                write(client, &plain("502 Bad Gateway", "", ""))
            }
            Some(Fault::Gone) => false,
            Some(Fault::Mute) => {
                forward();
                false
            }
            Some(Fault::HalfSent) => {
                let half = usize::try_from(self.seeded.below(exchange.body.len() as u64 + 1)).unwrap();
                self::forward(exchange, upstream, half);
                false
            }
            Some(Fault::HalfHeard) => {
                let answer = normal(self, forward());
                let half = usize::try_from(self.seeded.below(answer.len() as u64)).unwrap();
                write(client, &answer[..half]);
                false
            }
            Some(Fault::Slow) => {
                let answer = normal(self, forward());
                for part in answer.chunks(answer.len().div_ceil(5)) {
                    write(client, part);
                    thread::sleep(Duration::from_millis(1));
                }
                true
            }
            Some(Fault::Stalled) => {
                let answer = normal(self, forward());
                thread::sleep(Duration::from_millis(260));
                write(client, &answer)
            }
            Some(Fault::OtherDigest) => {
                let answer = normal(self, forward());
                write(client, &with_other_digest(&answer))
            }
            Some(Fault::OtherByte) => {
                let mut answer = normal(self, forward());
                let start = body_at(&answer);
                if exchange.method == "GET" && start < answer.len() {
                    let at = self.seeded.below((answer.len() - start) as u64);
                    answer[start + usize::try_from(at).unwrap()] ^= 1;
                }
                write(client, &answer)
            }
            Some(Fault::Expired) => {
                self.wants_token = true;
                self.token += 1;
                write(client, &challenge(client))
            }
            Some(Fault::Twice) => {
                forward();
                let answer = normal(self, forward());
                write(client, &answer)
            }
            Some(Fault::Echo) => {
                let answer = normal(self, forward());
                write(client, &answer) && exchange.method != "HEAD" && write(client, &answer)
            }
            Some(Fault::Replay) => {
                // Nobody can tell an old answer about a tag from a new one.
                let about_tag = exchange.path.contains("/manifests/") && !exchange.path.contains("sha256:");
                let replayed = self.last.clone().filter(|_| !about_tag);
                let answer = replayed.unwrap_or_else(|| normal(self, forward()));
                write(client, &answer) && exchange.method != "HEAD"
            }
        }
    }

    fn next(&mut self) -> Option<Fault> {
        if self.one_in == 0 || self.seeded.below(self.one_in) != 0 {
            return None;
        }
        let fault = Fault::ALL[usize::try_from(self.seeded.below(Fault::ALL.len() as u64)).unwrap()];
        // Waiting takes the tests' time.
        let fault = if fault == Fault::Stalled && self.seeded.below(4) != 0 { Fault::Mute } else { fault };
        *self.injected.entry(fault).or_default() += 1;
        Some(fault)
    }
}

fn read(stream: &TcpStream) -> Option<Exchange> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length, mut authorization) = (Vec::new(), 0, String::new());
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut words = first.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    head.extend_from_slice(first.as_bytes());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            // The login is for the proxy.
            "authorization" => {
                value.trim().clone_into(&mut authorization);
                continue;
            }
            "connection" => continue,
            _ => {}
        }
        head.extend_from_slice(line.as_bytes());
    }
    head.extend_from_slice(b"connection: close\r\n\r\n");
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Exchange { method, path, authorization, head, body })
}

/// Gives `sent` bytes of the body to the registry; its whole answer if it got all of them.
fn forward(exchange: &Exchange, upstream: SocketAddr, sent: usize) -> Option<Vec<u8>> {
    let mut stream = TcpStream::connect(upstream).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.write_all(&exchange.head).ok()?;
    stream.write_all(&exchange.body[..sent]).ok()?;
    if sent < exchange.body.len() {
        return None;
    }
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    // With an end of its own the client may keep the connection.
    let text = String::from_utf8_lossy(&answer[..body_at(&answer)]).into_owned();
    if text.to_ascii_lowercase().contains("transfer-encoding") || text.is_empty() {
        return Some(answer);
    }
    let kept: String = text
        .split_inclusive("\r\n")
        .filter(|line| !line.to_ascii_lowercase().starts_with("connection:"))
        .collect();
    Some([kept.as_bytes(), &answer[body_at(&answer)..]].concat())
}

fn body_at(answer: &[u8]) -> usize {
    answer.windows(4).position(|window| window == b"\r\n\r\n").map_or(answer.len(), |at| at + 4)
}

fn with_other_digest(answer: &[u8]) -> Vec<u8> {
    let start = body_at(answer);
    let head = String::from_utf8_lossy(&answer[..start]).into_owned();
    let name = "docker-content-digest:";
    let changed: String = head
        .split_inclusive("\r\n")
        .map(|line| match line.to_ascii_lowercase().starts_with(name) {
            true => format!("{name} {}\r\n", Digest::of(b"other")),
            false => line.to_owned(),
        })
        .collect();
    [changed.as_bytes(), &answer[start..]].concat()
}

fn challenge(client: &TcpStream) -> Vec<u8> {
    let realm = format!("http://{}/token", client.local_addr().unwrap());
    let header = format!("www-authenticate: Bearer realm=\"{realm}\",service=\"test\"\r\n");
    plain("401 Unauthorized", &header, r#"{"errors": [{"message": "token expired"}]}"#)
}

fn plain(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// Whether it could be written.
fn write(client: &mut TcpStream, bytes: &[u8]) -> bool {
    client.write_all(bytes).is_ok()
}
