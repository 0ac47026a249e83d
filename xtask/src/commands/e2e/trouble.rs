//! Faults while an engine is at work.

use std::thread;
use std::time::{Duration, Instant};

use api::{Client, Reference};
use deliver::Engine;
use kind::{Driver as _, Fault, Kind, Plan};
use prove::Trouble;
use serde_json::Value;

use super::install::patiently;
use crate::error::CliError;

/// How long what is away stays away.
const AWAY: Duration = Duration::from_secs(20);
/// Between two looks whether somebody wants to end.
const LOOK: Duration = Duration::from_millis(100);

/// Makes trouble, and ends it.
pub(super) fn make(
    trouble: Trouble,
    driver: &Kind,
    plan: &Plan,
    client: &Client,
    engine: Engine,
) -> Result<(), CliError> {
    match trouble {
        Trouble::RegistryDown => away(driver, plan, Fault::RegistryDown, Fault::RegistryUp),
        Trouble::NetworkCut => away(driver, plan, Fault::NetworkCut, Fault::NetworkJoined),
        Trouble::ApiServerKilled => Ok(driver.fault(plan, Fault::ApiServerKilled)?),
        Trouble::MachineRestarted => Ok(driver.fault(plan, Fault::NodeRestart)?),
        Trouble::ControllersKilled => kill_controllers(client, engine),
    }
}

fn away(driver: &Kind, plan: &Plan, from: Fault, to: Fault) -> Result<(), CliError> {
    driver.fault(plan, from)?;
    let start = Instant::now();
    while start.elapsed() < AWAY && !process::interrupted() {
        thread::sleep(LOOK);
    }
    Ok(driver.fault(plan, to)?)
}

fn kill_controllers(client: &Client, engine: Engine) -> Result<(), CliError> {
    let namespace = engine.namespace();
    for pod in patiently(|| client.list("v1", "Pod", Some(namespace), ""))? {
        let name = pod.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
        let reference = Reference::new("v1", "Pod", namespace, name);
        patiently(|| client.delete(&reference))?;
    }
    Ok(())
}
