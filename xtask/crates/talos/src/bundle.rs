//! The bundle of a cluster's secrets, in the format that talosctl and talhelper share.
//!
//! ```text
//! cluster:    {id, secret}
//! secrets:    {bootstraptoken, secretboxencryptionsecret | aescbcencryptionsecret}
//! trustdinfo: {token}
//! certs:      {etcd, k8s, k8saggregator, os: {crt, key}, k8sserviceaccount: {key}}
//! ```
//!
//! Certificates and keys are base64 of PEM. Source: `pkg/machinery/config/generate/secrets` of Talos.

mod check;
mod fields;
mod make;
mod read;

use yaml::Node;

pub use fields::Field;

use crate::Secret;

/// A certificate and its private key, each base64 of PEM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateAndKey {
    /// The certificate, which is no secret.
    pub crt: String,
    /// The private key.
    pub key: Secret,
}

/// The secrets of a cluster. [`SecretsBundle::default`] holds none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretsBundle {
    /// The name of the cluster in the discovery service: 32 bytes in base64.
    pub cluster_id: Secret,
    /// The key for what members tell each other by it: 32 bytes in base64.
    pub cluster_secret: Secret,
    /// The token kubelets join with.
    pub bootstrap_token: Secret,
    /// The key that encrypts secrets in etcd by AES-CBC; of clusters made before Talos 1.3.
    pub aescbc_encryption_secret: Secret,
    /// The key that encrypts secrets in etcd.
    pub secretbox_encryption_secret: Secret,
    /// The token machines join with.
    pub trustd_token: Secret,
    /// The authority of etcd.
    pub etcd: CertificateAndKey,
    /// The authority of Kubernetes.
    pub k8s: CertificateAndKey,
    /// The authority of the API aggregation layer.
    pub k8s_aggregator: CertificateAndKey,
    /// The key that signs tokens of service accounts.
    pub k8s_service_account: Secret,
    /// The authority of Talos' own API.
    pub os: CertificateAndKey,
}

impl SecretsBundle {
    /// The bundle as talosctl writes it. Who asks for it answers for where it goes.
    pub fn to_yaml(&self) -> String {
        crate::emit::emit(&self.to_node())
    }

    fn to_node(&self) -> Node {
        let text = |field: Field| Node::string(field.of(self));
        let pair = |crt, key| Node::map([("crt", text(crt)), ("key", text(key))]);
        let optional = [
            ("aescbcencryptionsecret", Field::AescbcEncryptionSecret),
            ("secretboxencryptionsecret", Field::SecretboxEncryptionSecret),
        ];
        let optional = optional.into_iter().filter(|(_, field)| !field.of(self).is_empty());
        let mut secrets = vec![("bootstraptoken", text(Field::BootstrapToken))];
        secrets.extend(optional.map(|(name, field)| (name, text(field))));
        let certs = Node::map([
            ("etcd", pair(Field::EtcdCrt, Field::EtcdKey)),
            ("k8s", pair(Field::K8sCrt, Field::K8sKey)),
            ("k8saggregator", pair(Field::K8sAggregatorCrt, Field::K8sAggregatorKey)),
            ("k8sserviceaccount", Node::map([("key", text(Field::K8sServiceAccountKey))])),
            ("os", pair(Field::OsCrt, Field::OsKey)),
        ]);
        let cluster = [("id", text(Field::ClusterId)), ("secret", text(Field::ClusterSecret))];
        Node::map([
            ("cluster", Node::map(cluster)),
            ("secrets", Node::map(secrets)),
            ("trustdinfo", Node::map([("token", text(Field::TrustdToken))])),
            ("certs", certs),
        ])
    }
}

#[cfg(test)]
mod tests;
