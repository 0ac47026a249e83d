use super::*;

#[test]
fn every_way_of_seeing_is_read() {
    let text = "assertions:
- name: a
  component: c
  expect: {condition: {apiVersion: v1, kind: Pod, namespace: web, name: x, is: Ready}}
- name: b
  component: c
  expect: {field: {apiVersion: v1, kind: Service, name: x, at: /spec/type, equals: ClusterIP}}
- name: c
  component: c
  expect: {absent: {apiVersion: v1, kind: Pod, name: x}}
- name: d
  component: c
  expect: {answer: {namespace: web, service: 's:http', path: /, contains: ok}}
- name: e
  component: c
  expect: {served: {path: /version, contains: v1}}
- name: f
  component: c
  delete: {apiVersion: v1, kind: Pod, namespace: web, name: x}
  expect: {http: {at: {namespace: web, service: s}, port: 80, path: /, contains: ok}}
- name: g
  component: c
  expect: {name: {at: {namespace: dns, service: s}, name: a.b, is: {namespace: web, service: s}}}
- name: h
  component: c
  expect: {command: {namespace: web, selector: a=b, container: c, run: [psql], contains: '1'}}
changes:
- name: upgrade
  edits: [{file: a.yaml, from: x, to: z}]
  changed: [apps/a]
- name: broken
  edits: [{file: a.yaml, to: more}]
  broken: {component: apps/a, cause: Pull}
";
    let read = Assertions::parse("tests/e2e/lab.yaml", text.to_owned()).unwrap();
    assert_eq!(read.assertions.len(), 8);
    assert_eq!(read.changes[0].edits[0].apply("x x").as_deref(), Some("z x"));
    assert_eq!(read.changes[0].edits[0].apply("w"), None);
    assert_eq!(read.changes[1].edits[0].apply("z ").as_deref(), Some("z more"));
    assert_eq!(read.changes[1].broken.as_ref().unwrap().within, 60);
    assert!(
        matches!(&read.assertions[1].expect, Expectation::Field { equals: Some(value), .. } if value == "ClusterIP")
    );
}

#[test]
fn mistakes_have_a_place() {
    let text = "assertions:\n- name: a\n  component: c\n  expect: {conditions: {}}\n- component: c\n";
    let mistakes = Assertions::parse("tests/e2e/lab.yaml", text.to_owned()).unwrap_err();
    assert!(!mistakes.is_empty());
    assert!(mistakes.iter().all(|mistake| mistake.place().unwrap().starts_with("tests/e2e/lab.yaml:")));
}
