//! Rendering charts. The pinned Helm as a child process is the first engine; others fit behind [`ChartEngine`].

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use process::{Command, ProcessError};

/// No chart takes this long; one that does loops.
const DEADLINE: Duration = Duration::from_mins(2);

/// What a chart is rendered with.
#[derive(Clone, Copy, Debug)]
pub struct ChartRequest<'a> {
    /// Its unpacked directory.
    pub chart: &'a Path,
    /// The release name.
    pub release: &'a str,
    /// The release namespace.
    pub namespace: &'a str,
    /// `1.34.1`.
    pub kubernetes_version: &'a str,
    /// Further API versions.
    pub apis: &'a [String],
    /// Value files, the base first.
    pub values: &'a [PathBuf],
    /// A directory that is the engine's own for this call.
    pub scratch: &'a Path,
}

/// Why a chart did not render.
#[derive(Debug)]
pub enum ChartFailure {
    /// The chart or its values are at fault; the text is the engine's.
    Refused(String),
    /// The engine could not be run.
    Process(ProcessError),
}

/// Something that renders charts.
pub trait ChartEngine: Sync {
    /// A stream of YAML documents, each below a comment `# Source: <template>`, CRDs and hooks included.
    fn template(&self, request: &ChartRequest<'_>) -> Result<String, ChartFailure>;
}

/// Helm as a child process.
#[derive(Clone, Debug)]
pub struct HelmProcess {
    /// The program.
    pub program: PathBuf,
}

impl ChartEngine for HelmProcess {
    fn template(&self, request: &ChartRequest<'_>) -> Result<String, ChartFailure> {
        let mut args: Vec<OsString> = ["template", request.release].map(OsString::from).to_vec();
        args.push(request.chart.into());
        for (flag, value) in
            [("--namespace", request.namespace), ("--kube-version", request.kubernetes_version)]
        {
            args.extend([flag.into(), value.into()]);
        }
        args.push("--include-crds".into());
        for api in request.apis {
            args.extend(["--api-versions".into(), api.into()]);
        }
        for values in request.values {
            args.extend(["--values".into(), values.into()]);
        }
        let finished = process::run(&Command {
            program: self.program.clone(),
            args,
            directory: request.scratch.to_path_buf(),
            env: BTreeMap::new(),
            stdin: Vec::new(),
            deadline: DEADLINE,
            scratch: request.scratch.to_path_buf(),
        })
        .map_err(ChartFailure::Process)?;
        if finished.code != 0 {
            return Err(ChartFailure::Refused(finished.stderr));
        }
        String::from_utf8(finished.stdout)
            .map_err(|_| ChartFailure::Refused("the output is not UTF-8".to_owned()))
    }
}
