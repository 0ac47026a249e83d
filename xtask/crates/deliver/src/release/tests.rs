use hashing::Digest;
use proptest::prelude::*;

use super::{
    Follow, HealthCheck, Place, ReleaseBundle, ReleaseDocument, ReleaseSpec, object_name, release,
    root_objects,
};
use crate::{Engine, accepts_at, objects_of, read};

fn bundle(name: &str, wave: i32, depends_on: &[&str]) -> ReleaseBundle {
    ReleaseBundle {
        name: name.to_owned(),
        version: "1.0.0-x0123456789ab".to_owned(),
        digest: Digest::of(name.as_bytes()),
        namespace: "demo".to_owned(),
        depends_on: depends_on.iter().map(|name| (*name).to_owned()).collect(),
        wave,
        crds: name.ends_with("/crds"),
        installs: None,
        health: vec![],
        objects: vec![],
    }
}

fn spec(bundles: Vec<ReleaseBundle>) -> ReleaseSpec {
    ReleaseSpec {
        cluster: "lab".to_owned(),
        registry: "oci://registry.lab.internal:5000/lab".to_owned(),
        insecure: false,
        pull_secret: None,
        application_set: false,
        engines: vec![Engine::Flux, Engine::ArgoCd],
        bundles,
        inputs: Digest::of(b"inputs"),
    }
}

fn files(spec: &ReleaseSpec) -> Vec<(String, String)> {
    read(&release(spec).unwrap().layer).unwrap()
}

fn file(spec: &ReleaseSpec, path: &str) -> String {
    files(spec).into_iter().find(|(name, _)| name == path).unwrap().1
}

#[test]
fn flux_gets_a_source_and_a_kustomization() {
    let spec = spec(vec![bundle("a/m/crds", 0, &[]), bundle("a/m", 1, &["a/m/crds", "a/m/crds"])]);
    let digest = Digest::of(b"a/m");
    assert_eq!(
        file(&spec, "flux/a-m.ocirepository.yaml"),
        format!(
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata:\n  name: a-m\n  \
             namespace: flux-system\nspec:\n  interval: 1h\n  ref:\n    digest: {digest}\n  \
             url: oci://registry.lab.internal:5000/lab/a/m\n"
        )
    );
    let text = file(&spec, "flux/a-m.kustomization.yaml");
    let (head, tail) = text.split_once("  interval").unwrap();
    assert_eq!(
        head.split_once("    readyExpr: ").unwrap().0,
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: a-m\n  \
         namespace: flux-system\nspec:\n  dependsOn:\n  - name: a-m-crds\n"
    );
    assert_eq!(head.matches("- name").count(), 1, "{head}");
    assert!(head.contains(&format!("endsWith('{}')", Digest::of(b"a/m/crds"))), "{head}");
    assert_eq!(
        tail,
        ": 1h\n  path: ./\n  prune: true\n  retryInterval: 5s\n  sourceRef:\n    kind: OCIRepository\n    \
         name: a-m\n  timeout: 10m\n  wait: true\n"
    );
    assert!(file(&spec, "flux/a-m-crds.kustomization.yaml").contains("  prune: false\n"));
}

#[test]
fn argo_cd_gets_a_project_and_applications() {
    let spec = spec(vec![bundle("a/m/crds", 0, &[]), bundle("a/m", 1, &["a/m/crds"])]);
    let digest = Digest::of(b"a/m");
    assert_eq!(
        file(&spec, "argocd/a-m.application.yaml"),
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  annotations:\n    \
             argocd.argoproj.io/sync-wave: \"1\"\n  finalizers:\n  - resources-finalizer.argocd.argoproj.io\n  \
             name: a-m\n  namespace: argocd\nspec:\n  destination:\n    namespace: demo\n    \
             server: https://kubernetes.default.svc\n  project: lab\n  source:\n    path: \".\"\n    \
             repoURL: oci://registry.lab.internal:5000/lab/a/m\n    targetRevision: {digest}\n  \
             syncPolicy:\n    automated:\n      prune: true\n      selfHeal: true\n    retry:\n      \
             backoff:\n        duration: 5s\n        factor: 2\n        maxDuration: 1m\n      limit: 10\n    \
             syncOptions:\n    - ServerSideApply=true\n"
        )
    );
    let crds = file(&spec, "argocd/a-m-crds.application.yaml");
    assert!(crds.contains("prune: false\n      selfHeal: true") && !crds.contains("finalizers"), "{crds}");
    assert_eq!(
        file(&spec, "argocd/lab.appproject.yaml"),
        "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata:\n  annotations:\n    \
         argocd.argoproj.io/sync-wave: \"-1000\"\n  name: lab\n  namespace: argocd\nspec:\n  \
         clusterResourceWhitelist:\n  - group: \"*\"\n    kind: \"*\"\n  description: bundles of cluster lab\n  \
         destinations:\n  - namespace: \"*\"\n    server: https://kubernetes.default.svc\n  sourceRepos:\n  - \
         oci://registry.lab.internal:5000/lab/**\n"
    );
}

#[test]
fn an_engine_neither_prunes_nor_heals_itself() {
    let mut argocd = bundle("platform/gitops/argocd", 0, &[]);
    argocd.installs = Some(Engine::ArgoCd);
    let mut flux = bundle("platform/gitops/flux", 0, &[]);
    flux.installs = Some(Engine::Flux);
    let mut spec = spec(vec![argocd, flux]);
    spec.insecure = true;
    let by_argocd = |name: &str| file(&spec, &format!("argocd/platform-gitops-{name}.application.yaml"));
    assert!(by_argocd("argocd").contains("prune: false\n      selfHeal: false"));
    assert!(by_argocd("flux").contains("prune: false\n      selfHeal: true"));
    assert!(file(&spec, "flux/platform-gitops-argocd.kustomization.yaml").contains("prune: false"));
    assert!(file(&spec, "flux/platform-gitops-argocd.ocirepository.yaml").contains("insecure: true"));
}

#[test]
fn further_health_checks_come_with_those_of_the_bundle() {
    let check = |kind: &str, name: &str| HealthCheck {
        api_version: "apps/v1".to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        namespace: Some("demo".to_owned()),
    };
    let own = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: operator\n  namespace: demo\n";
    let mut operator = bundle("a", 0, &[]);
    operator.objects = objects_of(&[("a.yaml".to_owned(), own.to_owned())]).unwrap();
    assert_eq!(operator.objects, [check("Deployment", "operator")]);
    operator.health = vec![check("StatefulSet", "made-by-it"), check("Deployment", "operator")];
    let text = file(&spec(vec![operator]), "flux/a.kustomization.yaml");
    let expected = "  healthChecks:\n  - apiVersion: apps/v1\n    kind: Deployment\n    name: operator\n    \
                    namespace: demo\n  - apiVersion: apps/v1\n    kind: StatefulSet\n    name: made-by-it\n    \
                    namespace: demo\n";
    assert!(text.contains(expected) && text.contains("wait: false"), "{text}");
}

#[test]
fn custom_resources_are_ready_when_they_say_so() {
    let own = "apiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata: {name: a}\n---\n\
               apiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata: {name: b}\n---\n\
               apiVersion: cert-manager.io/v1\nkind: Challenge\nmetadata: {name: c}\n";
    let mut issuers = bundle("a", 0, &[]);
    issuers.objects = objects_of(&[("a.yaml".to_owned(), own.to_owned())]).unwrap();
    let text = file(&spec(vec![issuers.clone()]), "flux/a.kustomization.yaml");
    let expected = "  healthCheckExprs:\n  - apiVersion: cert-manager.io/v1\n    current: ";
    assert!(text.contains(expected) && text.contains("    kind: Issuer\n"), "{text}");
    assert_eq!(text.matches("current:").count(), 1);
    issuers.crds = true;
    assert!(!file(&spec(vec![issuers]), "flux/a.kustomization.yaml").contains("healthCheckExprs"));
}

#[test]
fn the_config_is_the_list_of_pins() {
    let spec = spec(vec![bundle("b", 1, &["a"]), bundle("a", 0, &[])]);
    let packed = release(&spec).unwrap();
    assert_eq!(packed.name, "releases/lab");
    assert_eq!(packed.version, format!("0.0.0-x{}", packed.config_digest.short()));
    let document = ReleaseDocument::parse(&packed.config).unwrap();
    assert_eq!(document.to_bytes().unwrap(), packed.config);
    assert_eq!(document.rootfs.diff_ids, [packed.diff_id]);
    assert_eq!(document.engines, [Engine::ArgoCd, Engine::Flux]);
    let pins: Vec<_> = document.bundles.iter().map(|pin| (pin.name.as_str(), pin.digest)).collect();
    assert_eq!(pins, [("a", Digest::of(b"a")), ("b", Digest::of(b"b"))]);
    let mut other = spec.clone();
    other.inputs = Digest::of(b"other inputs");
    let other = release(&other).unwrap();
    assert_eq!(other.diff_id, packed.diff_id);
    assert_ne!(other.version, packed.version, "a tag must not name two digests");
}

#[test]
fn roots_point_at_the_directory_of_their_engine() {
    let spec = spec(vec![bundle("a", 3, &[])]);
    let digest = release(&spec).unwrap().manifest_digest;
    let place = Place::of(&spec);
    let flux = root_objects(&place, &Follow::Digest(digest), Engine::Flux);
    assert!(
        flux[0]
            .1
            .contains(&format!("digest: {digest}\n  url: oci://registry.lab.internal:5000/lab/releases/lab"))
    );
    assert!(flux[1].1.contains("path: ./flux\n"), "{}", flux[1].1);
    let argocd = root_objects(&place, &Follow::Digest(digest), Engine::ArgoCd);
    assert!(argocd[1].1.contains("path: argocd\n"), "{}", argocd[1].1);
    assert_eq!(argocd[0].1, file(&spec, "argocd/lab.appproject.yaml"));

    let channel = Follow::Channel("staging".to_owned());
    let flux = root_objects(&place, &channel, Engine::Flux);
    assert!(flux[0].1.contains("interval: 1m\n  ref:\n    tag: staging\n"), "{}", flux[0].1);
    let argocd = root_objects(&place, &channel, Engine::ArgoCd);
    assert!(argocd[1].1.contains("targetRevision: staging\n"), "{}", argocd[1].1);
}

#[test]
fn releases_that_cannot_work_are_refused() {
    let long = "x".repeat(64);
    let cases: [(&str, ReleaseSpec); 9] = [
        ("depends on `c`, which is not in the release of `lab`", spec(vec![bundle("a", 1, &["c"])])),
        (
            "circle: `a` -> `b` -> `a`",
            spec(vec![bundle("a", 0, &["b"]), bundle("b", 1, &["a"]), bundle("c", 2, &["a"])]),
        ),
        ("circle: `a` -> `a`", spec(vec![bundle("a", 0, &["a"])])),
        ("(wave 1) depends on `b` (wave 1)", spec(vec![bundle("a", 1, &["b"]), bundle("b", 1, &[])])),
        ("would both be delivered as `a-b-c`", spec(vec![bundle("a-b/c", 0, &[]), bundle("a/b-c", 0, &[])])),
        ("no bundles", spec(vec![])),
        ("no engine", ReleaseSpec { engines: vec![], ..spec(vec![bundle("a", 0, &[])]) }),
        ("no registry", ReleaseSpec { registry: "https://x".to_owned(), ..spec(vec![bundle("a", 0, &[])]) }),
        (
            "cannot name a bundle",
            ReleaseSpec { cluster: "A b".to_owned(), ..spec(vec![bundle(&long, 0, &[])]) },
        ),
    ];
    for (expected, spec) in cases {
        let message = release(&spec).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }
    let mut flux_only = spec(vec![bundle("a", 1, &["b"]), bundle("b", 1, &[])]);
    flux_only.engines = vec![Engine::Flux];
    assert!(release(&flux_only).is_ok(), "Flux has no waves");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_order_gives_the_same_release_and_each_engine_takes_its_directory(
        names in prop::collection::btree_set("[a-z]{1,9}(/[a-z]{1,9}){0,2}", 1..10),
        turn in any::<prop::sample::Index>(),
    ) {
        let names: Vec<_> = names.into_iter().collect();
        // Each bundle depends on all before it.
        let before = |at: usize| names[..at].iter().map(String::as_str).collect::<Vec<_>>();
        let waves = (0..).zip(0_i32..);
        let bundles: Vec<_> =
            names.iter().zip(waves).map(|(name, (at, wave))| bundle(name, wave, &before(at))).collect();
        let mut spec = spec(bundles);
        let packed = release(&spec).unwrap();
        let turn = turn.index(spec.bundles.len());
        spec.bundles.rotate_left(turn);
        spec.engines.reverse();
        prop_assert_eq!(&packed, &release(&spec).unwrap());
        prop_assert_eq!(packed.object_count, names.len() * 3 + 1);
        for (engine, path) in [(Engine::Flux, "./flux"), (Engine::ArgoCd, "argocd")] {
            prop_assert_eq!(accepts_at(engine, path, &packed.manifest, &packed.layer), []);
        }
    }

    #[test]
    fn names_of_objects_fit_labels(name in "[a-z0-9]([a-z0-9._/-]{0,200}[a-z0-9])?") {
        let object = object_name(&name);
        prop_assert!(!object.is_empty() && object.len() <= 63);
        prop_assert!(!object.starts_with('-') && !object.ends_with('-'));
        prop_assert!(object.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
    }
}

#[test]
fn a_secret_and_a_key_are_where_flux_looks_for_them() {
    let spec = ReleaseSpec { pull_secret: Some("login".to_owned()), ..spec(vec![bundle("a", 0, &[])]) };
    let source = file(&spec, "flux/a.ocirepository.yaml");
    assert!(source.contains("  secretRef:\n    name: login\n") && !source.contains("verify"), "{source}");
    let place = Place { public_key: Some("PEM".to_owned()), ..Place::of(&spec) };
    let root = root_objects(&place, &Follow::Channel("staging".to_owned()), Engine::Flux);
    let texts: Vec<&str> = root.iter().map(|(_, text)| text.as_str()).collect();
    assert!(texts[0].contains("kind: Secret") && texts[0].contains("cosign.pub: PEM"), "{}", texts[0]);
    let verify = "  verify:\n    provider: cosign\n    secretRef:\n      name: releases-lab-keys\n";
    assert!(texts[1].contains(verify), "{}", texts[1]);
}

#[test]
fn one_application_set_can_stand_for_all_applications() {
    let bundles = vec![bundle("a/m/crds", 0, &[]), bundle("a/m", 1, &["a/m/crds"]), bundle("b", 1, &[])];
    let spec = ReleaseSpec { application_set: true, ..spec(bundles) };
    let names: Vec<String> =
        files(&spec).into_iter().map(|(name, _)| name).filter(|name| name.starts_with("argocd/")).collect();
    assert_eq!(names, ["argocd/lab.applicationset.yaml", "argocd/lab.appproject.yaml"]);
    let set = file(&spec, "argocd/lab.applicationset.yaml");
    for part in [
        "      - digest: ",
        "name: a-m-crds",
        "heal: \"true\"",
        "prune: \"false\"",
        "wave: \"1\"",
        "type: RollingSync",
    ] {
        assert!(set.contains(part), "{part}: {set}");
    }
    assert_eq!(set.matches("operator: In").count(), 2, "one step for each wave");
}
