//! The file of a cluster that SOPS encrypted.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::time::SystemTime;

use catalogue::Workspace;
use diag::{Diagnostic, Source, SourceRef};
use sops::{Recipient, Sealing, SopsError};
use talos::SecretsBundle;
use yaml::{Document, Duplicates};
use zeroize::Zeroizing;

use super::keys;
use crate::error::CliError;

fn open(workspace: &Workspace, path: &str) -> Result<(SourceRef, Document), CliError> {
    if !workspace.is_file(path) {
        let diagnostic = Diagnostic::error(format!("there are no secrets: `{path}` does not exist"));
        return Err(CliError::input(diagnostic.hint(
            "`cargo xtask secrets init` makes new ones, `secrets import` encrypts those of a bundle",
        )));
    }
    let source = workspace.text(path).map_err(|error| CliError::input((&error).into()))?;
    // Somebody may have put plain secrets there.
    let document = yaml::parse_one(&source, Duplicates::Refuse)
        .map_err(|mistakes| CliError::inputs(mistakes.into_iter().map(Diagnostic::hidden).collect()))?;
    Ok((source, document))
}

/// Decrypts the bundle of a file.
pub(super) fn read(workspace: &Workspace, path: &str) -> Result<SecretsBundle, CliError> {
    let (source, document) = open(workspace, path)?;
    let plain =
        sops::decrypt(&source, &document.root, &keys::identities()?).map_err(|error| refused(&error))?;
    let text = Zeroizing::new(yaml::emit_ordered(&plain));
    SecretsBundle::from_yaml(&Source::shared(path, text.as_str())).map_err(CliError::inputs)
}

/// The public keys of a file.
pub(super) fn recipients(workspace: &Workspace, path: &str) -> Result<Vec<String>, CliError> {
    let (source, document) = open(workspace, path)?;
    sops::recipients(&source, &document.root).map_err(|error| refused(&error))
}

/// Encrypts a bundle, whole or not at all.
pub(super) fn write(
    workspace: &Workspace,
    path: &str,
    secrets: &SecretsBundle,
    recipients: &[Recipient],
) -> Result<(), CliError> {
    let plain = Source::shared(path, secrets.to_yaml());
    let document = yaml::parse_one(&plain, Duplicates::Refuse).map_err(CliError::inputs)?;
    let mut failure = None;
    let mut random = |buffer: &mut [u8]| {
        if let Err(error) = fill(buffer) {
            failure = Some(error);
        }
    };
    let time = now();
    let text = sops::encrypt(&document.root, &mut Sealing { recipients, random: &mut random, time: &time });
    if let Some(error) = failure {
        return Err(CliError::environment(&error, "the kernel gives no random bytes"));
    }
    let text = text.map_err(|error| refused(&error))?;
    let target = workspace.path(path);
    let failed = |error: &std::io::Error| CliError::environment(error, &format!("cannot write `{path}`"));
    let parent = target.parent().unwrap_or(workspace.root());
    let mut temporary = tempfile::NamedTempFile::new_in(parent).map_err(|error| failed(&error))?;
    temporary.write_all(text.as_bytes()).map_err(|error| failed(&error))?;
    let permissions = std::fs::Permissions::from_mode(0o644);
    temporary.as_file().set_permissions(permissions).map_err(|error| failed(&error))?;
    temporary.as_file().sync_all().map_err(|error| failed(&error))?;
    temporary.persist(&target).map_err(|error| failed(&error.error))?;
    Ok(())
}

/// New secrets, whose certificates count from this moment on.
#[allow(clippy::disallowed_methods, reason = "certificates are valid from when they are made")]
pub(super) fn generate() -> Result<SecretsBundle, CliError> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut failure = None;
    let mut random = |buffer: &mut [u8]| {
        if let Err(error) = fill(buffer) {
            failure = Some(error);
        }
    };
    let made = SecretsBundle::generate(now, &mut random);
    if let Some(error) = failure {
        return Err(CliError::environment(&error, "the kernel gives no random bytes"));
    }
    made.map_err(|error| CliError::environment(&error, "the secrets"))
}

fn fill(mut buffer: &mut [u8]) -> Result<(), std::io::Error> {
    while !buffer.is_empty() {
        let count = rustix::rand::getrandom(&mut *buffer, rustix::rand::GetRandomFlags::empty())?;
        buffer = buffer.get_mut(count..).unwrap_or_default();
    }
    Ok(())
}

#[allow(clippy::disallowed_methods, reason = "SOPS files tell when they were changed")]
fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}

fn refused(error: &SopsError) -> CliError {
    let diagnostic = Diagnostic::error(error.to_string());
    CliError::input(match error {
        SopsError::NoKey { .. } => diagnostic.hint(
            "put a private key of it into `SOPS_AGE_KEY_FILE` or `~/.config/sops/age/keys.txt`, as for sops",
        ),
        SopsError::Tampered { .. } | SopsError::Value { .. } => {
            diagnostic.hint("take the file from version control, and change it by `sops edit` only")
        }
        SopsError::NotEncrypted { .. } => diagnostic.hint("`cargo xtask secrets import` encrypts a bundle"),
        SopsError::Unsupported { .. } => diagnostic.hint("encrypt it for age keys alone, all values of it"),
        _ => diagnostic.hint("`sops decrypt` tells whether sops reads the file"),
    })
}
