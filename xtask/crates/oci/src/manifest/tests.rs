use hashing::Digest;

use crate::{Descriptor, Index, IndexEntry, Manifest, annotation, media_type};

fn manifest() -> Manifest {
    let config = Descriptor::of(media_type::EMPTY, b"{}");
    let layer = Descriptor::of(media_type::LAYER_TAR_GZIP, b"layer");
    let mut manifest = Manifest::new(config, vec![layer]);
    manifest.annotations.insert(annotation::TITLE.to_owned(), "x".to_owned());
    manifest
}

#[test]
fn bytes_are_fixed() {
    let text = String::from_utf8(manifest().to_bytes().unwrap()).unwrap();
    let layer = Digest::of(b"layer");
    assert_eq!(
        text,
        format!(
            "{{\"annotations\":{{\"org.opencontainers.image.title\":\"x\"}},\"config\":{{\"digest\":\
             \"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\",\"mediaType\":\
             \"application/vnd.oci.empty.v1+json\",\"size\":2}},\"layers\":[{{\"digest\":\"{layer}\",\
             \"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"size\":5}}],\"mediaType\":\
             \"application/vnd.oci.image.manifest.v1+json\",\"schemaVersion\":2}}"
        )
    );
}

#[test]
fn what_is_written_reads_back() {
    let manifest = manifest();
    assert_eq!(Manifest::parse(&manifest.to_bytes().unwrap()).unwrap(), manifest);
    let index = Index::new(vec![IndexEntry::of(Descriptor::of(media_type::MANIFEST, b"m"))]);
    assert_eq!(Index::parse(&index.to_bytes().unwrap()).unwrap(), index);
}

#[test]
fn unknown_fields_are_ignored_and_platforms_kept() {
    let digest = Digest::of(b"x");
    let text = format!(
        r#"{{"schemaVersion":2,"new":[],"manifests":[{{"mediaType":"m","digest":"{digest}","size":1,
            "urls":["u"],"platform":{{"architecture":"arm64","os":"linux","variant":"v8"}}}}]}}"#
    );
    let index = Index::parse(text.as_bytes()).unwrap();
    let platform = index.manifests[0].platform.as_ref().unwrap();
    assert_eq!((platform.os.as_str(), platform.architecture.as_str()), ("linux", "arm64"));
    assert_eq!(platform.variant.as_deref(), Some("v8"));
}

#[test]
fn wrong_documents_are_refused_with_what_they_are() {
    let index = Index::new(vec![]).to_bytes().unwrap();
    let manifest = manifest().to_bytes().unwrap();
    let cases: [(&[u8], &str); 5] = [
        (
            &index,
            "the document is no image manifest: its media type is `application/vnd.oci.image.index.v1+json`",
        ),
        (b"{}", "cannot read the image manifest: missing field `schemaVersion`"),
        (br#"{"schemaVersion":1,"fsLayers":[]}"#, "the image manifest has schema version 1, not 2"),
        (br#"{"schemaVersion":2,"manifests":[]}"#, "cannot read the image manifest: missing field `config`"),
        (b"\xff", "cannot read the image manifest: "),
    ];
    for (bytes, start) in cases {
        let message = Manifest::parse(bytes).unwrap_err().to_string();
        assert!(message.starts_with(start), "{message}");
    }
    let message = Index::parse(&manifest).unwrap_err().to_string();
    assert!(message.starts_with("the document is no image index"), "{message}");
}
