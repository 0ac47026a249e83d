//! Documents about services of the machine: names, time, logs, registries.

use std::net::IpAddr;

use yaml::Node;

use super::checker::{Checker, flag, has, items, number, text};
use super::links::{expression, nanoseconds};
use super::machine::{KUBESPAN_MTU, filter};
use crate::leaf::Url;

pub(super) fn named(checker: &mut Checker<'_>, node: &Node) {
    checker.require(!text(node, &["name"]).is_empty(), Some(node), "`name` is missing");
}

pub(super) fn hostname(checker: &mut Checker<'_>, node: &Node) {
    let (auto, name) = (text(node, &["auto"]), text(node, &["hostname"]));
    let set = has(node, &["auto"]) || !name.is_empty();
    checker.require(set, Some(node), "`auto` or `hostname` is missing");
    if !name.is_empty() && !matches!(auto, "" | "off") {
        checker.error(node.get("hostname"), format!("`hostname` needs `auto: off`, and it is `{auto}`"));
    }
    checker.require(auto != "talos-addr", node.get("auto"), "`auto` must be `off` or `stable`");
    if !name.is_empty() {
        checker.require(name.len() <= 253, node.get("hostname"), "`hostname` has more than 253 characters");
        let first = name.split('.').next().unwrap_or_default();
        let fits = (1..=63).contains(&first.len());
        checker.require(
            fits,
            node.get("hostname"),
            format!("`{first}` is no name of a host: 1 to 63 characters"),
        );
    }
}

pub(super) fn kubespan(checker: &mut Checker<'_>, node: &Node) {
    if let Some(mtu) = node.get("mtu") {
        let enough = mtu.as_i64().is_none_or(|mtu| mtu >= KUBESPAN_MTU);
        checker.require(enough, Some(mtu), format!("`mtu` must be at least {KUBESPAN_MTU}"));
    }
    for endpoint in items(node, &["filters", "endpoints"]) {
        filter(checker, endpoint, "filters.endpoints");
    }
}

/// One complaint at most, as the library stops at the first.
pub(super) fn network_rule(checker: &mut Checker<'_>, node: &Node) {
    let ports = items(node, &["portSelector", "ports"]);
    if text(node, &["name"]).is_empty() {
        checker.error(Some(node), "`name` is missing");
    } else if ports.is_empty() {
        checker.error(Some(node), "`portSelector.ports` is missing");
    } else if !are_apart(ports) {
        checker.error(node.get("portSelector"), "ports overlap, or a range ends before it begins");
    } else if let Some(rule) =
        items(node, &["ingress"]).iter().find(|rule| text(rule, &["subnet"]).is_empty())
    {
        checker.error(Some(rule), "`subnet` is missing");
    }
}

fn are_apart(ports: &[Node]) -> bool {
    let range = |port: &Node| match (port.as_i64(), port.as_str().and_then(|text| text.split_once('-'))) {
        (Some(port), _) => (port, port),
        (None, Some((low, high))) => (low.parse().unwrap_or_default(), high.parse().unwrap_or_default()),
        (None, None) => (0, 0),
    };
    let mut ranges: Vec<(i64, i64)> = ports.iter().map(range).collect();
    ranges.sort_unstable();
    let apart = ranges.windows(2).all(|pair| matches!(pair, [(_, end), (start, _)] if end < start));
    apart && ranges.iter().all(|(low, high)| low <= high)
}

pub(super) fn static_host(checker: &mut Checker<'_>, node: &Node) {
    named(checker, node);
    let address = text(node, &["name"]);
    checker.require(
        address.parse::<IpAddr>().is_ok(),
        Some(node),
        format!("the name `{address}` is no address"),
    );
    checker.require(!items(node, &["hostnames"]).is_empty(), Some(node), "`hostnames` is missing");
}

pub(super) fn probe(checker: &mut Checker<'_>, node: &Node) {
    named(checker, node);
    let target = !text(node, &["endpoint"]).is_empty() || !text(node, &["url"]).is_empty();
    checker.require(target, Some(node), "the probe has no `endpoint` or `url`");
    for field in ["timeout", "interval"] {
        checker.require(nanoseconds(node, field) >= 0, node.get(field), format!("`{field}` is negative"));
    }
    let threshold = number(node, &["failureThreshold"]);
    checker.require(threshold >= 0, node.get("failureThreshold"), "`failureThreshold` is negative");
}

pub(super) fn time_sync(checker: &mut Checker<'_>, node: &Node) {
    checker.require(
        nanoseconds(node, "bootTimeout") >= 0,
        node.get("bootTimeout"),
        "`bootTimeout` is negative",
    );
    let both = has(node, &["ntp"]) && has(node, &["ptp"]);
    checker.require(!both, node.get("ptp"), "time comes either by `ntp` or by `ptp`");
}

pub(super) fn environment(checker: &mut Checker<'_>, node: &Node) {
    let is_name = |name: &str| {
        let mut characters = name.chars();
        characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
            && characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
    };
    for entry in node.get("variables").and_then(Node::as_map).into_iter().flatten() {
        checker.require(
            is_name(&entry.key),
            Some(&entry.value),
            format!("`{}` is no name of a variable", entry.key),
        );
    }
}

pub(super) fn event_sink(checker: &mut Checker<'_>, node: &Node) {
    let endpoint = text(node, &["endpoint"]);
    let (host, _) = endpoint.rsplit_once(':').unwrap_or_default();
    let bracketed = host.starts_with('[') && host.ends_with(']');
    let good = endpoint.contains(':') && (bracketed || !host.contains([':', '[', ']']));
    checker.require(
        good,
        node.get("endpoint").or(Some(node)),
        format!("`{endpoint}` is no host with a port"),
    );
}

/// One complaint at most, as the library stops at the first.
pub(super) fn kmsg_log(checker: &mut Checker<'_>, node: &Node) {
    let place = node.get("url").or(Some(node));
    if text(node, &["name"]).is_empty() {
        checker.error(Some(node), "`name` is missing");
        return;
    }
    match Url::parse(text(node, &["url"])) {
        Ok(url) if !has(node, &["url"]) || !matches!(url.scheme.as_str(), "tcp" | "udp") => {
            checker.error(place, "`url` must begin with `tcp://` or `udp://`");
        }
        Ok(url) if !matches!(url.path.as_str(), "" | "/") => checker.error(place, "`url` has a path"),
        Ok(url) => checker.require(!url.port().is_empty(), place, "`url` has no port"),
        Err(reason) => checker.error(place, format!("`url` is no URL: {reason}")),
    }
}

pub(super) fn oom(checker: &mut Checker<'_>, node: &Node) {
    for field in ["triggerExpression", "cgroupRankingExpression"] {
        expression(checker, node.get(field), field);
    }
    checker.require(
        nanoseconds(node, "sampleInterval") >= 0,
        node.get("sampleInterval"),
        "`sampleInterval` is negative",
    );
}

pub(super) fn watchdog(checker: &mut Checker<'_>, node: &Node) {
    const LEAST: i64 = 10_000_000_000;
    let timeout = nanoseconds(node, "timeout");
    if text(node, &["device"]).is_empty() {
        checker.error(Some(node), "`device` is missing");
    } else if timeout != 0 && timeout < LEAST {
        checker.error(node.get("timeout"), "`timeout` must be at least 10 s");
    }
}

/// One complaint at most, as the library stops at the first.
pub(super) fn extension(checker: &mut Checker<'_>, node: &Node) {
    let files = items(node, &["configFiles"]);
    let incomplete =
        |file: &&Node| text(file, &["content"]).is_empty() || text(file, &["mountPath"]).is_empty();
    if text(node, &["name"]).is_empty() {
        checker.error(Some(node), "`name` is missing");
    } else if files.is_empty() && items(node, &["environment"]).is_empty() {
        checker.error(Some(node), "neither `configFiles` nor `environment` is there");
    } else if let Some(file) = files.iter().find(incomplete) {
        checker.error(Some(file), "a file needs `content` and `mountPath`");
    }
}

pub(super) fn registry_auth(checker: &mut Checker<'_>, node: &Node) {
    named(checker, node);
    let has = |field: &str| !text(node, &[field]).is_empty();
    let (user, token) = (has("username"), has("identityToken"));
    checker.require(!(user && token), Some(node), "only one of `username` and `identityToken` can be used");
    let alone = !has("auth") || !(user || token);
    checker.require(alone, node.get("auth"), "`auth` can only be used alone");
}

pub(super) fn registry_mirror(checker: &mut Checker<'_>, node: &Node) {
    named(checker, node);
    for endpoint in items(node, &["endpoints"]) {
        let url = text(endpoint, &["url"]);
        let good = Url::parse(url).is_ok_and(|url| matches!(url.scheme.as_str(), "http" | "https"));
        checker.require(good, Some(endpoint), format!("`{url}` does not begin with `http://` or `https://`"));
    }
}

pub(super) fn registry_tls(checker: &mut Checker<'_>, node: &Node) {
    named(checker, node);
    let is_pem = |text: &str, label: &str| {
        text.contains("-----BEGIN ") && text.contains(label) && text.contains("-----END ")
    };
    let ca = text(node, &["ca"]);
    checker.require(
        ca.is_empty() || is_pem(ca, "CERTIFICATE-----"),
        node.get("ca"),
        "`ca` is no certificate in PEM",
    );
    if let Some(identity) = node.get("clientIdentity") {
        let cert = is_pem(text(identity, &["cert"]), "CERTIFICATE-----");
        checker.require(cert, Some(identity), "`clientIdentity.cert` is no certificate in PEM");
        let key = text(identity, &["key"]);
        let key = super::checker::is_secret(key) || is_pem(key, "PRIVATE KEY-----");
        checker.require(key, Some(identity), "`clientIdentity.key` is no private key in PEM");
    }
}

pub(super) fn image_verification(checker: &mut Checker<'_>, node: &Node) {
    for rule in items(node, &["rules"]) {
        let image = text(rule, &["image"]);
        checker.require(!image.is_empty(), Some(rule), "a rule has no `image`");
        let tagged = image.split_once('/').is_some_and(|(_, rest)| rest.contains(':'));
        for (odd, mark) in [(image.contains('@'), '@'), (tagged, ':')] {
            if odd {
                checker.warning(
                    rule.get("image"),
                    format!("`{image}`: what follows `{mark}` is never looked at"),
                );
            }
        }
        if !image.is_empty() && image != "*" && !image.contains('/') {
            checker.warning(rule.get("image"), format!("`{image}` stands for `docker.io/{image}`"));
        }
        verifiers(checker, rule);
    }
}

fn verifiers(checker: &mut Checker<'_>, rule: &Node) {
    let (skip, deny) = (flag(rule, &["skip"]), flag(rule, &["deny"]));
    let (keyless, key) = (rule.get("keyless"), rule.get("publicKey"));
    let any = keyless.is_some() || key.is_some();
    checker.require(!(skip && deny), Some(rule), "a rule has both `skip` and `deny`");
    checker.require(!((skip || deny) && any), Some(rule), "a rule with `skip` or `deny` has a verifier");
    checker.require(skip || deny || any, Some(rule), "a rule has no verifier");
    checker.require(keyless.is_none() || key.is_none(), Some(rule), "a rule has two verifiers");
    if let Some(keyless) = keyless {
        checker.require(!text(keyless, &["issuer"]).is_empty(), Some(keyless), "`keyless.issuer` is missing");
        let subject = ["subject", "subjectRegex"].iter().any(|field| !text(keyless, &[field]).is_empty());
        checker.require(subject, Some(keyless), "`keyless.subject` or `keyless.subjectRegex` is missing");
    }
    if let Some(key) = key {
        checker.require(
            !text(key, &["certificate"]).is_empty(),
            Some(key),
            "`publicKey.certificate` is missing",
        );
    }
}

/// One complaint at most, as the library stops at the first.
pub(super) fn siderolink(checker: &mut Checker<'_>, node: &Node) {
    let place = node.get("apiUrl").or(Some(node));
    match Url::parse(text(node, &["apiUrl"])) {
        Ok(url) if !matches!(url.scheme.as_str(), "https" | "grpc") => {
            checker.error(place, "`apiUrl` must begin with `https://` or `grpc://`");
        }
        Ok(url) => checker.require(matches!(url.path.as_str(), "" | "/"), place, "`apiUrl` has a path"),
        Err(reason) => checker.error(place, format!("`apiUrl` is no URL: {reason}")),
    }
}
