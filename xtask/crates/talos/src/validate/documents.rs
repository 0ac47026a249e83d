//! Documents by their kind.

use super::checker::Checker;
use super::{kubernetes, links, resolver, services, volumes};
use crate::{Contract, Document};

pub(super) fn check(checker: &mut Checker<'_>, document: &Document) {
    let node = &document.root;
    match document.kind() {
        "BlackholeRouteConfig" => links::blackhole(checker, node),
        "BondConfig" => links::bond(checker, node),
        "LinkConfig" | "BridgeConfig" | "DummyLinkConfig" => links::link(checker, node),
        "VLANConfig" => links::vlan(checker, node),
        "VRFConfig" => links::vrf(checker, node),
        "WireguardConfig" => links::wireguard(checker, node),
        "LinkAliasConfig" => links::alias(checker, node),
        "DHCPv4Config" | "DHCPv6Config" => links::dhcp(checker, node),
        "Layer2VIPConfig" => links::vip(checker, node, false),
        "HCloudVIPConfig" => links::vip(checker, node, true),
        "RoutingRuleConfig" => links::routing_rule(checker, node),
        "EthernetConfig" => services::named(checker, node),
        "HostnameConfig" => services::hostname(checker, node),
        "KubeEtcdEncryptionConfig" => kubernetes::encryption(checker, node),
        "KubeControllerManagerConfig" | "KubeSchedulerConfig" => kubernetes::part(checker, node),
        "KubeSpanConfig" => services::kubespan(checker, node),
        "ResolverConfig" if checker.contract() >= Contract::V1_14 => resolver::check(checker, node),
        "NetworkRuleConfig" => services::network_rule(checker, node),
        "StaticHostConfig" => services::static_host(checker, node),
        "TCPProbeConfig" | "HTTPProbeConfig" => services::probe(checker, node),
        "TimeSyncConfig" => services::time_sync(checker, node),
        "EnvironmentConfig" => services::environment(checker, node),
        "EventSinkConfig" => services::event_sink(checker, node),
        "KmsgLogConfig" => services::kmsg_log(checker, node),
        "OOMConfig" => services::oom(checker, node),
        "WatchdogTimerConfig" => services::watchdog(checker, node),
        "ExtensionServiceConfig" => services::extension(checker, node),
        "RegistryAuthConfig" => services::registry_auth(checker, node),
        "RegistryMirrorConfig" => services::registry_mirror(checker, node),
        "RegistryTLSConfig" => services::registry_tls(checker, node),
        "ImageVerificationConfig" => services::image_verification(checker, node),
        "SideroLinkConfig" => services::siderolink(checker, node),
        "VolumeConfig" => volumes::system(checker, node),
        "UserVolumeConfig" => volumes::user(checker, node),
        "RawVolumeConfig" | "SwapVolumeConfig" => volumes::plain(checker, node),
        "ExistingVolumeConfig" => volumes::existing(checker, node),
        "ExternalVolumeConfig" => volumes::external(checker, node),
        "ZswapConfig" => volumes::zswap(checker, node),
        _ => {}
    }
}
