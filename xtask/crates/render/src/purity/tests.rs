use super::*;

fn functions(text: &str) -> Vec<String> {
    scan("t.yaml", text).into_iter().map(|found| found.function).collect()
}

#[test]
fn finds_calls_and_nothing_else() {
    let cases: &[(&str, &[&str])] = &[
        ("a: {{ now }}", &["now"]),
        ("a: {{ randAlphaNum 10 | b64enc }}", &["randAlphaNum"]),
        ("a: {{ .Values.now }} {{ $now }} now", &[]),
        ("a: {{ \"now\" }} {{ `now` }} {{ \"\\\"now\" }}", &[]),
        ("{{/* now */}} {{- /* {{ now */ -}}", &[]),
        ("{{ range $k := keys .Values | sortAlpha }}", &[]),
        ("{{ range $k := keys .Values }}", &["keys"]),
        ("{{ .Values.keys }}{{ values $x | first }}", &["values"]),
        ("{{ if (lookup \"v1\" \"Secret\" \"a\" \"b\") }}", &["lookup"]),
        ("{{ unclosed now", &[]),
        ("{{ \"ä\\ö\" | now }} ü", &["now"]),
        ("{{ \"}} now\" }}", &[]),
        ("{{ date \"2006\" .Values.x }}{{ \"2006\" | htmlDate }}", &["date", "htmlDate"]),
        ("{{ keys .a | len }}{{ values .a | sortAlpha }}", &[]),
        ("{{ uuidv4x }} {{ my_now }}", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(functions(text), *expected, "{text}");
    }
}

#[test]
fn tells_the_line() {
    assert_eq!(
        scan("t", "a\nb: {{ now }}\nc: {{\n  now }}").iter().map(|i| i.line).collect::<Vec<_>>(),
        [2, 4]
    );
}

#[test]
fn replaces_calls_by_stand_ins() {
    let tail = |name: &str| {
        format!(" | set $xtask `args` | include `xtask.{name}` | list (get $xtask `out`) | first")
    };
    let cases = [
        ("a: {{ .Values.now }} {{ \"keys\" }}", "a: {{ .Values.now }} {{ \"keys\" }}".to_owned()),
        ("a: {{ now }}", format!("a: {{{{ $xtask := dict }}}}{{{{ (list{}) }}}}", tail("now"))),
        (
            "x {{- now | date \"2006\" -}}",
            format!(
                "x {{{{- $xtask := dict }}}}{{{{- (list{}) | list \"2006\"{}  -}}}}",
                tail("now"),
                tail("date")
            ),
        ),
        (
            "{{ range keys .a (dict \")\" 1) }}{{ end }}",
            format!(
                "{{{{ $xtask := dict }}}}{{{{ range (list .a (dict \")\" 1){})  }}}}{{{{ end }}}}",
                tail("keys")
            ),
        ),
        (
            "{{ first (keys (index (values .a) 0)) }}",
            format!(
                "{{{{ $xtask := dict }}}}{{{{ first ((list (index ((list .a{}) ) 0){}) ) }}}}",
                tail("values"),
                tail("keys")
            ),
        ),
        (
            "{{ if .a }}{{ else if keys .b }}{{ end }}",
            format!(
                "{{{{ $xtask := dict }}}}{{{{ if .a }}}}{{{{ else if (list .b{})  }}}}{{{{ end }}}}",
                tail("keys")
            ),
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(perturb(text), expected, "{text}");
    }
}
