use diag::{Source, SourceRef};
use proptest::prelude::*;

use super::{Patch, patch};
use crate::{
    Cluster, Config, Contract, Error, Machine, Mode, Role, SecretsBundle, Sources, generate, validate,
};

fn config(contract: Contract) -> Config {
    let cluster = Cluster::new("lab", "https://10.0.0.1:6443", contract);
    generate(&cluster, &Machine::new(Role::ControlPlane), &SecretsBundle::placeholders()).unwrap()
}

fn read(contract: Contract, text: &str) -> Patch {
    Patch::read(contract, &mut Sources::default(), &source(text)).unwrap()
}

fn source(text: &str) -> SourceRef {
    Source::shared("patch.yaml", text)
}

#[test]
fn values_know_the_file_they_come_from() {
    let contract = Contract::V1_12;
    let mut sources = Sources::default();
    let texts = [
        ("global.yaml", "machine:\n  sysctls: {a: 1, b: 2}\n"),
        ("k8s-1.yaml", "machine:\n  sysctls:\n    b: 3\n"),
    ];
    let patches: Vec<Patch> = texts
        .iter()
        .map(|(name, text)| Patch::read(contract, &mut sources, &Source::shared(*name, *text)).unwrap())
        .collect();
    let result = patch(&config(contract), &patches).unwrap();
    let sysctls = result.to_nodes()[0].at(&["machine", "sysctls"]).unwrap().clone();
    for (key, file, text) in [("a", "global.yaml", "1"), ("b", "k8s-1.yaml", "3")] {
        let (source, span) = sources.locate(sysctls.get(key).unwrap().span).unwrap();
        assert_eq!(source.name, file);
        assert_eq!(&source.text[span.start as usize..span.end as usize], text);
    }
}

#[test]
fn what_does_not_fit_is_told() {
    let contract = Contract::V1_11;
    let fails = |text: &str| patch(&config(contract), &[read(contract, text)]).unwrap_err().to_string();
    assert_eq!(
        fails("machine: {kubelet: {extraArgs: {v: {$patch: delete}}}}"),
        "the patch cannot be applied to the document of machine and cluster: \
         there is no `machine.kubelet.extraArgs.v` to delete"
    );
    assert_eq!(
        fails("[{op: remove, path: /machine/nothing}]"),
        "operation 1 of the JSON patch (`remove` at `/machine/nothing`) cannot be applied: there is nothing to remove"
    );
    let several = patch(&config(Contract::V1_12), &[read(contract, "[{op: remove, path: /machine/type}]")]);
    assert_eq!(several.unwrap_err(), Error::JsonPatchDocuments { count: 2 });
}

#[test]
fn documents_of_later_versions_pass_through() {
    let text = "apiVersion: v1beta7\nkind: Future\nname: a\nlist: [1]\non: yes\n";
    let patches = [read(Contract::V1_11, text), read(Contract::V1_11, text)];
    let written = patch(&config(Contract::V1_11), &patches).unwrap().to_yaml();
    let expected = "apiVersion: v1beta7\nkind: Future\nname: a\nlist:\n    - 1\n    - 1\n\"on\": \"yes\"\n";
    assert_eq!(written.split("---\n").last(), Some(expected));
}

const SEEDS: [&str; 6] = [
    "machine:\n  network:\n    interfaces:\n    - {interface: eth0, vlans: [{vlanId: 5, dhcp: true}], mtu: 9000}\n",
    "machine: {files: [{path: a, permissions: 0o644, op: create, content: x}], disks: [{partitions: [{size: 1GB}]}]}\n",
    "cluster:\n  apiServer: {admissionControl: [{name: PodSecurity, $patch: delete}], extraArgs: {v: [1, 2]}}\n",
    "apiVersion: v1alpha1\nkind: BondConfig\nname: b\nlinks: [a]\nbondMode: 802.3ad\nhardwareAddr: aa:bb\n",
    "apiVersion: v1alpha1\nkind: UserVolumeConfig\nname: d\nprovisioning: {maxSize: 50%, minSize: 1GiB}\n",
    "[{op: add, path: /machine/certSANs/0, value: a}, {op: move, from: /machine/type, path: /cluster/id}]\n",
];

proptest! {
    #[test]
    fn no_text_stops_the_work(
        seed in 0..SEEDS.len(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), "[-\\[\\]{}:%,\"'/ a-z0-9\n$~*&é]{0,3}", 0..4_usize), 0..6),
        contract in 0..Contract::ALL.len(),
    ) {
        let contract = Contract::ALL[contract];
        let mut text: Vec<char> = SEEDS[seed].chars().collect();
        for (at, with, without) in edits {
            let at = at.index(text.len() + 1);
            let end = (at + without).min(text.len());
            text.splice(at..end, with.chars());
        }
        let text: String = text.into_iter().collect();
        let mut sources = Sources::default();
        if let Ok(read) = Patch::read(contract, &mut sources, &source(&text))
            && let Ok(result) = patch(&config(contract), &[read])
        {
            for complaint in validate(&result, Mode::Container, true) {
                complaint.diagnostic(&sources);
            }
            // What is written reads as itself.
            let written = result.to_yaml();
            match Config::read(contract, &mut sources, &source(&written)) {
                Ok(again) => prop_assert_eq!(again.to_yaml(), written),
                Err(mistakes) => prop_assert!(false, "{}
{}", mistakes[0].message, written),
            }
        }
        let _ = Config::read(contract, &mut sources, &source(&text));
    }
}
