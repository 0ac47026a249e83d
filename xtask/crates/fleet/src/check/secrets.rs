//! Where secrets come from: exactly one place.

use diag::Diagnostic;

use crate::fleet::Fleet;

pub(super) fn check(fleet: &Fleet, found: &mut Vec<Diagnostic>) {
    let cluster = &fleet.cluster;
    let Some(secrets) = &cluster.spec.secrets else { return };
    let at = |field: &str, message: String| {
        Diagnostic::error(message).at(&cluster.source, cluster.place(&["secrets", field]), "here")
    };
    let given = [
        secrets.sops.is_some(),
        secrets.command.is_some(),
        secrets.environment.is_some(),
        secrets.file.is_some(),
    ];
    if given.iter().filter(|given| **given).count() != 1 {
        let mistake = at("", "`secrets` says not exactly one place".to_owned());
        found.push(mistake.hint("give one of `sops`, `command`, `environment` and `file`"));
    }
    if let Some(path) = &secrets.sops
        && (path.starts_with('/') || path.split('/').any(|part| part == ".." || part.is_empty()))
    {
        let mistake = at("sops", format!("`{path}` is not below the directory of the cluster"));
        found
            .push(mistake.hint("write a name beside `cluster.yaml`; `file` is for one outside the checkout"));
    }
    if let Some(command) = &secrets.command
        && command.first().is_none_or(String::is_empty)
    {
        let mistake = at("command", "the command names no program".to_owned());
        found.push(mistake.hint("write a list: `[op, read, \"op://vault/item/field\"]`"));
    }
    if let Some(name) = &secrets.environment
        && (name.is_empty()
            || name.starts_with(|c: char| c.is_ascii_digit())
            || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
    {
        let mistake = at("environment", format!("`{name}` is no name of a variable"));
        found.push(mistake.hint("letters, digits and `_`, and no digit first"));
    }
    if let Some(path) = &secrets.file
        && !path.starts_with('/')
        && !path.starts_with("~/")
    {
        let mistake = at("file", format!("`{path}` may be in the checkout"));
        found
            .push(mistake.hint("write a whole path, or one that starts with `~/`; `sops` is for files here"));
    }
}
