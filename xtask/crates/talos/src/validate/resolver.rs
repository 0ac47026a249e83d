//! Name servers, from Talos 1.14 on.

use yaml::Node;

use super::checker::{Checker, flag, has, items, text};

pub(super) fn check(checker: &mut Checker<'_>, node: &Node) {
    if let Some(dns) = node.get("hostDNS").filter(|dns| !flag(dns, &["enabled"])) {
        for field in ["forwardKubeDNSToHost", "resolveMemberNames"] {
            checker.require(!flag(dns, &[field]), Some(dns), format!("`hostDNS.{field}` needs `enabled`"));
        }
    }
    let servers = items(node, &["nameservers"]);
    let mut secure = 0;
    for server in servers {
        let is_secure = has(server, &["protocol"]);
        secure += usize::from(is_secure);
        let has_name = !text(server, &["tlsServerName"]).is_empty();
        let message = "a name server has `tlsServerName` when its `protocol` is one with TLS, and only then";
        checker.require(is_secure == has_name, Some(server), message);
        checker.require(has(server, &["address"]), Some(server), "a name server has no `address`");
    }
    if secure > 0 && secure == servers.len() {
        let message =
            "every name server needs a correct clock, which may need a name server: keep one without TLS";
        checker.warning(Some(node), message);
    }
}
