//! Commands that pages and workflows name.

use end_to_end::Program;

use crate::files::{File, files};
use crate::violation::{Violation, none};

const CALL: &str = "cargo xtask ";

/// A call as a page shows it.
#[derive(Debug, PartialEq)]
struct Call {
    line: usize,
    words: Vec<String>,
    flags: Vec<String>,
}

/// Every `cargo xtask …` of a file.
fn calls(file: &File) -> Vec<Call> {
    let mut found = Vec::new();
    for (line, text) in file.lines() {
        for (at, _) in text.match_indices(CALL) {
            let rest = text[at + CALL.len()..]
                .split(['`', '#', '"', '\'', ';', '&', ')'])
                .next()
                .unwrap_or_default();
            let is_word = |word: &&str| {
                word.starts_with(|c: char| c.is_ascii_lowercase()) && !word.contains(['/', '.'])
            };
            let words = rest.split_whitespace().take_while(is_word).map(str::to_owned).collect();
            let flags = rest.split_whitespace().filter(|word| word.starts_with("--") && word.len() > 2);
            let flags = flags
                .map(|flag| flag.split('=').next().unwrap_or(flag).trim_end_matches([',', '.']).to_owned());
            found.push(Call { line, words, flags: flags.collect() });
        }
    }
    found
}

/// The commands below the heading of a help text.
fn commands(help: &str) -> Vec<&str> {
    let below = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let lines = below.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    lines.filter_map(|line| line.split_whitespace().next()).collect()
}

fn unknown(files: &[File], help: &dyn Fn(&[String]) -> String) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in files {
        for call in calls(file) {
            let mut known: Vec<String> = Vec::new();
            let mut text = help(&known);
            for word in &call.words {
                let commands = commands(&text);
                let is_command = commands.contains(&word.as_str());
                // Some commands take a word of the user's or another command.
                if commands.is_empty() || !is_command && text.contains("\nArguments:") {
                    break;
                }
                if !is_command {
                    let what = format!(
                        "`{CALL}{}` does not exist",
                        [known.as_slice(), std::slice::from_ref(word)].concat().join(" ")
                    );
                    found.push(Violation::new(&file.path, call.line, what, "see `cargo xtask --help`"));
                    break;
                }
                known.push(word.clone());
                text = help(&known);
            }
            let is_known = |flag: &str| text.split([' ', ',', '[', ']', '=', '\n']).any(|word| word == flag);
            for flag in call.flags.iter().filter(|flag| !is_known(flag)) {
                let what = format!("`{CALL}{}` has no `{flag}`", known.join(" "));
                found.push(Violation::new(&file.path, call.line, what, "see `--help` of the command"));
            }
        }
    }
    found
}

#[test]
fn commands_that_pages_name_exist() {
    let help = |words: &[String]| {
        match words {
        [] => "Commands:\n  lock  Lock\n          more\n  test  Test\n  e2e   Prove\n\nOptions:\n  -q, --quiet  Quiet\n"
            .to_owned(),
        [e2e] if e2e == "e2e" => "Commands:\n  down  Down\n\nArguments:\n  [CLUSTER]  One\n".to_owned(),
        [lock] if lock == "lock" => "Commands:\n  add  Add\n\nOptions:\n  --images\n".to_owned(),
        _ => "Options:\n  --all[=WHICH]\n".to_owned(),
    }
    };
    let page = "`cargo xtask lock add chart NAME --all`, `cargo xtask lock more` `cargo xtask test platform/x --some`\n\
                cargo xtask more    # cargo xtask --quiet lock\n`cargo xtask e2e lab`\n";
    let page = File::example("README.md", page);
    let told: Vec<String> = unknown(&[page], &help).into_iter().map(|violation| violation.what).collect();
    let expected = [
        "`cargo xtask lock more` does not exist",
        "`cargo xtask test` has no `--some`",
        "`cargo xtask more` does not exist",
    ];
    assert_eq!(told, expected);

    let Some(files) = files("commands_that_pages_name_exist") else { return };
    let is_page = |file: &File| {
        file.path.ends_with(".md") || file.path.starts_with(".github/") || file.path == ".ci/run"
    };
    let pages: Vec<File> = files.into_iter().filter(is_page).collect();
    assert!(pages.iter().map(|page| calls(page).len()).sum::<usize>() > 5);
    let home = tempfile::tempdir().unwrap();
    let program = Program::new(&end_to_end::checkout(), home.path(), &home.path().join("store"));
    let help = |words: &[String]| {
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
        program.run(&words).stdout
    };
    assert!(commands(&help(&[])).contains(&"build"));
    none(&unknown(&pages, &help));
}
