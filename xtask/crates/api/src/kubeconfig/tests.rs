use super::*;

const WHOLE: &str = "apiVersion: v1
kind: Config
current-context: kind-lab
contexts:
- {name: other, context: {cluster: other, user: other}}
- {name: kind-lab, context: {cluster: lab, user: admin}}
clusters:
- name: lab
  cluster: {server: 'https://127.0.0.1:6443/', certificate-authority-data: Q0E=}
users:
- name: admin
  user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ}
";

#[test]
fn the_current_context_decides() {
    let config = Kubeconfig::parse(WHOLE).unwrap();
    assert_eq!(config.server, "https://127.0.0.1:6443");
    assert_eq!(config.authority.as_deref(), Some(&b"CA"[..]));
    assert_eq!(config.identity.as_deref(), Some(&b"CERT\nKEY"[..]));
    assert!(!format!("{config:?}").contains("KEY"));
}

#[test]
fn mistakes_are_told() {
    let cases = [
        ("current-context: [", "the kubeconfig cannot be used"),
        ("current-context: x", "`current-context` names none of its contexts"),
        (&WHOLE.replace("name: lab\n", "name: elsewhere\n"), "the context's cluster is missing"),
        (&WHOLE.replace("server", "address"), "no `server`"),
        (&WHOLE.replace("Q0E=", "?"), "`certificate-authority-data` is no base64"),
    ];
    for (text, expected) in cases {
        let error = Kubeconfig::parse(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
