//! Descriptions of images, from the command line.

use std::fs;

use end_to_end::Sandbox;

const TALOS: &str = "kind: machine\ndescription: A test\nbase:\n  talos: v1.11.3\n";

#[test]
fn mistakes_are_told_with_their_place() {
    let Some(sandbox) = Sandbox::new() else { return };
    let program = sandbox.program();
    let images = program.directory.join("images");
    fs::create_dir_all(&images).unwrap();
    let cases = [
        (
            "both",
            "kind: machine\ndescription: a\nbase: {}\n",
            vec!["`base` must be either `talos` or `lab`", "images/both.yaml:3:7"],
        ),
        ("field", &format!("{TALOS}extension: []\n"), vec!["extension", "images/field.yaml:5:1"]),
        ("kind", &TALOS.replace("machine", "disk"), vec!["`kind`", "images/kind.yaml:1:7"]),
        (
            "version",
            &TALOS.replace("v1.11.3", "latest"),
            vec!["`latest` is no version", "images/version.yaml:4:10"],
        ),
        (
            "platform",
            &format!("{TALOS}platform: metall\n"),
            vec!["no platform `metall`", "images/platform.yaml:5:11"],
        ),
        ("argument", &format!("{TALOS}kernelArguments: [a b]\n"), vec!["list each argument by itself"]),
        ("meta", &format!("{TALOS}meta: [{{key: 256, value: a}}]\n"), vec!["images/meta.yaml:5"]),
        ("twice", &format!("{TALOS}extensions: [siderolabs/a, siderolabs/a]\n"), vec!["is listed twice"]),
        (
            "pins",
            TALOS,
            vec![
                "no package `talos-kernel` in version v1.11.3",
                "cargo xtask lock add package talos-kernel v1.11.3",
            ],
        ),
    ];
    for (name, text, expected) in cases {
        fs::write(images.join(format!("{name}.yaml")), text).unwrap();
        let run = program.run(&["build", &format!("images/{name}")]);
        assert_ne!(run.code, 0, "{name}");
        for expected in expected {
            assert!(run.stderr.contains(expected), "{name}: {expected}\n{}", run.stderr);
        }
    }
    let run = program.run(&["build", "images/twise"]);
    assert!(run.code != 0 && run.stderr.contains("did you mean `images/twice`?"), "{}", run.stderr);
}
