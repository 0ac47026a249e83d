//! Addresses as Go's `net/netip` reads and writes them.

use std::fmt;
use std::net::IpAddr;

/// An IP address, an IPv6 one with its zone when it has one.
pub(super) fn addr(text: &str) -> Option<String> {
    let (ip, zone) = match text.split_once('%') {
        Some((ip, zone)) if !zone.is_empty() => (ip, Some(zone)),
        Some(_) => return None,
        None => (text, None),
    };
    let parsed: IpAddr = ip.parse().ok()?;
    match zone {
        Some(zone) if parsed.is_ipv6() => Some(format!("{parsed}%{zone}")),
        Some(_) => None,
        None => Some(parsed.to_string()),
    }
}

/// `10.0.0.1:80` or `[fd00::1]:80`.
pub(super) fn addr_port(text: &str) -> Option<String> {
    let (host, port) = text.rsplit_once(':')?;
    let number: u16 = port.parse().ok().filter(|_| !port.starts_with('+'))?;
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(host) => addr(host).filter(|host| host.contains(':')).map(|host| format!("[{host}]:{number}")),
        None => addr(host).filter(|host| !host.contains(':')).map(|host| format!("{host}:{number}")),
    }
}

/// Hexadecimal digits, with colons anywhere.
pub(super) fn hardware(text: &str) -> Option<String> {
    let digits = text.replace(':', "").to_lowercase();
    if !digits.len().is_multiple_of(2) || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let pairs: Vec<String> =
        digits.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into_owned()).collect();
    Some(pairs.join(":"))
}

/// An address and the length of its network's prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Prefix {
    pub(crate) addr: IpAddr,
    pub(crate) bits: u8,
}

impl Prefix {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (addr, bits) = text.rsplit_once('/')?;
        let addr: IpAddr = addr.parse().ok()?;
        let plain = bits.len() == 1 || !bits.starts_with(['0', '+']);
        let bits: u8 = bits.parse().ok().filter(|_| plain)?;
        let most = if addr.is_ipv4() { 32 } else { 128 };
        (bits <= most).then_some(Self { addr, bits })
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.addr, self.bits)
    }
}
