//! Package URLs: names of things that other tools know too
//! (<https://github.com/package-url/purl-spec>, `docs/standard/specification.md` and `types/`).

/// A package URL in its canonical form; qualifiers without value are left out.
pub(crate) fn purl(kind: &str, name: &str, version: &str, qualifiers: &[(&str, &str)]) -> String {
    let mut text = format!("pkg:{kind}/{}", encoded(name));
    if !version.is_empty() {
        text.push('@');
        text.push_str(&encoded(version));
    }
    let mut qualifiers: Vec<_> = qualifiers.iter().filter(|(_, value)| !value.is_empty()).collect();
    qualifiers.sort();
    for (position, (key, value)) in qualifiers.into_iter().enumerate() {
        text.push(if position == 0 { '?' } else { '&' });
        text.push_str(&format!("{key}={}", encoded(value)));
    }
    text
}

/// Percent-encoding; the colon stays.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'~' | b':' => {
                encoded.push(char::from(byte));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests;
