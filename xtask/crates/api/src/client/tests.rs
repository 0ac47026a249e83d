use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use serde_json::json;

use super::*;
use crate::Change;

const APPS: &str = r#"{"resources": [{"name": "deployments", "kind": "Deployment", "namespaced": true},
    {"name": "deployments/scale", "kind": "Scale", "namespaced": true}]}"#;
const CORE: &str = r#"{"resources": [{"name": "namespaces", "kind": "Namespace", "namespaced": false}]}"#;

/// A server that knows a few paths and tells what it was asked.
fn server(answers: &'static [(&'static str, u16, &'static str)]) -> (Client, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let (tell, told) = channel();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let _ = tell.send(answer(&stream, answers));
        }
    });
    let config = Kubeconfig { server, authority: None, identity: None };
    (Client::new(&config).unwrap(), told)
}

fn answer(mut stream: &TcpStream, answers: &[(&str, u16, &str)]) -> String {
    let mut reader = BufReader::new(stream);
    let lines: Vec<String> =
        reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let length = lines.iter().find_map(|line| {
        line.to_ascii_lowercase().strip_prefix("content-length: ").and_then(|text| text.parse().ok())
    });
    let mut body = String::new();
    let _ = reader.take(length.unwrap_or(0)).read_to_string(&mut body);
    let asked = lines[0].trim_end_matches(" HTTP/1.1").to_owned();
    let found = answers.iter().find(|(known, ..)| *known == asked);
    let (status, text) = found.map_or((404, "{}"), |(_, status, text)| (*status, *text));
    let _ = write!(
        stream,
        "HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{text}",
        text.len()
    );
    format!("{asked} {body}").trim().to_owned()
}

#[test]
fn objects_are_where_discovery_says() {
    let (client, told) = server(&[
        ("GET /apis/apps/v1", 200, APPS),
        ("GET /api/v1", 200, CORE),
        ("GET /apis/apps/v1/namespaces/web/deployments/podinfo", 200, r#"{"kind": "Deployment"}"#),
        ("GET /api/v1/namespaces/web", 200, r#"{"kind": "Namespace"}"#),
    ]);
    let podinfo = Reference::new("apps/v1", "Deployment", "web", "podinfo");
    assert_eq!(client.get(&podinfo).unwrap().unwrap()["kind"], "Deployment");
    assert_eq!(client.get(&Reference { name: "none".to_owned(), ..podinfo }).unwrap(), None);
    // A namespace that does not belong there is left out.
    assert!(client.get(&Reference::new("v1", "Namespace", "odd", "web")).unwrap().is_some());
    let asked: Vec<String> = told.try_iter().collect();
    assert_eq!(asked.iter().filter(|asked| *asked == "GET /apis/apps/v1").count(), 1, "{asked:?}");
}

#[test]
fn a_kind_may_come_later() {
    let (client, _told) = server(&[("GET /apis/apps/v1", 200, APPS)]);
    for (api_version, kind) in [("apps/v1", "Scale"), ("example.org/v1", "Thing")] {
        let error = client.get(&Reference::new(api_version, kind, "", "x")).unwrap_err();
        assert!(matches!(error, ApiError::UnknownKind { .. }), "{error}");
        assert!(error.is_passing());
    }
}

#[test]
fn applying_takes_over() {
    let (client, told) = server(&[
        ("GET /api/v1", 200, CORE),
        ("PATCH /api/v1/namespaces/web?fieldManager=xtask&force=true", 200, r#"{"kind": "Namespace"}"#),
    ]);
    client.apply(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "web"}})).unwrap();
    let body = r#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"web"}}"#;
    assert!(told.try_iter().any(|asked| asked.ends_with(body)));
    let error = client.apply(&json!({"kind": "Namespace"})).unwrap_err();
    assert_eq!(error.to_string(), "`/apiVersion` is missing in an object");
}

#[test]
fn lists_give_whole_objects() {
    let (client, _told) = server(&[
        ("GET /apis/apps/v1", 200, APPS),
        (
            "GET /apis/apps/v1/deployments?labelSelector=a=b",
            200,
            r#"{"items": [{"metadata": {"name": "x"}}]}"#,
        ),
    ]);
    let listed = client.list("apps/v1", "Deployment", None, "a=b").unwrap();
    assert_eq!(Reference::of(&listed[0]).unwrap().to_string(), "Deployment x");
}

#[test]
fn refusals_say_what_the_server_says() {
    let (client, _told) = server(&[
        ("GET /api/v1", 200, CORE),
        ("DELETE /api/v1/namespaces/web", 403, r#"{"message": "no right to do that"}"#),
        (
            "GET /early",
            403,
            r#"{"message": "pods is forbidden: User \"admin\" cannot list resource \"pods\""}"#,
        ),
        ("GET /away", 503, "busy"),
        ("GET /odd", 200, "odd"),
    ]);
    let web = Reference::new("v1", "Namespace", "", "web");
    let error = client.delete(&web).unwrap_err();
    let expected = "the server refuses `DELETE /api/v1/namespaces/web` (403): no right to do that";
    assert_eq!((error.to_string().as_str(), error.is_passing()), (expected, false));
    assert!(!client.delete(&Reference::new("v1", "Namespace", "", "none")).unwrap());
    assert!(client.text("/early").unwrap_err().is_passing());
    assert!(client.text("/away").unwrap_err().is_passing());
    assert_eq!(client.text("/odd").unwrap(), "odd");
    assert!(matches!(client.get_raw("/odd").unwrap_err(), ApiError::Answer { .. }));
}

#[test]
fn changes_come_until_the_server_ends() {
    let (client, _told) = server(&[
        ("GET /api/v1", 200, CORE),
        (
            "GET /api/v1/namespaces?watch=true&timeoutSeconds=3",
            200,
            "{\"type\": \"ADDED\", \"object\": {\"a\": 1}}\n{\"type\": \"DELETED\", \"object\": {}}\n",
        ),
    ]);
    let changes: Vec<Change> = client.watch("v1", "Namespace", None, 3).unwrap().collect();
    assert_eq!(changes.iter().map(|change| change.kind.as_str()).collect::<Vec<_>>(), ["ADDED", "DELETED"]);
    assert_eq!(changes[0].object, json!({"a": 1}));
}

#[test]
fn nobody_there_is_told() {
    let config = Kubeconfig { server: "http://127.0.0.1:1".to_owned(), authority: None, identity: None };
    let error = Client::new(&config).unwrap().text("/version").unwrap_err();
    assert!(error.to_string().starts_with("`GET http://127.0.0.1:1/version` does not answer: "), "{error}");
    assert!(error.is_passing());
}
