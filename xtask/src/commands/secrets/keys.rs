//! Private age keys of whoever runs the program, from the places that sops looks at.

use std::path::PathBuf;

use diag::Diagnostic;
use sops::Identity;
use zeroize::Zeroizing;

use crate::error::CliError;

const KEY: &str = "SOPS_AGE_KEY";
const FILE: &str = "SOPS_AGE_KEY_FILE";

/// All keys that are at hand; none is no mistake here.
pub(super) fn identities() -> Result<Vec<Identity>, CliError> {
    let mut all = Vec::new();
    if let Some(text) = std::env::var(KEY).ok().map(Zeroizing::new) {
        all.extend(read(&text, &format!("`{KEY}`"))?);
    }
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let named = set(FILE);
    let settings = set("XDG_CONFIG_HOME").or_else(|| Some(set("HOME")?.join(".config")));
    let usual = settings.map(|settings| settings.join("sops/age/keys.txt")).filter(|path| path.is_file());
    if let Some(path) = named.or(usual) {
        let text = std::fs::read_to_string(&path).map(Zeroizing::new).map_err(|error| {
            let diagnostic =
                Diagnostic::error(format!("cannot read the keys in `{}`: {error}", path.display()));
            CliError::input(diagnostic.hint(format!("`{FILE}` names a file of `age-keygen`")))
        })?;
        all.extend(read(&text, &format!("`{}`", path.display()))?);
    }
    Ok(all)
}

fn read(text: &str, place: &str) -> Result<Vec<Identity>, CliError> {
    Identity::read_all(text, place).map_err(|error| {
        let diagnostic = Diagnostic::error(error.to_string());
        CliError::input(diagnostic.hint("a private age key starts with `AGE-SECRET-KEY-1`"))
    })
}
