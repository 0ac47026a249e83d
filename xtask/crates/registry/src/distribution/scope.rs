//! What a token is for: `repository:<name>:<action>,<action>`, one or several, by the
//! [scope documentation](https://distribution.github.io/distribution/spec/auth/scope/).

use reqwest::Method;

/// What is done with a repository. A later one includes the earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Access {
    Pull,
    Push,
    Delete,
}

impl Access {
    pub(crate) fn of(method: &Method) -> Self {
        match *method {
            Method::GET | Method::HEAD => Self::Pull,
            Method::DELETE => Self::Delete,
            _ => Self::Push,
        }
    }

    fn actions(self) -> &'static [&'static str] {
        match self {
            Self::Pull => &["pull"],
            Self::Push => &["pull", "push"],
            Self::Delete => &["pull", "push", "delete"],
        }
    }
}

/// The scopes to ask for: those that the registry names, and in any case `access` to the repository. Some registries
/// name only `pull` whatever was asked of them.
pub(crate) fn scopes(named: &str, repository: &str, access: Access) -> Vec<String> {
    let mut scopes: Vec<String> = named.split_whitespace().map(str::to_owned).collect();
    let prefix = format!("repository:{repository}:");
    match scopes.iter_mut().find(|scope| scope.starts_with(&prefix)) {
        Some(scope) => {
            let mut actions: Vec<&str> = scope.strip_prefix(&prefix).unwrap_or_default().split(',').collect();
            if !actions.contains(&"*") {
                let missing: Vec<_> =
                    access.actions().iter().filter(|action| !actions.contains(action)).copied().collect();
                actions.extend(missing);
            }
            *scope = format!("{prefix}{}", actions.join(","));
        }
        None => scopes.push(format!("{prefix}{}", access.actions().join(","))),
    }
    scopes
}

/// What a challenge asks for beyond what the request itself tells: reading the state of an upload needs `push`.
pub(crate) fn access(named: &str, repository: &str, least: Access) -> Access {
    let prefix = format!("repository:{repository}:");
    let actions = named.split_whitespace().find_map(|scope| scope.strip_prefix(&prefix)).unwrap_or_default();
    let asked =
        |access: Access, action: &str| actions.split(',').any(|other| other == action).then_some(access);
    asked(Access::Delete, "delete")
        .or_else(|| asked(Access::Push, "push"))
        .map_or(least, |more| more.max(least))
}

#[cfg(test)]
mod tests;
