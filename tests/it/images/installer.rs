//! Installers are read by `skopeo`, which knows nothing of us: as an archive of OCI and as one of Docker.

use std::fs;
use std::process::Command;

use end_to_end::image_stage::ImageStage;
use end_to_end::skip;
use hashing::Digest;
use serde_json::Value;

use crate::trees::installed;

const IMAGE: &str = "kind: machine
description: An image with an installer
base:
  talos: v1.11.3
extensions: [siderolabs/first]
outputs: [uki, installer]
";

/// What `skopeo` prints.
fn skopeo(words: &[&str]) -> String {
    let output = Command::new("skopeo").args(["--insecure-policy"]).args(words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn skopeo_copies_installers() {
    const TEST: &str = "skopeo_copies_installers";
    if !installed("skopeo") {
        return skip(TEST, "there is no `skopeo`");
    }
    let stage = ImageStage::new();
    stage.describe("image", IMAGE);
    let report = stage.program().run(&["build", "images/image", "--format", "json"]).json();
    let outputs = report[0]["outputs"].as_array().unwrap();
    let path = |name: &str| {
        let output = outputs.iter().find(|output| output["name"] == name).unwrap();
        output["path"].as_str().unwrap().to_owned()
    };
    let archive = path("installer.tar");
    let unified = fs::read(path("uki.efi")).unwrap();
    let mut configs = Vec::new();
    for (number, from) in [format!("oci-archive:{archive}:v1.11.3"), format!("docker-archive:{archive}")]
        .into_iter()
        .enumerate()
    {
        let told: Value = serde_json::from_str(&skopeo(&["inspect", &from])).unwrap();
        assert_eq!(told["Architecture"], "amd64", "{from}");
        assert_eq!(told["Os"], "linux", "{from}");
        // The layer of the base, and ours.
        assert_eq!(told["Layers"].as_array().unwrap().len(), 2, "{from}");
        let config: Value = serde_json::from_str(&skopeo(&["inspect", "--config", &from])).unwrap();
        assert_eq!(config["config"]["Entrypoint"][0], "/bin/installer", "{from}");
        configs.push(config);
        // It checks every digest on the way.
        let place = stage.path(&format!("copy-{number}"));
        skopeo(&["copy", "--quiet", &from, &format!("oci:{}:copied", place.display())]);
        let index: Value =
            serde_json::from_str(&fs::read_to_string(place.join("index.json")).unwrap()).unwrap();
        let blob = |digest: &Value| {
            let hex = digest.as_str().unwrap().strip_prefix("sha256:").unwrap();
            fs::read(place.join("blobs/sha256").join(hex)).unwrap()
        };
        let manifest: Value = serde_json::from_slice(&blob(&index["manifests"][0]["digest"])).unwrap();
        let layer = blob(&manifest["layers"][1]["digest"]);
        let layer =
            if layer.starts_with(&[0x1f, 0x8b]) { archive::gunzip(&layer, 1 << 30).unwrap() } else { layer };
        let mut tar = tar::Archive::new(layer.as_slice());
        let mut found = None;
        for entry in tar.entries().unwrap() {
            let mut entry = entry.unwrap();
            if entry.path().unwrap().ends_with("usr/install/amd64/vmlinuz.efi") {
                let mut content = Vec::new();
                std::io::Read::read_to_end(&mut entry, &mut content).unwrap();
                found = Some(content);
            }
        }
        // The unified kernel image of an installer has another entry in its menu, and the same system.
        let (ours, theirs) = (uki::sections(&unified).unwrap(), found.unwrap());
        let theirs = uki::sections(&theirs).unwrap();
        for name in [".linux", ".initrd"] {
            let content = |sections: &[uki::Found]| {
                Digest::of(sections.iter().find(|section| section.name == name).unwrap().content)
            };
            assert_eq!(content(&ours), content(&theirs), "{name} of {from}");
        }
    }
    assert_eq!(configs[0], configs[1]);
}
