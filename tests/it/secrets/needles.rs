//! All that a secret can look like.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use talos::{Field, SecretsBundle};

/// As many bytes of a secret are enough to give it away.
const WINDOW: usize = 16;

/// Pieces of the secrets of a bundle in every form.
pub(crate) struct Needles {
    windows: BTreeSet<[u8; WINDOW]>,
    /// Whether a window starts with three bytes; most texts are told by that alone.
    starts: Vec<bool>,
}

impl Needles {
    /// Those of a bundle that another one, made of other random bytes, does not have: no heads of PEM, no names.
    pub(crate) fn of(bundle: &SecretsBundle, other: &SecretsBundle) -> Self {
        let common = windows(other);
        let windows: BTreeSet<_> = windows(bundle).difference(&common).copied().collect();
        let mut starts = vec![false; 1 << 24];
        for window in &windows {
            starts[start(window)] = true;
        }
        Self { windows, starts }
    }

    /// The first piece that a text has, with what stands around it.
    pub(crate) fn find(&self, text: &[u8]) -> Option<String> {
        let is_one = |window: &&[u8]| {
            self.starts[start(window)] && self.windows.contains::<[u8; WINDOW]>((*window).try_into().unwrap())
        };
        let at = text.windows(WINDOW).position(|window| is_one(&window))?;
        let around = &text[at.saturating_sub(40)..text.len().min(at + 40)];
        Some(String::from_utf8_lossy(around).into_owned())
    }
}

fn start(window: &[u8]) -> usize {
    usize::from(window[0]) << 16 | usize::from(window[1]) << 8 | usize::from(window[2])
}

fn windows(bundle: &SecretsBundle) -> BTreeSet<[u8; WINDOW]> {
    let mut windows = BTreeSet::new();
    for field in Field::ALL {
        for form in forms(field.of(bundle)) {
            windows.extend(form.windows(WINDOW).map(|window| <[u8; WINDOW]>::try_from(window).unwrap()));
        }
    }
    windows
}

/// A field as it stands, what its base64 holds, PEM without heads and line breaks, what that holds; each of these plain,
/// in hexadecimal digits, in base64 wherever it starts, and with line breaks as JSON has them.
fn forms(text: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![text.as_bytes().to_vec()];
    if let Ok(pem) = STANDARD.decode(text) {
        let lines = String::from_utf8_lossy(&pem).into_owned();
        let body: String = lines.lines().filter(|line| !line.starts_with("-----")).collect();
        forms.extend(STANDARD.decode(&body));
        forms.extend([pem, lines.replace('\n', "\\n").into_bytes(), body.into_bytes()]);
    }
    let coded = forms.iter().flat_map(|form| {
        let lower: String = form.iter().flat_map(|byte| [byte >> 4, byte & 15].map(digit)).collect();
        let upper = lower.to_uppercase();
        let shifted = (0..3).flat_map(|shift| {
            let shifted = form.get(shift..).unwrap_or_default();
            [STANDARD_NO_PAD.encode(shifted), URL_SAFE_NO_PAD.encode(shifted)]
        });
        [lower, upper].into_iter().chain(shifted).map(String::into_bytes).collect::<Vec<_>>()
    });
    let coded: Vec<Vec<u8>> = coded.collect();
    forms.into_iter().chain(coded).collect()
}

fn digit(value: u8) -> char {
    char::from_digit(value.into(), 16).unwrap()
}

#[test]
fn every_form_is_found() {
    use crate::planted::planted;
    let (bundle, other) = (planted(1), planted(2));
    let needles = Needles::of(&bundle, &other);
    for field in Field::ALL.into_iter().filter(|field| *field != Field::AescbcEncryptionSecret) {
        let text = field.of(&bundle);
        for form in forms(text) {
            let hidden = [b"x: ", form.as_slice(), b"\n"].concat();
            assert!(needles.find(&hidden).is_some(), "{}", field.path());
        }
        assert_eq!(needles.find(field.of(&other).as_bytes()), None, "{}", field.path());
    }
    assert_eq!(needles.find(b"-----BEGIN EC PRIVATE KEY----- LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t"), None);
}
