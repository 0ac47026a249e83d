use std::io::{Error as IoError, ErrorKind};

use super::*;

fn io(kind: ErrorKind) -> StoreError {
    StoreError::Io { path: "/store/objects".into(), action: "write", source: kind.into() }
}

fn mistake() -> Vec<Diagnostic> {
    vec![Diagnostic::error("wrong")]
}

fn hints(error: &CliError) -> String {
    error.diagnostics.iter().flat_map(|diagnostic| diagnostic.hints.clone()).collect::<Vec<_>>().join("\n")
}

#[test]
fn codes_say_who_has_to_act() {
    let fetch = || FetchError::Interrupted { pin: "chart `site` 1.2.0".to_owned() };
    let rows: Vec<(PlanError, u8)> = vec![
        (PlanError::Refused(mistake()), CHECK),
        (PlanError::Described(mistake()), INPUT),
        (PlanError::Fetch(fetch()), ENVIRONMENT),
        (PlanError::Unfetched(vec![fetch(), fetch()]), ENVIRONMENT),
        (PlanError::Store(io(ErrorKind::Other)), ENVIRONMENT),
        (PlanError::Render(RenderError::Refused(mistake())), CHECK),
        (PlanError::Render(RenderError::Store(io(ErrorKind::Other))), ENVIRONMENT),
        (
            PlanError::Io { action: "write", path: "x".to_owned(), source: ErrorKind::Other.into() },
            ENVIRONMENT,
        ),
    ];
    for (error, code) in rows {
        let shown = format!("{error:?}");
        let error = CliError::from(error);
        assert_eq!(error.code, code, "{shown}");
        assert!(!error.diagnostics.is_empty(), "{shown} says nothing");
    }
}

#[test]
fn each_input_that_cannot_be_had_is_told() {
    let pins = ["chart `a` 1", "chart `b` 2"];
    let errors = pins.map(|pin| FetchError::Interrupted { pin: pin.to_owned() }).into();
    let error = CliError::from(PlanError::Unfetched(errors));
    assert_eq!(error.diagnostics.len(), 2);
    for (diagnostic, pin) in error.diagnostics.iter().zip(pins) {
        assert!(diagnostic.message.contains(pin), "{}", diagnostic.message);
    }
}

#[test]
fn a_full_disk_and_a_store_of_others_have_a_way_out() {
    assert!(hints(&io(ErrorKind::StorageFull).into()).contains("store gc"));
    assert!(hints(&io(ErrorKind::ReadOnlyFilesystem).into()).contains("--store"));
    assert!(hints(&FetchError::Store(io(ErrorKind::QuotaExceeded)).into()).contains("store gc"));
    let newer = StoreError::NewerVersion { root: "/store".into(), found: 9, known: 1 };
    assert!(hints(&newer.into()).contains("--store"));
}

#[test]
fn a_program_that_does_not_start_says_why() {
    let source = IoError::from(ErrorKind::NotFound);
    let error = process::ProcessError::Start { program: "helm".into(), directory: "/".into(), source };
    let error = CliError::from(PlanError::Render(RenderError::Process(error)));
    assert!(error.diagnostics[0].message.contains("entity not found"), "{}", error.diagnostics[0].message);
    assert!(hints(&error).contains("lock verify"));
}

#[test]
fn causes_are_told_once() {
    let error = io(ErrorKind::StorageFull);
    let text = chain(&error);
    assert_eq!(text.matches("no storage space").count(), 1, "{text}");
}

#[test]
fn of_several_failures_the_users_own_decides() {
    let of = |code| CliError { code, diagnostics: mistake() };
    for (codes, expected) in
        [(vec![3], 3), (vec![3, 1], 1), (vec![1, 3, 2], 2), (vec![2, 1], 2), (vec![130, 3], 130)]
    {
        let joined = CliError::join(codes.iter().map(|code| of(*code)).collect()).unwrap();
        assert_eq!((joined.code, joined.diagnostics.len()), (expected, codes.len()), "{codes:?}");
    }
    assert!(CliError::join(Vec::new()).is_none());
}

#[test]
fn a_bug_is_one_line() {
    let line = bug("left != right\n  left: 1\n right: 2", "src/x.rs:1:2");
    assert!(line.starts_with("bug: left != right left: 1 right: 2 (src/x.rs:1:2): "), "{line}");
    assert_eq!(line.matches('\n').count(), 1);
    assert!(line.contains("issue"));
}
