//! Charts that are a function of their inputs are packed, others are refused, however alike two renders look.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test, in functions of its own too")]

use end_to_end::Sandbox;

/// Values of all charts here. Templates may evaluate some of them by `tpl`.
const VALUES: &str = "
pair: {b: 2, a: 1}
three: {c: z, a: x, b: {deep: 1000000}}
one: {a: 1}
text: Monday
number: 86400
year: '2006'
clock: '{{ now | unixEpoch }}'
legend: '{{ keys .a }} at {{ now }}'
off: false
";

/// What a template prints and the function that its refusal names.
const IMPURE: [(&str, &str); 26] = [
    ("{{ now | date \"2006\" }}", "now"),
    ("{{ now.Unix }}", "now"),
    ("{{ date \"2006\" now }}", "now"),
    ("{{ date \"2006\" .Values.text }}", "date"),
    ("{{ .Values.text | date .Values.year }}", "date"),
    ("{{ dateInZone \"2006\" .Values.text \"UTC\" }}", "dateInZone"),
    ("{{ date_in_zone \"2006\" nil \"UTC\" }}", "date_in_zone"),
    ("{{ htmlDate .Values.text }}", "htmlDate"),
    ("{{ htmlDateInZone .Values.text \"UTC\" }}", "htmlDateInZone"),
    ("{{ ago (toDate \"2006\" \"2001\") }}", "ago"),
    ("{{ toDate \"2006\" \"2001\" | durationRound }}", "durationRound"),
    ("{{ tpl .Values.clock . }}", "now"),
    ("{{ tpl (.Files.Get \"files/clock.txt\") . }}", "now"),
    ("{{ values .Values.pair | first }}", "values"),
    ("{{ values .Values.pair | join \",\" }}", "values"),
    ("{{ range $value := .Values.three | values }}{{ kindOf $value }}{{ end }}", "values"),
    ("{{ index (keys .Values.three) 1 }}", "keys"),
    ("{{ if .Values.off }}{{ else if eq (first (keys .Values.pair)) \"a\" }}1{{ else }}2{{ end }}", "keys"),
    ("{{ include \"first\" .Values.pair }}", "keys"),
    ("{{ shuffle \"ab\" }}", "shuffle"),
    ("{{ randInt 0 2 }}", "randInt"),
    ("{{ randNumeric 1 }}", "randNumeric"),
    ("{{ randAlpha (int 1) | lower }}", "randAlpha"),
    ("{{ randBytes 1 }}", "randBytes"),
    ("{{ uuidv4 }}", "uuidv4"),
    ("{{ htpasswd \"a\" \"b\" }}", "htpasswd"),
];

/// Calls of the same functions whose results are always the same, and what they print.
const PURE: [(&str, &str); 15] = [
    ("{{ if .Values.off }}{{ now }}{{ end }}x", "x"),
    ("{{ date \"2006-01-02\" (int .Values.number) }}", "1970-01-02"),
    ("{{ date \"2006\" (toDate \"2006\" \"2001\") }}", "2001"),
    ("{{ htmlDateInZone (int64 .Values.number) \"UTC\" }}", "1970-01-02"),
    ("{{ ago \"yesterday\" }}", "0s"),
    ("{{ durationRound \"25h\" }}", "1d"),
    ("{{ now | date \"2006\" | len }}", "4"),
    ("{{ keys .Values.three | sortAlpha | join \",\" }}", "a,b,c"),
    ("{{ $keys := .Values.three | keys }}{{ join \",\" (sortAlpha $keys) }}", "a,b,c"),
    ("{{ values .Values.pair | len }}", "2"),
    ("{{ range values .Values.one }}{{ . }}{{ end }}", "1"),
    ("{{ keys .Values.one .Values.one | join \",\" }}", "a,a"),
    ("{{ len (keys (dict \"a\" (keys .Values.pair))) }}", "1"),
    ("{{ randAlphaNum 12 | len }}", "12"),
    ("{{ .Values.legend }}", "{{ keys .a }} at {{ now }}"),
];

/// A component with a chart of its own that puts what the template prints into a `ConfigMap`.
fn chart(sandbox: &Sandbox, name: &str, template: &str) {
    let directory = format!("platform/{name}/chart");
    let object = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{{{ .Release.Name }}}}\ndata:\n  printed: |-\n    {template}\n"
    );
    let partial = "{{- define \"first\" -}}\n{{ keys . | first }}\n{{- end -}}\n";
    let files = [
        ("Chart.yaml", format!("apiVersion: v2\nname: {}\nversion: 1.0.0\n", name.replace('/', "-"))),
        ("values.yaml", VALUES.to_owned()),
        ("files/clock.txt", "{{ now | unixEpoch }}".to_owned()),
        ("templates/object.yaml", object),
        ("templates/_first.tpl", partial.to_owned()),
    ];
    for (file, text) in files {
        sandbox.write(&format!("{directory}/{file}"), text);
    }
    sandbox.component(name, "namespace: web\nsources: [{helm: {path: chart}}]\ndrop: []\n");
}

#[test]
fn charts_that_are_no_function_of_their_inputs_are_refused() {
    let Some(sandbox) = Sandbox::new() else { return };
    for (index, (template, _)) in IMPURE.iter().enumerate() {
        chart(&sandbox, &format!("impure/c{index}"), template);
    }
    let run = sandbox.run(&["build"]);
    assert_eq!(run.code, 1, "{}", run.text());
    let refusals: Vec<&str> = run.stderr.split("error: ").collect();
    for (index, (template, function)) in IMPURE.iter().enumerate() {
        let unit = format!("unit `platform/impure/c{index}`,");
        let refusal = refusals.iter().find(|text| text.contains(&unit));
        let refusal = refusal.unwrap_or_else(|| panic!("`{template}` is not refused:\n{}", run.stderr));
        let says = [
            "`data.printed` is different on every render",
            "patches: [",
            &format!("calls `{function}` in line"),
        ];
        for part in says {
            let refusal = refusal.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(refusal.contains(part), "`{template}`: {refusal}");
        }
    }
}

#[test]
fn charts_that_are_one_are_packed() {
    let Some(sandbox) = Sandbox::new() else { return };
    for (index, (template, _)) in PURE.iter().enumerate() {
        chart(&sandbox, &format!("pure/c{index}"), template);
    }
    sandbox.program().build();
    for (index, (template, printed)) in PURE.iter().enumerate() {
        let unit = format!("platform/pure/c{index}");
        let run = sandbox.run(&["show", &unit, "--objects", "--format", "json"]);
        let objects = run.json();
        let object = objects.as_array().and_then(|objects| objects.first()).unwrap_or(&objects);
        assert_eq!(object["data"]["printed"].as_str(), Some(*printed), "{template}: {objects}");
    }
}

#[test]
fn packed_dependencies_are_read_too() {
    let Some(sandbox) = Sandbox::new() else { return };
    let object = |value: &str| {
        let head =
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"{{ .Chart.Name }}\"}\ndata:\n  printed: ";
        format!("{head}\"{value}\"\n").into_bytes()
    };
    let pack = |name: &str, value: &str, inner: Option<(String, Vec<u8>)>| {
        let about = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n").into_bytes();
        let files = [("Chart.yaml", about), ("templates/object.yaml", object(value))];
        let files = files.map(|(file, content)| (format!("{name}/{file}"), content));
        let files: Vec<(String, Vec<u8>)> = files.into_iter().chain(inner).collect();
        archive::gzip(&archive::write_tar(&files).unwrap())
    };
    for (unit, value) in [("good", "{{ now | date `2006` | len }}"), ("bad", "{{ now | unixEpoch }}")] {
        let inner = pack("inner", value, None);
        let middle = pack("middle", "x", Some(("middle/charts/inner-1.0.0.tgz".to_owned(), inner)));
        chart(&sandbox, &format!("nested/{unit}"), "x");
        sandbox.write(&format!("platform/nested/{unit}/chart/charts/middle-1.0.0.tgz"), middle);
    }
    let run = sandbox.run(&["build"]);
    assert_eq!(run.code, 1, "{}", run.text());
    assert_eq!(run.stderr.matches("different on every render").count(), 1, "{}", run.stderr);
    for part in ["platform/nested/bad", "charts/middle/charts/inner/templates/object.yaml` calls `now`"] {
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
}
