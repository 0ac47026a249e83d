//! Stock cosign, built from its module as its authors do: its command line verifies what we push to a registry, and we
//! verify what it pushes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test, in functions of its own too")]
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

mod published;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use attest::{
    Artifact, Bom, Component, ComponentKind, Label, Material, Predicate, Provenance, SigningKey, Statement,
    Subject, VerifyingKey,
};
use end_to_end::{Registry, skip};
use hashing::Digest;
use oci::{Descriptor, Manifest, media_type};
use registry::Network;
use registry::distribution::{Remote, RemoteOptions};
use serde_json::{Value, json};
use tempfile::TempDir;

const MODULE: &str = "github.com/sigstore/cosign/v3";
const VERSION: &str = "v3.1.3";
const PASSWORD: &str = "correct horse";
/// What every command needs that must not leave this machine.
const ALONE: [&str; 2] = ["--allow-http-registry", "--insecure-ignore-tlog=true"];

#[test]
fn both_layouts_of_a_signature_are_verified() {
    let Some(stage) = Stage::new("both_layouts_of_a_signature_are_verified") else { return };
    for (name, tag, referrer) in [("tag", true, false), ("referrer", false, true), ("both", true, true)] {
        let image = stage.push_image(name, name);
        let refused = stage.verify(&image, "ours.pub").unwrap_err();
        assert!(refused.contains("no signatures found"), "{name}: {refused}");
        let signatures = attest::sign_both(&stage.key, &image).unwrap();
        if tag {
            stage.push(name, &image, &signatures.tag);
        }
        if referrer {
            stage.push(name, &image, &signatures.referrer);
        }
        let said = stage.verify(&image, "ours.pub").unwrap_or_else(|refused| panic!("{name}: {refused}"));
        let digest = said[0]["critical"]["image"]["docker-manifest-digest"].as_str();
        assert_eq!(digest, Some(image.digest.to_string().as_str()), "{name}: {said}");
        let refused = stage.verify(&image, "other.pub").unwrap_err();
        assert!(refused.contains("signature"), "{name}: {refused}");
    }
}

#[test]
fn changed_signatures_are_refused() {
    let Some(stage) = Stage::new("changed_signatures_are_refused") else { return };
    let image = stage.push_image("payload", "content");
    let signatures = attest::sign_both(&stage.key, &image).unwrap();
    // In the payload, for which the manifest has the right digest.
    let changed = altered(&signatures.tag, 0, 40);
    stage.push("payload", &image, &changed);
    let refused = stage.verify(&image, "ours.pub").unwrap_err();
    assert!(refused.contains("invalid signature"), "{refused}");
    // In the signature.
    let image = stage.push_image("signature", "content");
    let mut manifest = Manifest::parse(&signatures.tag.manifest).unwrap();
    let signature = manifest.layers[0].annotations.get_mut(attest::SIGNATURE_ANNOTATION).unwrap();
    let last = if signature.ends_with("A=") { "B=" } else { "A=" };
    signature.replace_range(signature.len() - 2.., last);
    let changed = Artifact { manifest: manifest.to_bytes().unwrap(), ..signatures.tag.clone() };
    stage.push("signature", &image, &changed);
    let refused = stage.verify(&image, "ours.pub").unwrap_err();
    assert!(refused.contains("signature"), "{refused}");
    // In the manifest of the image: its signatures are those of another one.
    let image = stage.push_image("manifest", "other content");
    let tag = Some(attest::signature_tag(&image.digest));
    stage.push("manifest", &image, &Artifact { tag, ..signatures.tag.clone() });
    let refused = stage.verify(&image, "ours.pub").unwrap_err();
    assert!(refused.contains("digest"), "{refused}");
    // In the envelope of a bundle.
    let image = stage.push_image("bundle", "content");
    let text = String::from_utf8(signatures.referrer.blobs[0].1.clone()).unwrap();
    let position = text.find("\"payload\":\"").unwrap() + 30;
    stage.push("bundle", &image, &altered(&signatures.referrer, 0, position));
    let refused = stage.verify(&image, "ours.pub").unwrap_err();
    assert!(refused.contains("signature"), "{refused}");
}

#[test]
fn both_layouts_of_attestations_are_verified() {
    let Some(stage) = Stage::new("both_layouts_of_attestations_are_verified") else { return };
    let predicates = [provenance(), bom()];
    for (name, tag) in [("tag", true), ("referrers", false)] {
        let image = stage.push_image(name, name);
        let attestations = attest::attest(&stage.key, &image, &predicates).unwrap();
        match tag {
            true => stage.push(name, &image, &attestations.tag),
            false => attestations.referrers.iter().for_each(|referrer| stage.push(name, &image, referrer)),
        }
        for (kind, predicate) in ["slsaprovenance1", "cyclonedx"].into_iter().zip(&predicates) {
            let said = stage.verify_attestation(&image, kind, "ours.pub");
            let said = said.unwrap_or_else(|refused| panic!("{name}: {kind}: {refused}"));
            assert_eq!(said["predicateType"], predicate.kind, "{name}");
            assert_eq!(said["predicate"], Value::Object(predicate.body.clone()), "{name}");
            assert_eq!(said["subject"][0]["digest"]["sha256"], image.digest.hex());
            stage.verify_attestation(&image, kind, "other.pub").unwrap_err();
        }
        let refused = stage.verify_attestation(&image, "spdx", "ours.pub").unwrap_err();
        assert!(refused.contains("none of the attestations matched"), "{name}: {refused}");
    }
}

#[test]
fn what_cosign_signs_is_verified() {
    let Some(stage) = Stage::new("what_cosign_signs_is_verified") else { return };
    let keys = stage.cosign(&["generate-key-pair", "--output-key-prefix", "theirs"]);
    keys.unwrap_or_else(|refused| panic!("{refused}"));
    let theirs = VerifyingKey::from_pem(&stage.read("theirs.pub")).unwrap();
    let opened = SigningKey::from_pem(&stage.read("theirs.key"), Some(PASSWORD.as_bytes())).unwrap();
    assert_eq!(opened.verifying_key(), theirs);
    SigningKey::from_pem(&stage.read("theirs.key"), Some(b"wrong")).unwrap_err();
    stage.write("predicate.json", &Value::Object(provenance().body).to_string());
    // With their key, and with ours sealed as they do.
    for (key, public) in [("theirs", theirs), ("ours", stage.key.verifying_key())] {
        for bundle in [false, true] {
            let name = format!("{key}-{bundle}");
            let image = stage.push_image(&name, "content");
            let reference = reference(&image);
            let format = format!("--new-bundle-format={bundle}");
            let key = format!("{key}.key");
            let alone =
                ["--allow-http-registry", "--tlog-upload=false", "--use-signing-config=false", "--yes"];
            let signed =
                ["sign", "--key", &key, &format].into_iter().chain(alone).chain([reference.as_str()]);
            stage.cosign(&signed.collect::<Vec<_>>()).unwrap_or_else(|refused| panic!("{name}: {refused}"));
            let predicate = ["--predicate", "predicate.json", "--type", "slsaprovenance1", &reference];
            let said = ["attest", "--key", &key, &format].into_iter().chain(alone).chain(predicate);
            stage.cosign(&said.collect::<Vec<_>>()).unwrap_or_else(|refused| panic!("{name}: {refused}"));
            let read = match bundle {
                true => stage.bundles(&name, &image, &public),
                false => stage.tagged(&name, &image, &public),
            };
            let said = read.iter().find(|said| said.predicate_type == attest::PROVENANCE_PREDICATE);
            let said = said.unwrap_or_else(|| panic!("{name}: {read:?}"));
            assert_eq!(said.predicate["buildDefinition"]["buildType"], "https://example.org/build/v1");
        }
    }
}

#[test]
fn cosign_opens_our_keys() {
    let Some(stage) = Stage::new("cosign_opens_our_keys") else { return };
    for (label, salt) in [(Label::Sigstore, 3), (Label::Cosign, 5)] {
        let sealed = stage.key.to_sealed_pem(label, PASSWORD.as_bytes(), &[salt; 32], &[salt; 24]).unwrap();
        stage.write("sealed.key", &sealed);
        let public = stage.cosign(&["public-key", "--key", "sealed.key"]).unwrap();
        assert_eq!(public, stage.key.verifying_key().to_pem());
    }
    let sealed = stage.key.to_sealed_pem(Label::Sigstore, b"another", &[7; 32], &[7; 24]).unwrap();
    stage.write("sealed.key", &sealed);
    let refused = stage.cosign(&["public-key", "--key", "sealed.key"]).unwrap_err();
    assert!(refused.contains("decrypt"), "{refused}");
}

/// Cosign, a registry, and a directory with keys.
struct Stage {
    program: &'static Path,
    registry: Registry,
    directory: TempDir,
    key: SigningKey,
}

impl Stage {
    fn new(test: &str) -> Option<Self> {
        let program = cosign(test)?;
        let registry = Registry::start()?;
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let key = SigningKey::generate(&[1; 32]).unwrap();
        let stage = Self { program, registry, directory, key };
        let sealed =
            stage.key.to_sealed_pem(Label::default(), PASSWORD.as_bytes(), &[1; 32], &[1; 24]).unwrap();
        stage.write("ours.key", &sealed);
        stage.write("ours.pub", &stage.key.verifying_key().to_pem());
        stage.write("other.pub", &SigningKey::generate(&[2; 32]).unwrap().verifying_key().to_pem());
        Some(stage)
    }

    fn remote(&self) -> Remote {
        Remote::new(&self.registry.place("lab"), RemoteOptions::new(Network::Allowed)).unwrap()
    }

    /// Pushes an image of one layer, which is what the others speak of.
    fn push_image(&self, name: &str, content: &str) -> Subject {
        let (layer, config) = (content.as_bytes().to_vec(), b"{}".to_vec());
        let layers = vec![Descriptor::of(media_type::LAYER_TAR_GZIP, &layer)];
        let manifest = Manifest::new(Descriptor::of(media_type::FLUX_CONFIG, &config), layers);
        let manifest = manifest.to_bytes().unwrap();
        let blobs = [layer, config].map(|blob| (Digest::of(&blob), blob)).to_vec();
        let subject = Subject {
            repository: format!("{}/{name}", self.remote().base()),
            digest: Digest::of(&manifest),
            size: manifest.len() as u64,
            media_type: media_type::MANIFEST.to_owned(),
        };
        self.push(name, &subject, &Artifact { tag: Some("1.0.0".to_owned()), blobs, manifest });
        subject
    }

    fn push(&self, name: &str, subject: &Subject, artifact: &Artifact) {
        let remote = self.remote();
        for (digest, blob) in &artifact.blobs {
            remote.push_blob(name, digest, blob, None).unwrap();
        }
        match &artifact.tag {
            Some(tag) => remote.put_manifest(name, tag, media_type::MANIFEST, &artifact.manifest).unwrap(),
            None => remote.attach(name, &subject.digest, &artifact.manifest).unwrap(),
        };
    }

    /// What `cosign verify` prints, or why it refuses.
    fn verify(&self, image: &Subject, key: &str) -> Result<Value, String> {
        let arguments = ["verify", "--key", key, "--output", "json"].into_iter().chain(ALONE);
        let reference = reference(image);
        let printed = self.cosign(&arguments.chain([reference.as_str()]).collect::<Vec<_>>())?;
        Ok(serde_json::from_str(&printed).unwrap())
    }

    /// The statement that `cosign verify-attestation` prints, or why it refuses.
    fn verify_attestation(&self, image: &Subject, kind: &str, key: &str) -> Result<Value, String> {
        let arguments = ["verify-attestation", "--key", key, "--type", kind].into_iter().chain(ALONE);
        let reference = reference(image);
        let printed = self.cosign(&arguments.chain([reference.as_str()]).collect::<Vec<_>>())?;
        let envelope: Value = serde_json::from_str(printed.lines().next().unwrap()).unwrap();
        let payload = decoded(envelope["payload"].as_str().unwrap());
        Ok(serde_json::from_slice(&payload).unwrap())
    }

    /// What is said in the tag layout, once its signature is accepted.
    fn tagged(&self, name: &str, image: &Subject, key: &VerifyingKey) -> Vec<Statement> {
        let (remote, other) = (self.remote(), self.other());
        let signature = remote.manifest(name, &attest::signature_tag(&image.digest)).unwrap().unwrap();
        let layer = &Manifest::parse(&signature.bytes).unwrap().layers[0];
        let payload = remote.blob(name, &layer.digest).unwrap();
        attest::verify(key, &image.digest, &signature.bytes, &payload).unwrap();
        attest::verify(&other, &image.digest, &signature.bytes, &payload).unwrap_err();
        let attestation = remote.manifest(name, &attest::attestation_tag(&image.digest)).unwrap().unwrap();
        let layers = Manifest::parse(&attestation.bytes).unwrap().layers;
        let said = layers.iter().map(|layer| {
            let envelope = remote.blob(name, &layer.digest).unwrap();
            let verify = |key| attest::verify_attestation(key, &image.digest, &attestation.bytes, &envelope);
            verify(&other).unwrap_err();
            verify(key).unwrap()
        });
        said.collect()
    }

    /// What is said in bundles, of which one is a plain signature.
    fn bundles(&self, name: &str, image: &Subject, key: &VerifyingKey) -> Vec<Statement> {
        let (remote, other) = (self.remote(), self.other());
        let referrers = remote.referrers(name, &image.digest, Some(attest::BUNDLE_TYPE)).unwrap();
        let said = referrers.iter().map(|referrer| {
            let manifest = remote.manifest(name, &referrer.digest.to_string()).unwrap().unwrap();
            let layer = &Manifest::parse(&manifest.bytes).unwrap().layers[0];
            let bundle = remote.blob(name, &layer.digest).unwrap();
            let verify = |key| attest::verify_bundle(key, &image.digest, &manifest.bytes, &bundle);
            verify(&other).unwrap_err();
            verify(key).unwrap()
        });
        let said: Vec<_> = said.collect();
        let signatures = said.iter().filter(|said| said.predicate_type == attest::SIGNATURE_PREDICATE);
        assert_eq!(signatures.count(), 1, "{said:?}");
        said
    }

    fn other(&self) -> VerifyingKey {
        VerifyingKey::from_pem(&self.read("other.pub")).unwrap()
    }

    /// Runs cosign where it finds neither settings nor the network but for the loopback interface.
    fn cosign(&self, arguments: &[&str]) -> Result<String, String> {
        let home = self.directory.path();
        let mut command = Command::new(self.program);
        command.env_clear().env("HOME", home).env("TMPDIR", home).current_dir(home).stdin(Stdio::null());
        // A proxy that nobody listens at; Go does not ask one for loopback addresses.
        command.env("HTTPS_PROXY", "http://127.0.0.1:9").env("HTTP_PROXY", "http://127.0.0.1:9");
        let output = command.env("COSIGN_PASSWORD", PASSWORD).args(arguments).output().unwrap();
        match output.status.success() {
            true => Ok(String::from_utf8(output.stdout).unwrap()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.directory.path().join(name)).unwrap()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.directory.path().join(name), text).unwrap();
    }
}

/// The program; `None` when it cannot be built here.
fn cosign(test: &str) -> Option<&'static Path> {
    static PROGRAM: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = PROGRAM.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stock-cosign");
        // Built inside of its module, so that every dependency is the one that its authors released it with.
        let module = end_to_end::go::module(MODULE, VERSION)?;
        end_to_end::go::build(&module.join("cmd/cosign"), &target)?;
        Ok(target)
    });
    built.as_deref().map_err(|reason| skip(test, reason)).ok()
}

/// An artifact with one bit changed in a blob, of which its manifest has the right digest.
fn altered(artifact: &Artifact, blob: usize, position: usize) -> Artifact {
    let mut altered = artifact.clone();
    let (digest, bytes) = &mut altered.blobs[blob];
    bytes[position] ^= 1;
    let mut manifest = Manifest::parse(&artifact.manifest).unwrap();
    let layer = manifest.layers.iter_mut().find(|layer| layer.digest == *digest).unwrap();
    *digest = Digest::of(bytes);
    layer.digest = *digest;
    altered.manifest = manifest.to_bytes().unwrap();
    altered
}

fn provenance() -> Predicate {
    let built = Provenance {
        build_type: "https://example.org/build/v1".to_owned(),
        external_parameters: json!({"cluster": "lab"}).as_object().unwrap().clone(),
        dependencies: vec![Material::file("chart app 1.0.0", &Digest::of(b"chart"))],
        builder: "https://example.org/builder".to_owned(),
        ..Provenance::default()
    };
    attest::provenance(&built).unwrap()
}

fn bom() -> Predicate {
    let image = Component {
        kind: ComponentKind::Image,
        name: "quay.io/team/app".to_owned(),
        version: "v1".to_owned(),
        digest: Some(Digest::of(b"image")),
        source: None,
        properties: Vec::new(),
    };
    attest::bom(&Bom { name: "lab".to_owned(), version: "1".to_owned(), components: vec![image] })
}

fn reference(image: &Subject) -> String {
    format!("{}@{}", image.repository, image.digest)
}

fn decoded(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}
