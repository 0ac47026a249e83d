//! The fields of a bundle and their placeholders.

use super::SecretsBundle;
use crate::Secret;

/// A field of a [`SecretsBundle`], in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// `cluster.id`
    ClusterId,
    /// `cluster.secret`
    ClusterSecret,
    /// `secrets.bootstraptoken`
    BootstrapToken,
    /// `secrets.aescbcencryptionsecret`
    AescbcEncryptionSecret,
    /// `secrets.secretboxencryptionsecret`
    SecretboxEncryptionSecret,
    /// `trustdinfo.token`
    TrustdToken,
    /// `certs.etcd.crt`
    EtcdCrt,
    /// `certs.etcd.key`
    EtcdKey,
    /// `certs.k8s.crt`
    K8sCrt,
    /// `certs.k8s.key`
    K8sKey,
    /// `certs.k8saggregator.crt`
    K8sAggregatorCrt,
    /// `certs.k8saggregator.key`
    K8sAggregatorKey,
    /// `certs.k8sserviceaccount.key`
    K8sServiceAccountKey,
    /// `certs.os.crt`
    OsCrt,
    /// `certs.os.key`
    OsKey,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::ClusterId,
        Self::ClusterSecret,
        Self::BootstrapToken,
        Self::AescbcEncryptionSecret,
        Self::SecretboxEncryptionSecret,
        Self::TrustdToken,
        Self::EtcdCrt,
        Self::EtcdKey,
        Self::K8sCrt,
        Self::K8sKey,
        Self::K8sAggregatorCrt,
        Self::K8sAggregatorKey,
        Self::K8sServiceAccountKey,
        Self::OsCrt,
        Self::OsKey,
    ];

    /// Where it stands in the file.
    pub fn path(self) -> &'static str {
        match self {
            Self::ClusterId => "cluster.id",
            Self::ClusterSecret => "cluster.secret",
            Self::BootstrapToken => "secrets.bootstraptoken",
            Self::AescbcEncryptionSecret => "secrets.aescbcencryptionsecret",
            Self::SecretboxEncryptionSecret => "secrets.secretboxencryptionsecret",
            Self::TrustdToken => "trustdinfo.token",
            Self::EtcdCrt => "certs.etcd.crt",
            Self::EtcdKey => "certs.etcd.key",
            Self::K8sCrt => "certs.k8s.crt",
            Self::K8sKey => "certs.k8s.key",
            Self::K8sAggregatorCrt => "certs.k8saggregator.crt",
            Self::K8sAggregatorKey => "certs.k8saggregator.key",
            Self::K8sServiceAccountKey => "certs.k8sserviceaccount.key",
            Self::OsCrt => "certs.os.crt",
            Self::OsKey => "certs.os.key",
        }
    }

    /// The field a path names.
    pub fn of_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.path() == path)
    }

    /// Its text in a bundle.
    pub fn of(self, bundle: &SecretsBundle) -> &str {
        match self {
            Self::ClusterId => bundle.cluster_id.reveal(),
            Self::ClusterSecret => bundle.cluster_secret.reveal(),
            Self::BootstrapToken => bundle.bootstrap_token.reveal(),
            Self::AescbcEncryptionSecret => bundle.aescbc_encryption_secret.reveal(),
            Self::SecretboxEncryptionSecret => bundle.secretbox_encryption_secret.reveal(),
            Self::TrustdToken => bundle.trustd_token.reveal(),
            Self::EtcdCrt => &bundle.etcd.crt,
            Self::EtcdKey => bundle.etcd.key.reveal(),
            Self::K8sCrt => &bundle.k8s.crt,
            Self::K8sKey => bundle.k8s.key.reveal(),
            Self::K8sAggregatorCrt => &bundle.k8s_aggregator.crt,
            Self::K8sAggregatorKey => bundle.k8s_aggregator.key.reveal(),
            Self::K8sServiceAccountKey => bundle.k8s_service_account.reveal(),
            Self::OsCrt => &bundle.os.crt,
            Self::OsKey => bundle.os.key.reveal(),
        }
    }

    /// Sets its text in a bundle.
    pub fn set(self, bundle: &mut SecretsBundle, text: &str) {
        let secret = || Secret::new(text);
        match self {
            Self::ClusterId => bundle.cluster_id = secret(),
            Self::ClusterSecret => bundle.cluster_secret = secret(),
            Self::BootstrapToken => bundle.bootstrap_token = secret(),
            Self::AescbcEncryptionSecret => bundle.aescbc_encryption_secret = secret(),
            Self::SecretboxEncryptionSecret => bundle.secretbox_encryption_secret = secret(),
            Self::TrustdToken => bundle.trustd_token = secret(),
            Self::EtcdCrt => text.clone_into(&mut bundle.etcd.crt),
            Self::EtcdKey => bundle.etcd.key = secret(),
            Self::K8sCrt => text.clone_into(&mut bundle.k8s.crt),
            Self::K8sKey => bundle.k8s.key = secret(),
            Self::K8sAggregatorCrt => text.clone_into(&mut bundle.k8s_aggregator.crt),
            Self::K8sAggregatorKey => bundle.k8s_aggregator.key = secret(),
            Self::K8sServiceAccountKey => bundle.k8s_service_account = secret(),
            Self::OsCrt => text.clone_into(&mut bundle.os.crt),
            Self::OsKey => bundle.os.key = secret(),
        }
    }
}
