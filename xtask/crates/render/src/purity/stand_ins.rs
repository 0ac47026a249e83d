//! What calls are replaced by in the copies of a chart.
//!
//! A stand-in is a named template. It finds the arguments of the call in `args` of its dictionary and leaves the
//! result in `out`, so that the result keeps its type; text alone would not. Only the stand-ins differ between the two
//! copies: a text with calls that no template ever evaluates is the same in both.

use std::fmt::Write as _;

/// One of the two copies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Twin {
    First,
    Second,
}

/// Functions and how their stand-ins come to the result; `⟨a|b⟩` is `a` in the first copy and `b` in the second.
const STAND_INS: [(&str, &str); 18] = [
    ("now", "$out = include \"xtask.clock\" (set . \"args\" list) | list (get . \"out\") | first"),
    ("ago", AGO),
    (
        "date",
        "$out = date (index .args 0) (include \"xtask.time\" (set . \"of\" (index .args 1)) | list (get . \"out\") | first)",
    ),
    ("dateInZone", IN_ZONE),
    ("date_in_zone", IN_ZONE),
    (
        "htmlDate",
        "$out = htmlDate (include \"xtask.time\" (set . \"of\" (index .args 0)) | list (get . \"out\") | first)",
    ),
    (
        "htmlDateInZone",
        "$out = htmlDateInZone (include \"xtask.time\" (set . \"of\" (index .args 0)) | list (get . \"out\") | first) (index .args 1)",
    ),
    (
        "durationRound",
        "$out = ternary \"⟨1y|2y⟩\" (durationRound (index .args 0)) (eq (typeOf (index .args 0)) \"time.Time\")",
    ),
    ("keys", KEYS),
    ("values", VALUES),
    ("shuffle", SHUFFLE),
    ("randAlphaNum", "$out = repeat (int (index .args 0)) \"⟨a|b⟩\""),
    ("randAlpha", "$out = repeat (int (index .args 0)) \"⟨a|b⟩\""),
    ("randAscii", "$out = repeat (int (index .args 0)) \"⟨a|b⟩\""),
    ("randNumeric", "$out = repeat (int (index .args 0)) \"⟨1|2⟩\""),
    ("randBytes", "$out = repeat (int (index .args 0)) \"⟨a|b⟩\" | b64enc"),
    ("randInt", "$out = int ⟨(index .args 0)|(sub (index .args 1) 1)⟩"),
    ("uuidv4", "$out = \"⟨11111111-1111-4111-8111-111111111111|22222222-2222-4222-8222-222222222222⟩\""),
];

/// A time and seconds since the epoch tell how long ago they are; anything else counts as now.
const AGO: &str = "$out = ternary \"⟨1h0m0s|2h0m0s⟩\" \"0s\" (has (typeOf (index .args 0)) (list \"time.Time\" \"int64\" \"int\"))";

const IN_ZONE: &str = "$out = dateInZone (index .args 0) (include \"xtask.time\" (set . \"of\" (index .args 1)) | list (get . \"out\") | first) (index .args 2)";

/// In the second copy each dictionary's begin with its second key, so that every place has another one.
const KEYS: &str = "$out = list }}{{ range .args }}{{ $own := list }}{{ range $key, $_ := . }}{{ $own = append $own $key }}{{ end }}\
                    {{ if $own }}{{ $out = concat $out ⟨$own|(append (rest $own) (first $own))⟩ }}{{ end }}{{ end }}{{ $out = $out";
const VALUES: &str = "$out = list }}{{ range .args }}{{ $own := list }}{{ range $_, $value := . }}{{ $own = append $own $value }}{{ end }}\
                      {{ if $own }}{{ $out = concat $out ⟨$own|(append (rest $own) (first $own))⟩ }}{{ end }}{{ end }}{{ $out = $out";
const SHUFFLE: &str = "$own := splitList \"\" (index .args 0) }}{{ if $own }}{{ $own = ⟨$own|(append (rest $own) (first $own))⟩ }}{{ end }}\
                       {{ $out = join \"\" $own";

/// Clocks that no machine shows, and what `date` and its kin make of something that is no time: the clock.
const CLOCKS: &str = r#"{{ define "xtask.clock" }}{{ $_ := set . "out" (toDate "2006-01-02 15:04:05" "⟨2001-02-03 04:05:06|2032-11-28 17:18:19⟩") }}{{ end }}
{{ define "xtask.time" }}{{ if has (typeOf .of) (list "time.Time" "*time.Time" "int" "int32" "int64") }}{{ $_ := set . "out" .of }}{{ else }}{{ $_ := include "xtask.clock" . }}{{ end }}{{ end }}
"#;

/// Whether a function has a stand-in.
pub(super) fn has(function: &str) -> bool {
    STAND_INS.iter().any(|(name, _)| *name == function)
}

/// Whether it takes no argument, so that it may stand in the place of one.
pub(super) fn is_plain(function: &str) -> bool {
    matches!(function, "now" | "uuidv4")
}

/// The file that defines all stand-ins of a copy.
pub(super) fn file(copy: Twin) -> String {
    let mut text = CLOCKS.to_owned();
    for (name, body) in STAND_INS {
        let _ = writeln!(
            text,
            "{{{{ define \"xtask.{name}\" }}}}{{{{ $out := \"\" }}}}{{{{ {body} }}}}{{{{ $_ := set . \"out\" $out }}}}{{{{ end }}}}"
        );
    }
    choose(&text, copy)
}

/// The text of one copy out of that of both.
fn choose(text: &str, copy: Twin) -> String {
    let mut out = String::new();
    for part in text.split('⟨') {
        match part.split_once('⟩') {
            Some((choice, rest)) => {
                let (first, second) = choice.split_once('|').unwrap_or((choice, choice));
                out.push_str(if copy == Twin::First { first } else { second });
                out.push_str(rest);
            }
            None => out.push_str(part),
        }
    }
    out
}
