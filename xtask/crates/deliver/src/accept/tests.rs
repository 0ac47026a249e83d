use oci::{Descriptor, Index, IndexEntry, Manifest, media_type};

use super::{accepts, accepts_at};
use crate::{BundleSpec, Engine, pack};

const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: x\n";

/// A tar entry by type flag, name and content, with nothing checked.
fn entry(flag: u8, name: &str, content: &[u8]) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..107].copy_from_slice(b"0000644");
    header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    header[156] = flag;
    if flag == b'1' || flag == b'2' {
        header[157..163].copy_from_slice(b"a.yaml");
    }
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    header.extend_from_slice(content);
    header.resize(header.len().next_multiple_of(512), 0);
    header
}

fn tar(entries: &[(u8, &str, &str)]) -> Vec<u8> {
    let mut tar: Vec<u8> =
        entries.iter().flat_map(|(flag, name, content)| entry(*flag, name, content.as_bytes())).collect();
    tar.resize(tar.len() + 1024, 0);
    tar
}

fn manifest(media_type: &str, layer: &[u8]) -> Manifest {
    Manifest::new(Descriptor::of(media_type::FLUX_CONFIG, b"{}"), vec![Descriptor::of(media_type, layer)])
}

/// What each engine says about a layer of these entries.
fn verdict(entries: &[(u8, &str, &str)]) -> (String, String) {
    let layer = archive::gzip(&tar(entries));
    verdict_of(&manifest(media_type::LAYER_TAR_GZIP, &layer).to_bytes().unwrap(), &layer)
}

fn verdict_of(manifest: &[u8], layer: &[u8]) -> (String, String) {
    let say = |engine| {
        let reasons = accepts_at(engine, ".", manifest, layer).into_iter().map(|refusal| refusal.reason);
        reasons.collect::<Vec<_>>().join("; ")
    };
    (say(Engine::Flux), say(Engine::ArgoCd))
}

#[test]
fn what_we_pack_is_accepted() {
    let spec = BundleSpec { name: "a".to_owned(), version_base: "1".to_owned(), description: String::new() };
    let packed = pack(&spec, &[("a.yaml".to_owned(), OBJECT.to_owned())]).unwrap();
    assert_eq!(accepts(&packed.manifest, &packed.layer), Ok(()));
    assert_eq!(verdict(&[(b'0', "a.yaml", OBJECT)]), (String::new(), String::new()));
    assert_eq!(verdict(&[(b'5', "./", ""), (0, "./a.yaml", OBJECT)]), (String::new(), String::new()));
}

#[test]
fn layers_that_an_engine_would_not_apply_as_they_are() {
    let other = OBJECT.replace("name: a", "name: b");
    let hook = format!("{OBJECT}  annotations:\n    helm.sh/hook: pre-install\n");
    let skip = format!("# +argocd:skip-file-rendering\n{OBJECT}");
    let good = (b'0', "a.yaml", OBJECT);
    // entry beside a good one, start of Flux's reason, start of Argo CD's
    let cases: [((u8, &str, &str), &str, &str); 21] = [
        ((b'2', "b.yaml", ""), "skips the symbolic link `b.yaml`", "refuses the symbolic link `b.yaml`"),
        ((b'1', "b.yaml", ""), "unpacks the hard link `b.yaml` as an empty file", "ignores `b.yaml`"),
        ((b'3', "null", ""), "tar file entry `null` contained unsupported", "ignores `null`"),
        ((b'g', "pax_global_header", "22 comment=0123456789\n"), "unpacks the global header as a stray", ""),
        ((b'0', "sbom.json", "{}"), "ignores `sbom.json`", "reads `sbom.json` as a manifest"),
        ((b'0', "../b.yaml", &other), "tar contained invalid name", "illegal filepath in archive"),
        ((b'0', "/b.yaml", &other), "tar contained invalid name", "illegal filepath in archive"),
        ((b'0', "sub/b.yaml", &other), "", "does not read the sub-directory of `sub/b.yaml`"),
        ((b'0', "kustomization.yaml", &other), "builds the overlay", "renders the directory"),
        ((b'0', "Kustomization", ""), "builds the overlay", "renders the directory"),
        ((b'0', "Chart.yaml", "name: x\n"), "fails on or skips `Chart.yaml`", "renders the directory"),
        (
            (b'0', "values.yaml", "a: 1\n"),
            "fails on or skips `values.yaml`",
            "fails on or skips `values.yaml`",
        ),
        ((b'0', "empty.yaml", ""), "fails on or skips `empty.yaml`", "fails on or skips `empty.yaml`"),
        (
            (b'0', "b.yaml", OBJECT),
            "`b.yaml` and `a.yaml` hold the same",
            "`b.yaml` and `a.yaml` hold the same",
        ),
        ((b'0', "b.yaml", "a: [\n"), "`b.yaml` is no YAML", "`b.yaml` is no YAML"),
        (
            (b'0', ".sourceignore", "a.yaml"),
            "leaves out what `.sourceignore` names",
            "ignores `.sourceignore`",
        ),
        ((b'0', ".sops.yaml", &other), "ignores `.sops.yaml` by default", ""),
        ((b'0', "README.md", ""), "ignores `README.md`", "ignores `README.md`"),
        (
            (b'0', "c.yaml", &hook.replace("name: a", "name: c")),
            "`helm.sh/hook` in `c.yaml`",
            "`helm.sh/hook`",
        ),
        ((b'0', "b.yaml", &skip.replace("name: a", "name: b")), "", "leaves out `b.yaml`"),
        ((b'0', "b\\c.yaml", &other), "tar contained invalid name", ""),
    ];
    for (bad, flux, argocd) in cases {
        let (by_flux, by_argocd) = verdict(&[good, bad]);
        for (said, expected) in [(by_flux, flux), (by_argocd, argocd)] {
            let fits = if expected.is_empty() { said.is_empty() } else { said.starts_with(expected) };
            assert!(fits, "{}: expected `{expected}`, got `{said}`", bad.1);
        }
    }
}

#[test]
fn manifests_that_an_engine_refuses() {
    let plain = tar(&[(b'0', "a.yaml", OBJECT)]);
    let layer = archive::gzip(&plain);
    let good = manifest(media_type::LAYER_TAR_GZIP, &layer);
    let mut two = good.clone();
    two.layers.push(Descriptor::of(media_type::LAYER_TAR_GZIP, &layer));
    let mut none = good.clone();
    none.layers.clear();
    let mut subject = good.clone();
    subject.subject = Some(Descriptor::of(media_type::MANIFEST, b"x"));
    let mut helm = good.clone();
    helm.config.media_type = media_type::HELM_CONFIG.to_owned();
    let only = "expected only a single oci content layer";
    let cases: [(&str, Manifest, &[u8], &str, &str); 8] = [
        ("two layers", two, &layer, "reads the first of 2 layers", &format!("{only}, got 2")),
        ("no layer", none, &layer, "no layers found", &format!("{only}, got 0")),
        ("subject", subject, &layer, "", "copies the subject"),
        ("helm config", helm, &layer, "", "takes the artifact for a Helm chart"),
        ("plain tar", manifest(media_type::LAYER_TAR, &plain), &plain, "requires gzip-compressed body", ""),
        (
            "Flux's layer type",
            manifest(media_type::FLUX_CONTENT, &layer),
            &layer,
            "",
            "`application/vnd.cncf.flux.content.v1.tar+gzip` is not in the list",
        ),
        ("another blob", good.clone(), &archive::gzip(b""), "the blob is sha256:", "the blob is sha256:"),
        (
            "half a tar",
            manifest(media_type::LAYER_TAR_GZIP, &archive::gzip(&plain[..600])),
            &archive::gzip(&plain[..600]),
            "the archive ends inside an entry",
            "the archive ends inside an entry",
        ),
    ];
    for (case, manifest, layer, flux, argocd) in cases {
        let (by_flux, by_argocd) = verdict_of(&manifest.to_bytes().unwrap(), layer);
        for (said, expected) in [(by_flux, flux), (by_argocd, argocd)] {
            let fits = if expected.is_empty() { said.is_empty() } else { said.starts_with(expected) };
            assert!(fits, "{case}: expected `{expected}`, got `{said}`");
        }
    }
    let index = Index::new(vec![IndexEntry::of(Descriptor::of(media_type::MANIFEST, b"x"))]);
    let (flux, argocd) = verdict_of(&index.to_bytes().unwrap(), &layer);
    assert_eq!(argocd, format!("{only}, got 0"));
    assert!(flux.starts_with("follows the index"), "{flux}");
}

#[test]
fn a_path_narrows_what_is_read() {
    let nested = OBJECT.replace("name: a", "name: b");
    let layer = archive::gzip(&tar(&[(b'0', "argocd/a.yaml", OBJECT), (b'0', "flux/b.yaml", &nested)]));
    let manifest = manifest(media_type::LAYER_TAR_GZIP, &layer).to_bytes().unwrap();
    for (engine, path) in [(Engine::ArgoCd, "argocd"), (Engine::Flux, "./flux"), (Engine::Flux, "flux/")] {
        assert_eq!(accepts_at(engine, path, &manifest, &layer), []);
    }
    assert_eq!(accepts_at(Engine::ArgoCd, ".", &manifest, &layer).len(), 2);
}

#[test]
fn more_yaml_than_argo_cd_reads() {
    let big = format!("{OBJECT}data:\n  a: {}\n", "x".repeat(10_000_000));
    let (flux, argocd) = verdict(&[(b'0', "a.yaml", &big)]);
    assert_eq!(flux, "");
    assert!(argocd.contains("exceed its limit of 10000000"), "{argocd}");
}
