use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use simple_dns::ResourceRecord;
use simple_dns::rdata::A;

use super::*;

/// A server that answers one question with these addresses.
fn server(addresses: &'static [u32]) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let place = socket.local_addr().unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 512];
        let (length, from) = socket.recv_from(&mut buffer).unwrap();
        let query = Packet::parse(&buffer[..length]).unwrap();
        let mut answer = query.into_reply();
        let name = answer.questions[0].qname.clone();
        let record = |address: &u32| {
            ResourceRecord::new(name.clone(), CLASS::IN, 30, RData::A(A { address: *address }))
        };
        answer.answers = addresses.iter().map(record).collect();
        socket.send_to(&answer.build_bytes_vec().unwrap(), from).unwrap();
    });
    place
}

#[test]
fn addresses_come_sorted() {
    let found = addresses(server(&[0x0a05_00fa, 0x0a05_00c8]), "podinfo.lab.internal").unwrap();
    assert_eq!(found, [Ipv4Addr::new(10, 5, 0, 200), Ipv4Addr::new(10, 5, 0, 250)]);
    assert!(addresses(server(&[]), "podinfo.lab.internal").unwrap().is_empty());
    assert!(addresses(server(&[]), &"x".repeat(300)).is_err());
}

#[test]
fn a_refusal_over_http_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/healthz", listener.local_addr().unwrap());
    thread::spawn(move || {
        for status in ["200 OK", "503 Service Unavailable"] {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 1024]).unwrap();
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    assert_eq!(http(&url).unwrap(), "ok");
    assert!(http(&url).unwrap_err().to_string().contains("503"));
}
