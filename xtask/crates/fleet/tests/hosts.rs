//! The machines of the reference clusters, as the checkout describes them.

use std::path::Path;

use catalogue::Workspace;

fn checkout() -> Workspace {
    Workspace::at(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.."))
}

#[test]
fn nothing_is_wrong_with_any_cluster() {
    let workspace = checkout();
    for name in catalogue::clusters(&workspace) {
        let fleet = fleet::load(&workspace, &name);
        let mistakes = fleet.map_or_else(|mistakes| mistakes, |fleet| fleet::check(&fleet));
        let texts: Vec<String> =
            mistakes.iter().map(|mistake| diag::render(mistake, diag::Paint::Plain, 100)).collect();
        assert!(texts.is_empty(), "{name}:\n{}", texts.join("\n"));
    }
}
