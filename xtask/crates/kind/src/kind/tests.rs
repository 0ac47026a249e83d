use super::*;

#[test]
fn a_process_is_known_by_its_arguments() {
    let program = std::env::args().next().unwrap();
    let own = std::process::id().to_string();
    assert!(orphans(Path::new(&program)).contains(&own));
    assert_eq!(orphans(Path::new("/no/such/file")), Vec::<String>::new());
}
