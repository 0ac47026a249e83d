//! What an engine is asked to do, beside what its delivery objects say.

use api::{ApiError, Client, Reference};
use deliver::{Engine, ReleaseDocument};
use hashing::Digest;
use serde_json::json;

use crate::engines::{ARGO, SOURCE, name, text};
use crate::root_of;

/// Asks an engine to look at the release now, not when it would by itself; Argo CD, where that keeps the order, only at what
/// a release changes.
pub fn refresh(
    client: &Client,
    engine: Engine,
    cluster: &str,
    token: &str,
    channel: &str,
    (release, document): (&Digest, &ReleaseDocument),
) -> Result<(), ApiError> {
    let (namespace, root) = (engine.namespace(), root_of(cluster));
    let (reference, fields) = match engine {
        Engine::Flux => (
            Reference::new(SOURCE, "OCIRepository", namespace, &root),
            json!({"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": token}}}),
        ),
        Engine::ArgoCd => {
            let reference = Reference::new(ARGO, "Application", namespace, &root);
            let selective = match client.get(&reference)? {
                Some(root) => {
                    let all = client.list(ARGO, "Application", Some(namespace), "")?;
                    deliver::selective_sync(&root, &all, channel, release, document)
                }
                None => None,
            };
            // Refused, too, when something happened since.
            if selective.is_some_and(|patch| client.merge(&reference, &patch).is_ok()) {
                return Ok(());
            }
            (reference, json!({"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}}))
        }
    };
    client.merge(&reference, &fields).map(|_| ())
}

/// Ends what Argo CD is doing about the release, as `argocd app terminate-op` does: while it waits for one release to get
/// healthy, or tries again what the API server refuses, it does not look at the next. Flux needs nothing of the kind.
pub fn give_up(client: &Client, engine: Engine) -> Result<(), ApiError> {
    if engine != Engine::ArgoCd {
        return Ok(());
    }
    let namespace = engine.namespace();
    for application in client.list(ARGO, "Application", Some(namespace), "")? {
        if text(&application, "/status/operationState/phase") == "Running" {
            let reference = Reference::new(ARGO, "Application", namespace, &name(&application));
            client.merge(&reference, &json!({"status": {"operationState": {"phase": "Terminating"}}}))?;
        }
    }
    Ok(())
}
