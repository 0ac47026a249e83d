use proptest::prelude::*;

use crate::{BundleSpec, accepts, layout, pack, read};

fn spec(name: &str) -> BundleSpec {
    BundleSpec {
        name: name.to_owned(),
        version_base: "v1.2".to_owned(),
        description: "One sentence.".to_owned(),
    }
}

fn object(name: &str, value: &str) -> (String, String) {
    let text =
        format!("apiVersion: v1\ndata:\n  a: {value:?}\nkind: ConfigMap\nmetadata:\n  name: {name:?}\n");
    (format!("configmap-{name}.yaml"), text)
}

#[test]
fn the_artifact_is_fixed() {
    let packed = pack(&spec("platform/core/a"), &[object("a", "1")]).unwrap();
    let short = packed.diff_id.short();
    assert_eq!(packed.version, format!("1.2.0-x{short}"));
    let config = format!(
        r#"{{"architecture":"","os":"","rootfs":{{"diff_ids":["{}"],"type":"layers"}}}}"#,
        packed.diff_id
    );
    assert_eq!(String::from_utf8(packed.config.clone()).unwrap(), config);
    let manifest = format!(
        concat!(
            r#"{{"annotations":{{"org.opencontainers.image.title":"platform/core/a","#,
            r#""org.opencontainers.image.version":"1.2.0-x{short}"}},"#,
            r#""config":{{"digest":"{config}","mediaType":"application/vnd.cncf.flux.config.v1+json","size":{config_size}}},"#,
            r#""layers":[{{"digest":"{layer}","mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","size":{size}}}],"#,
            r#""mediaType":"application/vnd.oci.image.manifest.v1+json","schemaVersion":2}}"#
        ),
        short = short,
        config = packed.config_digest,
        config_size = packed.config.len(),
        layer = packed.layer_digest,
        size = packed.layer.len(),
    );
    assert_eq!(String::from_utf8(packed.manifest.clone()).unwrap(), manifest);
    // The uncompressed content is ours alone: it changes only with the format.
    let expected = "sha256:a0e2517c952005a67d7a377b510c41333a99652bf9b9cd197c2aef05bc1d24cd";
    assert_eq!(packed.diff_id.to_string(), expected);
}

#[test]
fn the_description_is_for_people_only() {
    let files = [object("a", "1")];
    let mut reworded = spec("a");
    reworded.description = "Another sentence.".to_owned();
    let (one, two) = (pack(&spec("a"), &files).unwrap(), pack(&reworded, &files).unwrap());
    assert_eq!(one.manifest_digest, two.manifest_digest);
    let index = String::from_utf8(layout(&[(&two).into()]).unwrap().index).unwrap();
    assert!(index.contains("Another sentence."), "{index}");
}

#[test]
fn the_layout_names_every_bundle() {
    let one = pack(&spec("b"), &[object("a", "1")]).unwrap();
    let two = pack(&spec("a"), &[object("a", "2")]).unwrap();
    let documents = layout(&[(&one).into(), (&two).into(), (&one).into()]).unwrap();
    assert_eq!(documents, layout(&[(&two).into(), (&one).into()]).unwrap());
    let index = oci::Index::parse(&documents.index).unwrap();
    let names: Vec<_> = index
        .manifests
        .iter()
        .map(|entry| {
            (
                entry.descriptor.annotations["org.opencontainers.image.ref.name"].clone(),
                entry.descriptor.digest,
            )
        })
        .collect();
    let expected =
        [&two, &one].map(|packed| (format!("{}:{}", packed.name, packed.version), packed.manifest_digest));
    assert_eq!(names, expected);
    assert_eq!(documents.files()[0], ("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#.as_slice()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn order_makes_no_difference_and_what_is_packed_reads_back(
        objects in prop::collection::btree_map("[a-z][a-z0-9-]{0,20}[a-z0-9]", "[ -~]{0,60}", 1..12),
        turn in any::<prop::sample::Index>(),
    ) {
        let mut files: Vec<_> = objects.iter().map(|(name, value)| object(name, value)).collect();
        let packed = pack(&spec("a/b"), &files).unwrap();
        prop_assert_eq!(packed.object_count, files.len());
        prop_assert_eq!(accepts(&packed.manifest, &packed.layer), Ok(()));
        let turn = turn.index(files.len());
        files.rotate_left(turn);
        prop_assert_eq!(&packed, &pack(&spec("a/b"), &files).unwrap());
        files.sort();
        prop_assert_eq!(read(&packed.layer).unwrap(), files.clone());
        files[turn].1.push_str("x: 1\n");
        prop_assert_ne!(packed.version, pack(&spec("a/b"), &files).unwrap().version);
    }

    #[test]
    fn no_layer_makes_reading_panic(bytes in any::<Vec<u8>>()) {
        let _ = read(&bytes);
        let _ = read(&archive::gzip(&bytes));
        let _ = accepts(&bytes, &bytes);
    }
}
