//! The grammar.

use std::path::PathBuf;

use clap::builder::{FalseyValueParser, OsStringValueParser, RangedU64ValueParser, TypedValueParser};
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use crate::commands;

/// Builds, proves and deploys Kubernetes homelabs as locked, reproducible OCI bundles.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, max_term_width = 100)]
#[command(after_help = "Examples:
  cargo xtask build                              build the default cluster
  cargo xtask show platform/network/metallb      print a unit as the build sees it
  cargo xtask lock update --images               look up the digests of images
  cargo xtask help lock add                      explain a command

Exit codes: 0 done, 1 a check failed, 2 wrong usage or input, 3 the environment failed (network, store, program,
disk), 70 a mistake of this program, 130 interrupted.")]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[allow(clippy::struct_excessive_bools, reason = "a flag is there or not")]
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// How data is printed
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub(crate) color: Colour,
    /// Print results and errors only
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Print what is fetched from where, and notes on units
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// Print the time, memory and children that the run took, as JSON, to stderr
    #[arg(long, global = true)]
    pub(crate) usage: bool,
    /// Never open a socket
    #[arg(long, global = true, env = "XTASK_OFFLINE", value_parser = FalseyValueParser::new(), hide_env_values = true)]
    pub(crate) offline: bool,
    /// A directory that serves inputs in place of their first source; the digest decides
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "XTASK_MIRROR", value_parser = path(),
        value_delimiter = ':',
        hide_env_values = true
    )]
    pub(crate) mirror: Vec<PathBuf>,
    /// How many steps run at once; the number of processors unless given
    #[arg(short, long, global = true, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    pub(crate) jobs: Option<usize>,
    /// The store; `xtask` in `$XDG_CACHE_HOME` or `~/.cache` unless given
    #[arg(long, global = true, value_name = "DIR", env = "XTASK_STORE", value_parser = path(), hide_env_values = true)]
    pub(crate) store: Option<PathBuf>,
    /// The workspace; found from the current directory upwards unless given
    #[arg(long, global = true, value_name = "DIR", env = "XTASK_WORKSPACE", value_parser = path(), hide_env_values = true)]
    pub(crate) workspace: Option<PathBuf>,
}

/// A path, or nothing: a variable that is set to nothing counts as one that is not set.
fn path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}

/// How data is printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build a cluster: render, check and pack its units into OCI bundles and a release
    Build(commands::build::Args),
    /// Print a unit: its description, its values and where each comes from, its objects
    Show(commands::show::Args),
    /// Compare the objects of a unit with those of another state
    Diff(commands::diff::Args),
    /// Tell what changed in a unit since the last build
    Why(commands::why::Args),
    /// Lock inputs: add, update, verify, look for newer versions
    Lock(commands::lock::Args),
    /// Look after the store of inputs and outputs
    Store(commands::store::Args),
    /// Publish a release: push what the registry lacks and add a generation
    Publish(commands::publish::Args),
    /// List, compare, verify and remove published generations
    Releases(commands::releases::Args),
    /// Move a channel to the generation that another one is on
    Promote(commands::promote::Promote),
    /// Move a channel back
    Rollback(commands::promote::Rollback),
    /// Print the objects that make an engine follow a channel
    Bootstrap(commands::bootstrap::Args),
    /// Prove a release on a real cluster
    #[command(name = "e2e")]
    E2e(commands::e2e::Args),
    /// Look after the secrets of a cluster: its keys, certificates and tokens
    Secrets(commands::secrets::Args),
    /// Print the JSON schema of a description file, for editors
    Schema(commands::schema::Args),
    /// Print a completion script for a shell
    Completions(commands::completions::Args),
    /// Boot an image in machines of QEMU and tell when it is up
    Boot(commands::boot::Args),
    /// Run all checks and tests of this repository
    Test(commands::test::Args),
    /// Measure against the programs that do the same work
    Bench(commands::bench::Args),
}

/// The arguments of this process; or, once help or a mistake is printed, the exit code.
pub(crate) fn parse() -> Result<Args, u8> {
    let command = Args::command().color(colour(std::env::args_os().skip(1)));
    let matches = command.try_get_matches();
    let parsed = matches.and_then(|mut matches| Args::from_arg_matches_mut(&mut matches).map_err(format));
    parsed.map_err(|error| {
        // Help for a reader that has gone away, like any other output for it, is no failure.
        let _ = error.print();
        if error.use_stderr() { crate::error::INPUT } else { 0 }
    })
}

/// A mistake that only shows when values are put together lacks the usage line; this adds it.
fn format(error: clap::Error) -> clap::Error {
    error.format(&mut Args::command())
}

/// Colours of help and of clap's own messages, which are needed before arguments are parsed.
fn colour(args: impl Iterator<Item = std::ffi::OsString>) -> clap::ColorChoice {
    let words: Vec<String> = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
    let given = words.iter().enumerate().find_map(|(index, word)| match word.strip_prefix("--color") {
        Some("") => words.get(index + 1).map(String::as_str),
        Some(rest) => rest.strip_prefix('='),
        None => None,
    });
    match given {
        Some("always") => clap::ColorChoice::Always,
        Some("never") => clap::ColorChoice::Never,
        _ => clap::ColorChoice::Auto,
    }
}

#[cfg(test)]
mod tests;
