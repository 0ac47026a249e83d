#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use proptest::prelude::*;

use super::*;

fn component(kind: ComponentKind, name: &str, version: &str) -> Component {
    Component {
        kind,
        name: name.to_owned(),
        version: version.to_owned(),
        digest: Some(Digest::of(name.as_bytes())),
        source: None,
        properties: Vec::new(),
    }
}

fn document(components: Vec<Component>) -> Value {
    let described = bom(&Bom { name: "lab".to_owned(), version: "1".to_owned(), components });
    assert_eq!(described.kind, "https://cyclonedx.org/bom");
    Value::Object(described.body)
}

#[test]
fn things_have_the_names_that_other_tools_know() {
    let hex = |name: &str| Digest::of(name.as_bytes()).hex();
    let chart = component(ComponentKind::Chart, "app", "1.2.0");
    let image = component(ComponentKind::Image, "quay.io/team/App", "v1");
    for (component, expected) in [
        (
            image.clone(),
            format!(
                "pkg:oci/app@sha256:{}?repository_url=quay.io%2Fteam%2FApp&tag=v1",
                hex("quay.io/team/App")
            ),
        ),
        (
            Component { digest: None, ..image },
            "pkg:oci/app?repository_url=quay.io%2Fteam%2FApp&tag=v1".to_owned(),
        ),
        (
            Component { source: Some("https://example.org/app-1.2.0.tgz".to_owned()), ..chart.clone() },
            format!(
                "pkg:generic/app@1.2.0?checksum=sha256:{}&download_url=https:%2F%2Fexample.org%2Fapp-1.2.0.tgz",
                hex("app")
            ),
        ),
        (
            Component { source: Some("oci://ghcr.io/charts/app".to_owned()), ..chart },
            format!("pkg:oci/app@sha256:{}?repository_url=ghcr.io%2Fcharts%2Fapp&tag=1.2.0", hex("app")),
        ),
        (
            Component { digest: None, ..component(ComponentKind::Manifests, "gateway-api", "1.0") },
            "pkg:generic/gateway-api@1.0".to_owned(),
        ),
    ] {
        assert_eq!(component.purl(), expected);
    }
}

#[test]
fn a_component_says_what_is_known() {
    let image = Component {
        source: Some("https://example.org/".to_owned()),
        properties: vec![("xtask:unit".to_owned(), "apps/web/hello".to_owned())],
        ..component(ComponentKind::Image, "hello", "1")
    };
    let described = document(vec![image]);
    let reference = described["components"][0]["purl"].clone();
    assert_eq!(
        described["components"][0],
        json!({
            "type": "container",
            "bom-ref": reference,
            "name": "hello",
            "version": "1",
            "purl": reference,
            "hashes": [{"alg": "SHA-256", "content": Digest::of(b"hello").hex()}],
            "externalReferences": [{"type": "distribution", "url": "https://example.org/"}],
            "properties": [
                {"name": "xtask:kind", "value": "image"},
                {"name": "xtask:unit", "value": "apps/web/hello"},
            ],
        })
    );
    assert_eq!(
        described["dependencies"],
        json!([{"ref": "pkg:generic/lab@1", "dependsOn": [reference]}, {"ref": reference}])
    );
}

#[test]
fn the_order_of_components_does_not_matter_and_their_content_does() {
    let (one, two) = (component(ComponentKind::Chart, "a", "1"), component(ComponentKind::Image, "b", "2"));
    let first = document(vec![one.clone(), two.clone()]);
    assert_eq!(first, document(vec![two.clone(), one.clone(), two.clone()]));
    assert_ne!(first["serialNumber"], document(vec![one])["serialNumber"]);
}

#[test]
fn what_has_the_same_name_is_told_apart() {
    let manifests = component(ComponentKind::Manifests, "app", "1");
    let described = document(vec![Component { kind: ComponentKind::Chart, ..manifests.clone() }, manifests]);
    let [one, two] = [0, 1].map(|position| described["components"][position]["bom-ref"].as_str().unwrap());
    assert_eq!(two, format!("{one}#2"));
}

proptest! {
    #[test]
    fn serial_numbers_are_uuids(bytes: Vec<u8>) {
        let text = serial(&Digest::of(&bytes));
        let uuid = text.strip_prefix("urn:uuid:").unwrap();
        let parts: Vec<_> = uuid.split('-').map(str::len).collect();
        prop_assert_eq!(parts, [8, 4, 4, 4, 12]);
        prop_assert_eq!(uuid.as_bytes()[14], b'8');
        prop_assert!(b"89ab".contains(&uuid.as_bytes()[19]));
    }
}
