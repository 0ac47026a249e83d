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
fn perturbs_clock_and_keys_only() {
    let text = "a: {{ now | date \"2006\" }} b: {{- range keys .a (dict \"now\" 1) -}} {{ (keys .x) | len }}";
    let perturbed = perturb(text, KeyOrder::Descending);
    assert!(perturbed.contains("(toDate \"2006-01-02 15:04:05\" \"2001-02-03 04:05:06\") | date \"2006\""));
    assert!(perturbed.contains("range (keys .a (dict \"now\" 1) | sortAlpha | reverse)"), "{perturbed}");
    assert!(perturbed.contains("((keys .x | sortAlpha | reverse) ) | len"), "{perturbed}");
    assert_eq!(
        perturb("{{ $a | keys | first }}", KeyOrder::Ascending),
        "{{ $a | keys  | sortAlpha | first }}"
    );
    assert_eq!(perturb("a: {{ .Values.now }}", KeyOrder::Ascending), "a: {{ .Values.now }}");
}
