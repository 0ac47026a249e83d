//! The text of a lock.

use std::fmt::{self, Display, Formatter, Write};

use crate::{Pin, Source};

/// First lines of every lock.
const HEADER: &str = "# Written by cargo xtask lock; do not edit by hand.\nversion = 1\n";

pub(super) fn write(pins: &[Pin]) -> String {
    let mut text = HEADER.to_owned();
    for pin in pins {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}", Entry(pin));
    }
    text
}

struct Entry<'a>(&'a Pin);

impl Display for Entry<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Pin { kind, name, version, digest, sources, span: _ } = self.0;
        writeln!(f, "\n[[pin]]")?;
        writeln!(f, "kind = {}", Quoted(kind.as_str()))?;
        writeln!(f, "name = {}", Quoted(name))?;
        writeln!(f, "version = {}", Quoted(version))?;
        writeln!(f, "digest = {}", Quoted(&digest.to_string()))?;
        if sources.is_empty() {
            return Ok(());
        }
        writeln!(f, "sources = [")?;
        for source in sources {
            writeln!(f, "  {},", Inline(source))?;
        }
        writeln!(f, "]")
    }
}

/// A source as an inline table: first the key that says what it is, then the others.
struct Inline<'a>(&'a Source);

impl Display for Inline<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let source = self.0;
        write!(f, "{{ {} = {}", source.key(), Quoted(&source.place()))?;
        match source {
            Source::Git { commit, .. } => write!(f, ", commit = {}", Quoted(commit))?,
            Source::Deb { architecture: Some(architecture), .. } => {
                write!(f, ", architecture = {}", Quoted(architecture))?;
            }
            _ => {}
        }
        if let Some(member) = source.member() {
            write!(f, ", member = {}", Quoted(member))?;
        }
        if let Some(select) = source.select().filter(|select| !select.is_empty()) {
            let parts: Vec<String> = select.iter().map(|one| Quoted(&one.to_string()).to_string()).collect();
            write!(f, ", select = [{}]", parts.join(", "))?;
        }
        f.write_str(" }")
    }
}

/// A basic string of [TOML](https://toml.io/en/v1.0.0#string).
struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                c if c.is_control() => write!(f, "\\u{:04X}", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}
