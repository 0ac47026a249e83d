//! `test`: formatting, lints and every test of the repository.

mod tally;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use inputs::{Fetched, Fetcher, Kind};

use crate::args::Global;
use crate::context;
use crate::error::{CHECK, CliError};
use crate::printer::Printer;
use tally::Tally;

/// Run all checks and tests of this repository.
///
/// Each test program takes a line, failures are shown as they come, and the last line is the sum. Real programs that
/// tests compare with are the pinned ones; what cannot be had here is skipped and counted.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask test               everything
  cargo xtask test reproducible  only tests whose names have this in them")]
pub(crate) struct Args {
    /// Only tests whose names have this in them
    filter: Option<String>,
}

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    let workspace = context::workspace(global)?;
    let cargo = Cargo {
        program: std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from),
        root: workspace.root().to_owned(),
        variables: programs(global, &workspace, printer),
        printer,
    };
    let mut tally = Tally::default();
    if args.filter.is_none() {
        cargo.check("fmt", "formatting", &["fmt", "--all", "--check"], &mut tally)?;
        let clippy = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"];
        cargo.check("clippy", "lints", &clippy, &mut tally)?;
    }
    let mut words = vec!["test", "--workspace", "--no-fail-fast"];
    words.extend(args.filter.as_deref());
    // Tests that skip themselves say so, which is shown for failed ones only unless asked for.
    words.extend(["--", "--show-output"]);
    let code = cargo.run(&words, &mut |line| {
        if let Some(text) = tally.read(line) {
            printer.note(&text);
        }
    })?;
    tally.end(code);
    printer.data(&tally.to_string());
    Ok(if tally.failed() == 0 { 0 } else { CHECK })
}

/// The cargo that runs this.
struct Cargo<'a> {
    program: PathBuf,
    root: PathBuf,
    variables: BTreeMap<String, OsString>,
    printer: &'a Printer,
}

impl Cargo<'_> {
    /// A check that passes or fails as a whole; skipped when the toolchain lacks its component.
    fn check(&self, component: &str, name: &str, words: &[&str], tally: &mut Tally) -> Result<(), CliError> {
        if self.run(&[component, "--version"], &mut |_| {})? != 0 {
            self.printer.note(&format!("SKIPPED {name}: the toolchain has no `{component}`"));
            tally.skip();
            return Ok(());
        }
        let mut lines = Vec::new();
        let code = self.run(words, &mut |line| lines.push(line.to_owned()))?;
        if code != 0 {
            self.printer.note(&lines.join("\n"));
        }
        self.printer.note(&format!("{name}: {}", if code == 0 { "ok" } else { "FAILED" }));
        tally.check(code == 0);
        Ok(())
    }

    fn run(&self, words: &[&str], line: &mut dyn FnMut(&str)) -> Result<i32, CliError> {
        process::stream(&self.program, words, &self.root, &self.variables, line)
            .map_err(|error| CliError::environment(&error, "cargo"))
    }
}

/// The pinned programs that tests compare with, for those that find them by variables.
fn programs(
    global: &Global,
    workspace: &catalogue::Workspace,
    printer: &Printer,
) -> BTreeMap<String, OsString> {
    let mut variables = BTreeMap::new();
    let wanted = [
        (Kind::Tool, "helm", "XTASK_TEST_HELM"),
        (Kind::Tool, "kubectl", "XTASK_TEST_KUBECTL"),
        (Kind::Schema, "kubernetes", "XTASK_TEST_SWAGGER"),
    ];
    for (kind, name, variable) in wanted {
        match program(global, workspace, kind, name) {
            Ok(path) => drop(variables.insert(variable.to_owned(), path.into_os_string())),
            Err(error) => {
                printer.note(&format!("tests with {name} will be skipped:"));
                printer.fail(&error);
            }
        }
    }
    variables
}

fn program(
    global: &Global,
    workspace: &catalogue::Workspace,
    kind: Kind,
    name: &str,
) -> Result<PathBuf, CliError> {
    let store = context::store(global)?;
    let lock = plan::load_lock(workspace)?;
    let missing =
        || CliError::environment(&format!("`inputs.lock` has no {} `{name}`", kind.as_str()), "test");
    let pin = lock.find(kind, name, None).ok().flatten().ok_or_else(missing)?;
    let fetcher = Fetcher::new(&store, context::network(global), global.mirror.clone(), &|_| {});
    Ok(match fetcher.fetch(pin)? {
        Fetched::File(digest) => store.executable(&digest)?,
        Fetched::Tree(digest) => only_file(&store.tree(&digest)?),
    })
}

/// The file of a tree that has one.
fn only_file(tree: &Path) -> PathBuf {
    tree.join("swagger.json")
}
