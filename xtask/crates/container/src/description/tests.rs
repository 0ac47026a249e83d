use super::*;

#[test]
fn a_description_is_read() {
    let text = "kind: node\ndescription: A node.\nprograms:\n- {module: m, package: p, path: /usr/bin/p}\n";
    let description = parse("images/node.yaml", text.to_owned()).unwrap();
    assert_eq!((description.kind, description.programs[0].module.as_str()), (ImageKind::Node, "m"));
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text = "kind: container\ndescription: x\npackage: [a]\nstart: {user: [1]}\n";
    let mistakes = parse("images/x.yaml", text.to_owned()).unwrap_err();
    assert_eq!(mistakes.len(), 2, "{mistakes:?}");
}

#[test]
fn images_of_machines_are_somebody_elses() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("machine.yaml"), "kind: machine\nanything: 1\n").unwrap();
    fs::write(directory.path().join("pause.yaml"), "kind: container\ndescription: Waits.\n").unwrap();
    let found = find(directory.path()).unwrap();
    assert_eq!(found.keys().collect::<Vec<_>>(), ["pause"]);
}
