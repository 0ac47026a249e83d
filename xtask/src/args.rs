//! The grammar.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::commands;

/// Builds, proves and deploys Kubernetes homelabs as locked, reproducible OCI bundles.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// How data is printed
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto)]
    pub(crate) color: Colour,
    /// Print results and errors only
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Print what is fetched from where, and notes on units
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// Never open a socket
    #[arg(long, global = true, env = "XTASK_OFFLINE", value_parser = clap::builder::FalseyValueParser::new())]
    pub(crate) offline: bool,
    /// A directory that serves inputs in place of their first source; the digest decides
    #[arg(long, global = true, value_name = "DIR", env = "XTASK_MIRROR", value_delimiter = ':')]
    pub(crate) mirror: Vec<PathBuf>,
    /// How many steps run at once; the number of processors unless given
    #[arg(short, long, global = true, value_name = "N")]
    pub(crate) jobs: Option<usize>,
    /// The store; `$XDG_CACHE_HOME/xtask` unless given
    #[arg(long, global = true, value_name = "DIR", env = "XTASK_STORE")]
    pub(crate) store: Option<PathBuf>,
    /// The workspace; found from the current directory upwards unless given
    #[arg(long, global = true, value_name = "DIR", env = "XTASK_WORKSPACE")]
    pub(crate) workspace: Option<PathBuf>,
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
    /// Print the JSON schema of a description file, for editors
    Schema(commands::schema::Args),
    /// Print a completion script for a shell
    Completions(commands::completions::Args),
    /// Run all checks and tests of this repository
    Test(commands::test::Args),
    /// Measure against the programs that do the same work
    Bench(commands::bench::Args),
}
