//! Where keys come from.

use std::path::{Path, PathBuf};
use std::time::Duration;

use attest::{KeyHolder, SigningKey, VerifyingKey, is_age, open_age};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diag::Diagnostic;
use process::Command;

use super::signer::{KeySigner, Layout};
use crate::error::CliError;

/// Opens an encrypted key; the name that cosign gives it.
const PASSWORD: &str = "COSIGN_PASSWORD";
/// A key itself, for jobs that have no file.
const KEY: &str = "XTASK_SIGNING_KEY";
/// Identities that open age files, and a file of them; the names that SOPS gives them.
const AGE_KEY: &str = "SOPS_AGE_KEY";
const AGE_KEY_FILE: &str = "SOPS_AGE_KEY_FILE";
/// A key service may be far, or ask a person.
const DEADLINE: Duration = Duration::from_mins(2);

/// A key to sign with.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct SigningArgs {
    /// The private key to sign with: PEM, as cosign writes it, or either of them in an age file
    ///
    /// `XTASK_SIGNING_KEY` may hold one instead. `COSIGN_PASSWORD` opens an encrypted one, `SOPS_AGE_KEY` or
    /// `SOPS_AGE_KEY_FILE` an age file.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// A command that signs with a key it keeps, say in a key service; needs `--public-key`
    ///
    /// The shell runs it. It reads the message on standard input and writes its ECDSA signature (P-256, SHA-256) to
    /// standard output, in DER or base64 of it, as `cosign sign-blob --key <service> -` does.
    #[arg(long, value_name = "COMMAND", conflicts_with = "key", requires = "public_key")]
    sign_command: Option<String>,
    /// The public key of `--sign-command`
    #[arg(long, value_name = "FILE", requires = "sign_command")]
    public_key: Option<PathBuf>,
    /// Where signatures are put
    #[arg(long, value_enum, value_name = "LAYOUT", default_value = "both")]
    signatures: Layout,
}

impl SigningArgs {
    /// Who signs; nobody when there is no key.
    pub(crate) fn signer(&self) -> Result<Option<KeySigner<'static>>, CliError> {
        let holder = match (&self.sign_command, &self.public_key) {
            (Some(command), Some(public)) => {
                let key = verifying_key(public)?;
                Some(Box::new(Keeper { command: command.clone(), key }) as Box<dyn KeyHolder>)
            }
            _ => self.key()?.map(|key| Box::new(key) as Box<dyn KeyHolder>),
        };
        Ok(holder.map(|holder| KeySigner::new(holder, self.signatures)))
    }

    fn key(&self) -> Result<Option<SigningKey>, CliError> {
        let (from, bytes) = match (&self.key, variable(KEY)) {
            (Some(file), _) => (format!("`{}`", file.display()), read(file)?),
            (None, Some(text)) => (format!("`{KEY}`"), text.into_bytes()),
            (None, None) => return Ok(None),
        };
        let refused = |reason: &dyn std::fmt::Display, hint: &str| {
            CliError::input(Diagnostic::error(format!("{from} is no key to sign with: {reason}")).hint(hint))
        };
        let opened = if is_age(&bytes) {
            let hint = format!("`{AGE_KEY_FILE}` names the file with the identity that it was encrypted for");
            open_age(&bytes, &identities()?).map_err(|error| refused(&error, &hint))?.to_vec()
        } else {
            bytes
        };
        let hint = "`cosign generate-key-pair` makes one; `COSIGN_PASSWORD` opens it";
        let text = String::from_utf8(opened).map_err(|_| refused(&"it is no text", hint))?;
        let password = std::env::var(PASSWORD).ok();
        let key = SigningKey::from_pem(&text, password.as_deref().map(str::as_bytes));
        key.map(Some).map_err(|error| refused(&error, hint))
    }
}

/// The key to verify with.
pub(crate) fn verifying_key(file: &Path) -> Result<VerifyingKey, CliError> {
    let refused = |reason: &dyn std::fmt::Display| {
        let text = format!("`{}` is no key to verify with: {reason}", file.display());
        CliError::input(Diagnostic::error(text).hint("name the public key, `cosign.pub`"))
    };
    let text = String::from_utf8(read(file)?).map_err(|_| refused(&"it is no text"))?;
    VerifyingKey::from_pem(&text).map_err(|error| refused(&error))
}

/// The identities of the user, where SOPS looks for them.
fn identities() -> Result<String, CliError> {
    if let Some(text) = variable(AGE_KEY) {
        return Ok(text);
    }
    let default = || {
        let home = variable("HOME").map(|home| Path::new(&home).join(".config"));
        let settings = variable("XDG_CONFIG_HOME").map(PathBuf::from).or(home)?;
        Some(settings.join("sops/age/keys.txt")).filter(|file| file.is_file())
    };
    match variable(AGE_KEY_FILE).map(PathBuf::from).or_else(default) {
        Some(file) => Ok(String::from_utf8_lossy(&read(&file)?).into_owned()),
        None => Ok(String::new()),
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn read(file: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(file).map_err(|error| {
        let diagnostic = Diagnostic::error(format!("cannot read the key `{}`: {error}", file.display()));
        CliError::input(diagnostic.hint("name a file that you may read"))
    })
}

/// A key that another program keeps.
struct Keeper {
    command: String,
    key: VerifyingKey,
}

impl KeyHolder for Keeper {
    fn sign_message(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let shell = process::find("sh").ok_or("there is no shell to run `--sign-command`")?;
        let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
        let directory = std::env::current_dir().map_err(|error| error.to_string())?;
        let mut command = Command { deadline: DEADLINE, directory, ..Command::new(shell, scratch.path()) };
        command.stdin = message.to_vec();
        // It is the user's own program, and its logins are in the user's environment.
        for (name, value) in std::env::vars() {
            command = command.env(name, value);
        }
        let finished =
            process::run(&command.args(["-c", &self.command])).map_err(|error| error.to_string())?;
        if finished.code != 0 {
            let last = finished.stderr.lines().last().unwrap_or_default();
            return Err(format!("`--sign-command` ended with {}: {last}", finished.code));
        }
        let text = finished.stdout.trim_ascii();
        let signature = STANDARD.decode(text).unwrap_or_else(|_| finished.stdout.clone());
        if self.key.accepts(message, &signature) {
            return Ok(signature);
        }
        Err("`--sign-command` wrote no signature that `--public-key` accepts".to_owned())
    }

    fn verifying_key(&self) -> VerifyingKey {
        self.key
    }
}
