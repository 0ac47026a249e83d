//! The machines of a cluster that has just started.

use std::thread;
use std::time::{Duration, Instant};

use api::Client;
use serde_json::Value;

use super::install::patiently;
use crate::error::CliError;

/// How long they may take.
const PATIENCE: Duration = Duration::from_mins(3);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(200);

/// Waits until every machine says that it is ready.
pub(super) fn wait(client: &Client) -> Result<(), CliError> {
    let start = Instant::now();
    loop {
        let nodes = patiently(|| client.list("v1", "Node", None, ""))?;
        let late: Vec<&str> = nodes.iter().filter_map(not_ready).collect();
        if late.is_empty() && !nodes.is_empty() {
            return Ok(());
        }
        if start.elapsed() > PATIENCE || process::interrupted() {
            let message = format!("not ready: {}", late.join("; "));
            return Err(CliError::environment(&message, "the machines"));
        }
        thread::sleep(LOOK);
    }
}

/// What a machine says that is not ready.
fn not_ready(node: &Value) -> Option<&str> {
    let conditions = node.pointer("/status/conditions").and_then(Value::as_array);
    let ready = conditions.and_then(|all| all.iter().find(|one| one["type"] == "Ready"));
    let Some(ready) = ready else { return Some("it has said nothing yet") };
    (ready["status"] != "True").then(|| ready["message"].as_str().unwrap_or_default())
}
