use super::*;

#[test]
fn a_host_has_a_place_of_its_own() {
    let text = hosts_toml("registry.k8s.io", "registry.lab.internal:5000");
    assert!(
        text.contains("[host.\"http://registry.lab.internal:5000/v2/mirror/registry.k8s.io\"]"),
        "{text}"
    );
    assert!(text.starts_with("server = \"https://registry.k8s.io\"\n"));
}
