//! A TPM 2.0 for a machine.

use std::fs;
use std::path::Path;
use std::time::Duration;

use process::{Command, Running};

use crate::QemuError;
use crate::arguments::TPM_SOCKET;

const PROGRAM: &str = "swtpm";
/// How often its socket is looked for, and for how often at most.
const PAUSE: Duration = Duration::from_millis(20);
const TRIES: u32 = 500;

/// Starts the TPM of the machine in `directory`, with a state that is kept there.
pub(crate) fn start(machine: &str, directory: &Path) -> Result<Running, QemuError> {
    let program = process::find(PROGRAM).ok_or(QemuError::Program(PROGRAM, "swtpm"))?;
    let state = directory.join("tpm-state");
    fs::create_dir_all(&state).map_err(|source| QemuError::File {
        what: "make",
        path: state.clone(),
        source,
    })?;
    let socket = directory.join(TPM_SOCKET);
    let command = Command::new(program, directory).args([
        "socket".to_owned(),
        "--tpm2".to_owned(),
        "--tpmstate".to_owned(),
        format!("dir={}", state.display()),
        "--ctrl".to_owned(),
        format!("type=unixio,path={}", socket.display()),
    ]);
    let log = directory.join("tpm.log");
    let child = process::serve(&command, &log)?;
    for _ in 0..TRIES {
        if socket.exists() {
            return Ok(child);
        }
        if let Some(code) = child.wait(PAUSE)? {
            let said = fs::read_to_string(&log).unwrap_or_default().trim().to_owned();
            return Err(QemuError::Ended { machine: format!("{machine} (TPM)"), code, said });
        }
    }
    Err(QemuError::StillRuns { machine: format!("{machine} (TPM)"), time: PAUSE * TRIES })
}
