//! The official library: one process for each version, asked line by line.
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock};

use end_to_end::{go, skip};
use serde_json::{Value, json};
use talos::Contract;

/// The library of a version.
pub(crate) struct Library {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// Runs a test with the library of each version that can be had here.
pub(crate) fn each(test: &str, mut check: impl FnMut(Contract, &mut Library)) {
    static BUILT: Mutex<()> = Mutex::new(());
    for contract in Contract::ALL {
        let built = {
            let _one_at_a_time = BUILT.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            program(contract)
        };
        match built {
            Ok(program) => check(contract, &mut Library::start(program)),
            Err(reason) => skip(test, &format!("the library of Talos {contract}: {reason}")),
        }
    }
}

fn program(contract: Contract) -> &'static Result<std::path::PathBuf, String> {
    static PROGRAMS: [OnceLock<Result<std::path::PathBuf, String>>; 5] = [const { OnceLock::new() }; 5];
    PROGRAMS[usize::from(contract.minor()) - 10].get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("talos-{contract}"));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("talos");
        // The files of modules are named by version; that of 1.13 is the one which Go's own tools look for.
        let modules =
            if contract == Contract::V1_13 { "go.mod".to_owned() } else { format!("v{contract}.mod") };
        go::build_with(&source, &modules, &target).map(|()| target)
    })
}

impl Library {
    fn start(program: &Path) -> Self {
        let mut process = Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let questions = process.stdin.take().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Self { process, questions, answers }
    }

    /// The answer to a question, or why the library refuses.
    pub(crate) fn ask(&mut self, question: &Value) -> Result<Value, String> {
        writeln!(self.questions, "{question}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        match answer["error"].as_str().unwrap() {
            "" => Ok(answer),
            refused => Err(refused.to_owned()),
        }
    }

    pub(crate) fn generate(&mut self, question: &Value) -> Result<String, String> {
        let answer = self.ask(&json!({ "generate": question }))?;
        Ok(answer["config"].as_str().unwrap().to_owned())
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
