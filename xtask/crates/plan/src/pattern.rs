//! File patterns: `*` stands for anything within a name, `**` for anything at all.

/// Whether a path fits a pattern; a pattern without `/` is compared with the file name alone.
pub(crate) fn fits(pattern: &str, path: &str) -> bool {
    if pattern.contains('/') {
        return fits_bytes(pattern.as_bytes(), path.as_bytes());
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    fits_bytes(pattern.as_bytes(), name.as_bytes())
}

fn fits_bytes(pattern: &[u8], path: &[u8]) -> bool {
    match pattern {
        [] => path.is_empty(),
        [b'*', b'*', rest @ ..] => (0..=path.len()).any(|at| fits_bytes(rest, &path[at..])),
        [b'*', rest @ ..] => {
            let longest = path.iter().position(|byte| *byte == b'/').unwrap_or(path.len());
            (0..=longest).any(|at| fits_bytes(rest, &path[at..]))
        }
        [first, rest @ ..] => path.first() == Some(first) && fits_bytes(rest, &path[1..]),
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns() {
        let cases = [
            ("*.yaml", "a/b.yaml", true),
            ("*.yaml", "b.yml", false),
            ("config/*.yaml", "config/a.yaml", true),
            ("config/*.yaml", "config/x/a.yaml", false),
            ("config/**.yaml", "config/x/a.yaml", true),
            ("**/crd/*", "x/y/crd/a", true),
            ("kustomization.yaml", "crd/kustomization.yaml", true),
            ("", "a", false),
        ];
        for (pattern, path, expected) in cases {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
    }
}
