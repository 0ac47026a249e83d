//! What an engine is asked to do, beside what its delivery objects say.

use api::{ApiError, Client, Reference};
use deliver::api_version::ARGO_CD;
use deliver::{Engine, News, Told};

/// Tells an engine that its channel was moved ([`deliver::tell`]).
pub fn notify(
    client: &Client,
    engine: Engine,
    cluster: &str,
    token: &str,
    news: &News<'_>,
) -> Result<Told, ApiError> {
    let namespace = engine.namespace();
    let list = || client.list(ARGO_CD, "Application", Some(namespace), "");
    deliver::tell(engine, cluster, token, Some(news), list, |notice| {
        let reference = Reference::new(notice.api_version, notice.kind, namespace, &notice.name);
        client.merge(&reference, &notice.patch).map(|_| ())
    })
}
