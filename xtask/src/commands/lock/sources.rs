//! Sources of a pin as flags, in the order in which they are given.

use clap::{ArgMatches, Args, FromArgMatches};
use diag::{Diagnostic, Source as Text};
use hashing::Digest;
use inputs::{Kind, Lock, PinDigest, Source};
use serde_json::Value;

use crate::error::CliError;

/// Where an input comes from. Several are tried in their order.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Sources")]
struct Flags {
    /// A Go module, fetched as Go does it
    #[arg(long, value_name = "MODULE@VERSION")]
    go: Vec<String>,
    /// A file on a web server
    #[arg(long, value_name = "URL")]
    url: Vec<String>,
    /// The one file of an artifact in a container registry, such as a chart
    #[arg(long, value_name = "REFERENCE")]
    oci: Vec<String>,
    /// Files of a commit, by its full name
    #[arg(long, value_name = "REPOSITORY@COMMIT")]
    git: Vec<String>,
    /// A package of the npm registry
    #[arg(long, value_name = "PACKAGE@VERSION")]
    npm: Vec<String>,
    /// A Debian package
    #[arg(long, value_name = "PACKAGE=VERSION")]
    deb: Vec<String>,
    /// A file or directory of the mirrors
    #[arg(long, value_name = "FILE")]
    mirror_file: Vec<String>,
    /// Of the module or commit before it: a file or directory, and its place in the input
    #[arg(long, value_name = "FROM => TO")]
    select: Vec<String>,
    /// Of the file or package before it: the one file that is the input, `//` between nested archives
    #[arg(long, value_name = "PATH")]
    member: Vec<String>,
}

const SOURCES: [&str; 7] = ["go", "url", "oci", "git", "npm", "deb", "mirror_file"];
/// Of these, the ones that give a tree, and those that give a file; a mirror has both.
const TREES: [&str; 2] = ["go", "git"];
const FILES: [&str; 4] = ["url", "oci", "npm", "deb"];
const PARTS: [&str; 2] = ["select", "member"];

/// A flag and its value.
#[derive(Clone, Debug)]
struct Given {
    flag: &'static str,
    value: String,
}

/// All flags of sources, as they were given.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources(Vec<Given>);

impl FromArgMatches for Sources {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut found: Vec<(usize, Given)> = Vec::new();
        for flag in SOURCES.into_iter().chain(PARTS) {
            let indices = matches.indices_of(flag).into_iter().flatten();
            let values = matches.get_many::<String>(flag).into_iter().flatten();
            found.extend(indices.zip(values.cloned()).map(|(index, value)| (index, Given { flag, value })));
        }
        found.sort_by_key(|(index, _)| *index);
        Ok(Self(found.into_iter().map(|(_, given)| given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Sources {
    fn augment_args(command: clap::Command) -> clap::Command {
        Flags::augment_args(command)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Flags::augment_args_for_update(command)
    }
}

/// One source as `inputs.lock` writes it.
#[derive(Default)]
struct Entry {
    fields: Vec<String>,
    select: Vec<String>,
}

impl Sources {
    /// The sources, read as if they stood in the lock: both have one grammar, and the same mistakes.
    pub(super) fn read(&self, kind: Kind, name: &str, version: &str) -> Result<Vec<Source>, CliError> {
        if kind != Kind::Image && self.0.is_empty() {
            let diagnostic = Diagnostic::error(format!("nothing says where {kind} `{name}` comes from"));
            return Err(CliError::input(
                diagnostic
                    .hint("give at least one of --go, --url, --oci, --git, --npm, --deb, --mirror-file"),
            ));
        }
        let entries = self.entries()?;
        let digest = self.placeholder()?;
        let sources: Vec<String> = entries.iter().map(Entry::text).collect();
        let sources = match sources.is_empty() {
            true => String::new(),
            false => format!("sources = [\n  {},\n]\n", sources.join(",\n  ")),
        };
        let (kind, name, version) = (quoted(kind.as_str()), quoted(name), quoted(version));
        let pin =
            format!("kind = {kind}\nname = {name}\nversion = {version}\ndigest = \"{digest}\"\n{sources}");
        let text = format!("version = 1\n\n[[pin]]\n{pin}");
        let lock = Lock::parse(&Text::shared("<the pin to add>", text)).map_err(CliError::inputs)?;
        Ok(lock.pins().first().map(|pin| pin.sources.clone()).unwrap_or_default())
    }

    /// A digest of the form that the content will have: the lock's grammar asks for one.
    fn placeholder(&self) -> Result<PinDigest, CliError> {
        let find = |flags: &[&str]| self.0.iter().map(|given| given.flag).find(|flag| flags.contains(flag));
        let digest = Digest::of(b"");
        match (find(&TREES), find(&FILES)) {
            (Some(tree), Some(file)) => {
                let message = format!(
                    "`--{tree}` gives a tree of files and `--{file}` one file, which never are the same"
                );
                Err(CliError::input(Diagnostic::error(message).hint("keep the sources of one form")))
            }
            (Some(_), None) => Ok(PinDigest::Tree(digest)),
            (None, _) => Ok(PinDigest::File(digest)),
        }
    }

    fn entries(&self) -> Result<Vec<Entry>, CliError> {
        let mut entries: Vec<Entry> = Vec::new();
        for Given { flag, value } in &self.0 {
            match (*flag, entries.last_mut()) {
                ("select", Some(entry)) => entry.select.push(quoted(value)),
                ("member", Some(entry)) => entry.fields.push(format!("member = {}", quoted(value))),
                ("select" | "member", None) => {
                    let diagnostic = Diagnostic::error(format!("`--{flag}` stands before every source"));
                    return Err(CliError::input(diagnostic.hint("it belongs to the source before it")));
                }
                _ => entries.push(Entry { fields: source(flag, value)?, select: Vec::new() }),
            }
        }
        Ok(entries)
    }
}

impl Entry {
    fn text(&self) -> String {
        let mut fields = self.fields.clone();
        if !self.select.is_empty() {
            fields.push(format!("select = [{}]", self.select.join(", ")));
        }
        format!("{{ {} }}", fields.join(", "))
    }
}

fn source(flag: &str, value: &str) -> Result<Vec<String>, CliError> {
    let fields = match flag {
        "git" => {
            let (repository, commit) = value.rsplit_once('@').ok_or_else(|| {
                let diagnostic = Diagnostic::error(format!("`--git {value}` names no commit"));
                CliError::input(
                    diagnostic.hint("write `--git REPOSITORY@COMMIT`, with all 40 digits of the commit"),
                )
            })?;
            vec![("git", repository), ("commit", commit)]
        }
        // Debian's own way to name an architecture, as in `apt-get install gcc:arm64=…`.
        "deb" => match value
            .split_once('=')
            .and_then(|(package, version)| Some((package.split_once(':')?, version)))
        {
            Some(((package, architecture), version)) => {
                let place = format!("{package}={version}");
                return Ok(vec![
                    format!("deb = {}", quoted(&place)),
                    format!("architecture = {}", quoted(architecture)),
                ]);
            }
            None => vec![("deb", value)],
        },
        "mirror_file" => vec![("mirror", value)],
        _ => vec![(flag, value)],
    };
    Ok(fields.into_iter().map(|(key, value)| format!("{key} = {}", quoted(value))).collect())
}

/// A TOML basic string: JSON's escapes are among TOML's, except that DEL has to be escaped too.
fn quoted(text: &str) -> String {
    Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests;
