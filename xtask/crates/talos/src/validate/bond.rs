//! Bonds of the root document.

use yaml::Node;

use super::checker::{Checker, items, number, text};

/// Fields with words, and these.
const WORDS: [(&str, &[&str]); 8] = [
    (
        "mode",
        &["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"],
    ),
    ("xmitHashPolicy", &["", "layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4"]),
    ("lacpRate", &["", "slow", "fast"]),
    ("arpValidate", &["", "none", "active", "backup", "all", "filter", "filter-active", "filter-backup"]),
    ("arpAllTargets", &["", "any", "all"]),
    ("primaryReselect", &["", "always", "better", "failure"]),
    ("failOverMac", &["", "none", "active", "follow"]),
    ("adSelect", &["", "stable", "bandwidth", "count"]),
];

pub(super) fn check(checker: &mut Checker<'_>, bond: &Node) {
    for (field, words) in WORDS {
        let word = text(bond, &[field]);
        checker.require(
            words.contains(&word),
            bond.get(field),
            format!("`{word}` is no `{field}` of a bond"),
        );
    }
    delays(checker, bond);
    checker.require(
        items(bond, &["arpIPTarget"]).is_empty(),
        bond.get("arpIPTarget"),
        "`arpIPTarget` of a bond has no effect",
    );
    checker.require(
        text(bond, &["adActorSystem"]).is_empty(),
        bond.get("adActorSystem"),
        "`adActorSystem` of a bond has no effect",
    );
    let mode = text(bond, &["mode"]);
    let balances = matches!(mode, "balance-alb" | "balance-tlb");
    let is_lacp = mode == "802.3ad";
    // A mode that is no mode counts as the first.
    let is_round_robin =
        !WORDS.first().is_some_and(|(_, modes)| modes.iter().skip(1).any(|known| *known == mode));
    let rules = [
        ("lacpRate", is_lacp, 0),
        ("arpValidate", !(is_lacp || balances), 0),
        ("primary", balances || mode == "active-backup", 0),
        ("arpInterval", !(is_lacp || balances), 0),
        ("packetsPerSlave", is_round_robin, 1),
        ("tlbDynamicLb", balances, 0),
        ("adActorSysPrio", is_lacp, 0),
        ("adUserPortKey", is_lacp, 0),
    ];
    for (field, allowed, most) in rules {
        let says = bond.get(field).is_some_and(|value| value.as_i64().is_none_or(|number| number > most));
        checker.require(
            allowed || !says,
            bond.get(field),
            format!("`{field}` of a bond has no effect in mode `{mode}`"),
        );
    }
}

fn delays(checker: &mut Checker<'_>, bond: &Node) {
    let interval = number(bond, &["miimon"]);
    for field in ["updelay", "downdelay"] {
        let delay = number(bond, &[field]);
        let fits = if interval == 0 { delay == 0 } else { delay % interval == 0 };
        checker.require(fits, bond.get(field), format!("`{field}` of a bond must be a multiple of `miimon`"));
    }
}
