//! Where a node looks for images.
//!
//! Source: <https://github.com/containerd/containerd/blob/main/docs/hosts.md>.

/// The file `hosts.toml` that makes a node look for images of `host` in `registry` first, below `mirror/<host>`.
pub fn hosts_toml(host: &str, registry: &str) -> String {
    format!(
        "server = \"https://{host}\"\n\n[host.\"http://{registry}/v2/mirror/{host}\"]\n  capabilities = [\"pull\", \"resolve\"]\n  override_path = true\n"
    )
}

#[cfg(test)]
mod tests;
