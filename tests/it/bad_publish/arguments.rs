//! Mistakes on the command line, before anybody is asked.

use end_to_end::Sandbox;

use crate::{Case, REFUSED, SURROUNDINGS, WRONG, assert_told, program, words};

#[test]
fn arguments() {
    let Some(sandbox) = Sandbox::new() else { return };
    sandbox.write("no-certificates.pem", "hello");
    // Nobody listens there.
    let place = "oci://127.0.0.1:1/lab";
    let table: [(&str, i32, &[&str]); 30] = [
        (
            "publish --to http://127.0.0.1:1/lab",
            WRONG,
            &["`http://127.0.0.1:1/lab` is no registry", "oci://<host>"],
        ),
        ("publish --to lab", WRONG, &["`lab` is no registry"]),
        ("publish --to oci://", WRONG, &["`oci://"]),
        ("publish --to oci://127.0.0.1:1/Lab", WRONG, &["upper-case letter"]),
        ("publish --to oci://127.0.0.1:99999/lab", WRONG, &["port"]),
        ("publish --to oci://127.0.0.1:1/a//b", WRONG, &["repository"]),
        ("publish --channel Staging", WRONG, &["`Staging` cannot be the name of a channel", "small letters"]),
        ("publish --channel latest", WRONG, &["`latest`", "nothing should follow"]),
        ("publish --channel journal-1", WRONG, &["`journal-1`", "another meaning"]),
        ("publish --channel claim-1-x", WRONG, &["`claim-1-x`"]),
        ("publish --channel 1st", WRONG, &["does not begin with a letter"]),
        ("publish --channel a/b", WRONG, &["`a/b`"]),
        ("publish nowhere", WRONG, &["nowhere"]),
        ("publish lab --ca missing.pem", WRONG, &["cannot read `missing.pem`", "PEM"]),
        ("publish lab --ca no-certificates.pem", SURROUNDINGS, &["certificate"]),
        ("publish --offline", SURROUNDINGS, &["network is off", "leave `--offline` out"]),
        ("publish --strict", REFUSED, &["no digest in `inputs.lock`", "lock update --images"]),
        ("publish", SURROUNDINGS, &["Connection refused", "is the registry up"]),
        (
            "publish --to oci://no-such-host.invalid/lab",
            SURROUNDINGS,
            &["no-such-host.invalid", "is the registry up"],
        ),
        ("promote staging", WRONG, &["required"]),
        ("promote staging Production", WRONG, &["`Production` cannot be the name"]),
        ("rollback production --to seven", WRONG, &["seven"]),
        ("rollback production --to -1", WRONG, &["-1"]),
        ("releases diff one two", WRONG, &["one"]),
        ("releases gc --keep all", WRONG, &["all"]),
        ("bootstrap nowhere --engine flux", WRONG, &["nowhere"]),
        ("bootstrap lab --engine fleet", WRONG, &["fleet", "possible values"]),
        ("bootstrap lab", WRONG, &["several engines", "--engine"]),
        ("bootstrap lab --engine flux --channel Staging", WRONG, &["`Staging` cannot be"]),
        ("bootstrap lab --engine flux --registry lab", WRONG, &["lab"]),
    ];
    let run = |line: &str| {
        // An image without a digest, for `--strict`.
        program(&sandbox, place).run(&words(line))
    };
    let cases: Vec<Case> = table
        .iter()
        .map(|(line, code, says)| Case {
            name: (*line).to_owned(),
            code: *code,
            says: says.to_vec(),
            run: run(line),
        })
        .collect();
    assert_told(&cases);
}
