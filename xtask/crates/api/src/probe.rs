//! What a cluster answers beside its API, to somebody in the house.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use reqwest::blocking;
use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, QCLASS, QTYPE, Question, TYPE};

use crate::ApiError;
use crate::client::chain;

/// For one question.
const DEADLINE: Duration = Duration::from_secs(5);
/// Longest answer without an extension (RFC 1035 §2.3.4), and room for those who send more.
const LONGEST: usize = 4096;

/// The body of an answer over HTTP.
pub fn http(url: &str) -> Result<String, ApiError> {
    let unreachable = |reason: String| ApiError::Unreachable { url: url.to_owned(), reason };
    let client = blocking::Client::builder().no_proxy().timeout(DEADLINE).build();
    let client = client.map_err(|error| unreachable(chain(&error)))?;
    let response = client.get(url).send().map_err(|error| unreachable(chain(&error)))?;
    let status = response.status();
    let body = response.text().map_err(|error| unreachable(chain(&error)))?;
    if status.is_success() { Ok(body) } else { Err(unreachable(format!("the answer is {status}: {body}"))) }
}

/// The addresses that a DNS server has for a name (RFC 1035), sorted; none when it knows none.
pub fn addresses(server: SocketAddr, name: &str) -> Result<Vec<Ipv4Addr>, ApiError> {
    let unreachable =
        |reason: String| ApiError::Unreachable { url: format!("dns://{server}/{name}"), reason };
    let told = |error: &dyn std::error::Error| unreachable(error.to_string());
    let mut query = Packet::new_query(1);
    let name = Name::new(name).map_err(|error| told(&error))?;
    query.questions.push(Question::new(name, QTYPE::TYPE(TYPE::A), QCLASS::CLASS(CLASS::IN), false));
    let query = query.build_bytes_vec().map_err(|error| told(&error))?;
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).map_err(|error| told(&error))?;
    socket.set_read_timeout(Some(DEADLINE)).map_err(|error| told(&error))?;
    socket.connect(server).map_err(|error| told(&error))?;
    socket.send(&query).map_err(|error| told(&error))?;
    let mut buffer = vec![0; LONGEST];
    let length = socket.recv(&mut buffer).map_err(|error| told(&error))?;
    let answer = Packet::parse(buffer.get(..length).unwrap_or_default()).map_err(|error| told(&error))?;
    let address = |data: &RData<'_>| match data {
        RData::A(address) => Some(Ipv4Addr::from(address.address)),
        _ => None,
    };
    let mut found: Vec<Ipv4Addr> =
        answer.answers.iter().filter_map(|record| address(&record.rdata)).collect();
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests;
