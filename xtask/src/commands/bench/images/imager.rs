//! The imager of Talos, built from its Go module.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use process::Command;
use serde_json::json;

use super::super::runs::bare;
use super::super::stage::Stage;
use super::parts::{Parts, RELEASE};
use crate::error::CliError;

/// Where its sources are named, below the checkout.
const SOURCE: &str = "tests/imager";
/// What images say they are from, in seconds since 1970.
const TIME: &str = "1559424892";
/// What it starts.
const NEEDS: [&str; 3] = ["mksquashfs", "cpio", "zstd"];

/// The program.
pub(super) struct Imager {
    program: PathBuf,
}

impl Imager {
    /// Builds it; or why that cannot be done here.
    pub(super) fn build(stage: &Stage<'_>, checkout: &Path) -> Result<Result<Self, String>, CliError> {
        if let Some(missing) = NEEDS.into_iter().find(|name| process::find(name).is_none()) {
            return Ok(Err(format!("there is no `{missing}`")));
        }
        let Some(go) = process::find("go") else { return Ok(Err("there is no `go`".to_owned())) };
        stage.printer.note("building the imager of Talos");
        let program = stage.path("imager");
        let target = program.display().to_string();
        let words = ["build", "-trimpath", "-buildvcs=false", "-o", &target, "."];
        let variables = [("GOFLAGS", ""), ("GOWORK", "off"), ("GOTOOLCHAIN", "auto"), ("CGO_ENABLED", "0")];
        let variables: BTreeMap<String, OsString> =
            variables.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let mut said = String::new();
        let code = process::stream(&go, &words, &checkout.join(SOURCE), &variables, &mut |line| {
            line.clone_into(&mut said);
        })
        .map_err(|error| CliError::environment(&error, "the imager of Talos"))?;
        Ok(if code == 0 { Ok(Self { program }) } else { Err(said) })
    }

    /// Makes a unified kernel image of the same parts: wall and processor time, in seconds.
    pub(super) fn run(&self, stage: &Stage<'_>, parts: &Parts) -> Result<[f64; 2], CliError> {
        let scratch = stage.path("imager-scratch");
        stage.done(std::fs::create_dir_all(&scratch))?;
        let input = |name: &str| json!({ "path": parts.file(name) });
        let extensions: Vec<_> =
            Parts::EXTENSIONS.iter().map(|name| json!({ "tarballPath": parts.file(name) })).collect();
        let profile = json!({
            "arch": "amd64", "platform": "metal", "version": RELEASE,
            "input": {
                "kernel": input("talos-kernel"), "initramfs": input("talos-initramfs"),
                "sdStub": input("talos-stub"), "sdBoot": input("talos-boot"), "systemExtensions": extensions,
            },
            "output": { "kind": "uki", "outFormat": "raw" },
        });
        let mut command = Command::new(&self.program, &scratch).env("SOURCE_DATE_EPOCH", TIME);
        command = command.args(["imager", "-", "--output", "images"]);
        command.stdin = profile.to_string().into_bytes();
        let usage = bare(&command)?;
        stage.done(std::fs::remove_dir_all(&scratch))?;
        Ok(usage)
    }
}
