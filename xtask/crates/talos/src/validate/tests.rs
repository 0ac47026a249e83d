use diag::Source;

use super::{Mode, validate};
use crate::{Cluster, Config, Contract, Machine, Role, SecretsBundle, Sources, generate};

#[test]
fn a_generated_configuration_is_good_with_placeholders_too() {
    for contract in Contract::ALL {
        for role in [Role::ControlPlane, Role::Worker] {
            let mut cluster = Cluster::new("lab", "https://10.0.0.1:6443", contract);
            cluster.kubernetes = "1.34.1".to_owned();
            let machine = Machine { install_disk: "/dev/sda".to_owned(), ..Machine::new(role) };
            let config = generate(&cluster, &machine, &SecretsBundle::placeholders()).unwrap();
            assert_eq!(validate(&config, Mode::Metal, true), []);
            let read =
                Config::read(contract, &mut Sources::default(), &Source::shared("m", config.to_yaml()))
                    .unwrap();
            assert_eq!(read.to_yaml(), config.to_yaml());
        }
    }
}

#[test]
fn complaints_have_their_place() {
    let text = "machine:\n  type: worker\n  network:\n    interfaces:\n      - interface: eth0\n        vip: {ip: 10.0.0.5}\n";
    let mut sources = Sources::default();
    // Another text before it, whose addresses come first.
    let other = Source::shared("other.yaml", "machine: {}\n");
    Config::read(Contract::V1_11, &mut sources, &other).unwrap();
    let config = Config::read(Contract::V1_11, &mut sources, &Source::shared("machine.yaml", text)).unwrap();
    let complaints = validate(&config, Mode::Cloud, false);
    let places: Vec<Option<String>> =
        complaints.iter().map(|complaint| complaint.diagnostic(&sources).place()).collect();
    assert_eq!(places, [None, None, Some("machine.yaml:6:15".to_owned())], "{complaints:?}");
}
