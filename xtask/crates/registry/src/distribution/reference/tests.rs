use super::Reference;

const DIGEST: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

#[test]
fn reads_what_docker_reads() {
    let cases = [
        ("nginx", "docker.io/library/nginx"),
        ("nginx:1.27", "docker.io/library/nginx:1.27"),
        ("grafana/loki:3.0.0", "docker.io/grafana/loki:3.0.0"),
        ("index.docker.io/library/nginx", "docker.io/library/nginx"),
        (
            "quay.io/jetstack/cert-manager-controller:v1.11.5",
            "quay.io/jetstack/cert-manager-controller:v1.11.5",
        ),
        ("registry.lab.internal:5000/lab", "registry.lab.internal:5000/lab"),
        ("localhost/a", "localhost/a"),
        ("localhost:5000/a:b", "localhost:5000/a:b"),
        ("127.0.0.1:5000/a__b/c-d--e.f", "127.0.0.1:5000/a__b/c-d--e.f"),
        ("[::1]:5000/a", "[::1]:5000/a"),
        ("oci://ghcr.io/org/charts/app:1.0.0", "ghcr.io/org/charts/app:1.0.0"),
    ];
    for (text, expected) in cases {
        let reference: Reference = text.parse().unwrap();
        assert_eq!(reference.to_string(), expected, "{text}");
        assert_eq!(expected.parse::<Reference>().unwrap(), reference, "the printed form reads the same");
    }
    let both: Reference = format!("nginx:1.27@{DIGEST}").parse().unwrap();
    assert_eq!(both.to_string(), format!("docker.io/library/nginx:1.27@{DIGEST}"));
    assert_eq!(both.version(), DIGEST, "the digest wins");
    assert_eq!("nginx".parse::<Reference>().unwrap().version(), "latest");
}

#[test]
fn says_what_is_wrong() {
    let long = format!("a:{}", "x".repeat(129));
    let wide = "a/".repeat(200) + "a";
    let cases = [
        ("", "the repository is missing"),
        ("quay.io/", "the repository is missing"),
        ("Nginx", "upper-case letter"),
        ("quay.io/Org/app", "upper-case letter"),
        ("a//b", "a part of the repository"),
        ("a___b/c", "a part of the repository"),
        ("-a/b", "a part of the repository"),
        ("a/b:", "the tag is not made of"),
        ("a/b:.x", "the tag is not made of"),
        ("a/b:x y", "the tag is not made of"),
        (long.as_str(), "longer than 128"),
        (wide.as_str(), "longer than 255"),
        ("a@md5:1", "no `sha256:` digest"),
        ("quay.io:99999/a", "port"),
        ("qu_ay.io/a", "no host name"),
        ("[::x]:1/a", "no host name"),
        ("https://quay.io/a", "port"),
    ];
    for (text, expected) in cases {
        let message = text.parse::<Reference>().unwrap_err().to_string();
        assert!(message.contains(expected), "{text}: {message}");
    }
}

#[test]
fn only_loopback_is_spoken_to_without_tls() {
    let base = |text: &str| text.parse::<Reference>().unwrap().base();
    assert_eq!(base("nginx"), "https://registry-1.docker.io/v2/library/nginx");
    assert_eq!(base("127.0.0.1:5000/a"), "http://127.0.0.1:5000/v2/a");
    assert_eq!(base("[::1]:5000/a"), "http://[::1]:5000/v2/a");
    assert_eq!(base("localhost.example.org/a"), "https://localhost.example.org/v2/a");
}
