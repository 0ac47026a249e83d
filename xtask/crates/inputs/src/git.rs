//! Commits of git repositories.

use std::fs;
use std::path::{Path, PathBuf};

use crate::download::Room;
use crate::{Fetcher, SourceError, client};

/// What to do when git is not there.
const REMEDY: &str = "install git";
/// Transports that run no command of the address's choosing.
const TRANSPORTS: &str = "https:http:ssh:git:file";
/// Files are packed as the commit has them, whatever its attributes say.
const ATTRIBUTES: &str = "* -export-ignore -export-subst -text -ident !eol !filter !working-tree-encoding\n";

/// A tar archive of all files of a commit, byte for byte.
pub(crate) fn fetch(
    fetcher: &Fetcher<'_>,
    repository: &str,
    commit: &str,
    room: &Room,
) -> Result<PathBuf, SourceError> {
    let program = fetcher.program("git", "commits", REMEDY)?;
    let clone = room.directory.join("clone");
    let git = |args: &[&str]| {
        let command = client::command(program.clone(), &room.directory)
            .env("GIT_ALLOW_PROTOCOL", TRANSPORTS)
            .env("GIT_TERMINAL_PROMPT", "0")
            .args(["-C"])
            .args([&clone])
            .args(args);
        client::complete(&command)
    };
    fs::create_dir_all(&clone).map_err(SourceError::file(&clone, "make"))?;
    let format = if commit.len() > 40 { "--object-format=sha256" } else { "--object-format=sha1" };
    git(&["init", "--quiet", "--bare", format])?;
    let attributes = clone.join("info/attributes");
    write(&attributes, ATTRIBUTES)?;
    let direct = git(&["fetch", "--quiet", "--depth=1", "--no-tags", "--", repository, commit]);
    if direct.is_err() {
        // Not every server hands out a commit by its name; with all branches and tags it is found.
        let all = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
        git(&[&["fetch", "--quiet", "--no-tags", "--", repository], &all[..]].concat())?;
    }
    let tar = room.directory.join("commit.tar");
    let output = format!("--output={}", tar.display());
    git(&["archive", "--format=tar", &output, commit])?;
    Ok(tar)
}

fn write(path: &Path, text: &str) -> Result<(), SourceError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(SourceError::file(parent, "make"))?;
    }
    fs::write(path, text).map_err(SourceError::file(path, "write"))
}
