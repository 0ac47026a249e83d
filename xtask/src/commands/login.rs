//! Logins that another program keeps for the user.

use std::time::Duration;

use process::Command;
use registry::distribution::{Credentials, read_helper_answer};

/// A person may have to unlock something.
const DEADLINE: Duration = Duration::from_mins(2);

/// The logins of the user, those included that credential helpers keep.
pub(crate) fn credentials() -> Credentials {
    Credentials::of_user().with_helper(ask)
}

/// Asks a helper for the login to a server. It is the user's own program and sees the user's environment.
fn ask(program: &str, server: &str) -> Result<(String, String), String> {
    let found = process::find(program).ok_or_else(|| format!("there is no program `{program}` in `PATH`"))?;
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut command = Command { deadline: DEADLINE, ..Command::new(found, scratch.path()) };
    command.stdin = server.as_bytes().to_vec();
    for (name, value) in std::env::vars() {
        command = command.env(name, value);
    }
    let finished = process::run(&command.args(["get"])).map_err(|error| error.to_string())?;
    read_helper_answer(&finished.stdout)
}
