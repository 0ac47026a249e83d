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
";
    let read = Assertions::parse("tests/e2e/lab.yaml", text.to_owned()).unwrap();
    assert_eq!(read.assertions.len(), 5);
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
