//! The workspace: where things lie, read in byte order.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diag::{Diagnostic, Source, SourceRef};
use thiserror::Error;

/// A file larger than this is not a description somebody wrote.
const LARGEST_FILE: u64 = 16 << 20;

/// A checkout: the directory that holds `hosts/`, `platform/`, `apps/` and `inputs.lock`.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
}

/// A path of the workspace with what `stat` says of it.
#[derive(Clone, Debug)]
pub struct Walked {
    /// Relative to the root, with `/`.
    pub path: String,
    /// Size, times, inode.
    pub metadata: Metadata,
}

/// Why something of the workspace could not be read.
#[derive(Debug, Error)]
pub enum WorkspaceError {
    /// No directory above has both `Cargo.toml` and `hosts/`.
    #[error("no workspace at `{0}` or above: a workspace has `Cargo.toml` and `hosts/`")]
    NotFound(PathBuf),
    /// The operating system refused.
    #[error("cannot {action} `{path}`: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where, relative to the root.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// Not UTF-8, so it can be neither shown nor packed.
    #[error("`{0}` is not UTF-8")]
    NotText(String),
    /// A link that would bring in bytes from outside the checkout.
    #[error("`{0}` is a symbolic link that leads out of the workspace")]
    LeadsOut(String),
    /// Larger than anything a person writes.
    #[error("`{path}` has {size} bytes; files of a unit may have at most {LARGEST_FILE}")]
    TooLarge {
        /// Relative to the root.
        path: String,
        /// In bytes.
        size: u64,
    },
}

impl WorkspaceError {
    /// What can be done about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "change into a checkout, or name one by `--workspace`",
            Self::Io { .. } => "units are read as a whole: every file and link below them must be readable",
            Self::NotText(_) => "names and texts are UTF-8: rename the file or convert it",
            Self::LeadsOut(_) => "put a copy in its place: what is built depends on the checkout alone",
            Self::TooLarge { .. } => "units hold descriptions only: pin large things in `inputs.lock`",
        }
    }
}

impl From<&WorkspaceError> for Diagnostic {
    fn from(error: &WorkspaceError) -> Self {
        Self::error(error.to_string()).hint(error.hint())
    }
}

impl Workspace {
    /// The workspace that `start` lies in.
    pub fn find(start: &Path) -> Result<Self, WorkspaceError> {
        start
            .ancestors()
            .find(|directory| directory.join("Cargo.toml").is_file() && directory.join("hosts").is_dir())
            .map(|root| Self { root: root.to_path_buf() })
            .ok_or_else(|| WorkspaceError::NotFound(start.to_path_buf()))
    }

    /// The workspace at `root`.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Its directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The absolute place of a relative path.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Whether there is a file.
    pub fn is_file(&self, relative: &str) -> bool {
        self.path(relative).is_file()
    }

    /// Whether there is a directory.
    pub fn is_directory(&self, relative: &str) -> bool {
        self.path(relative).is_dir()
    }

    /// The bytes of a file.
    pub fn read(&self, relative: &str) -> Result<Vec<u8>, WorkspaceError> {
        let io = |action| move |source| WorkspaceError::Io { action, path: relative.to_owned(), source };
        let path = self.path(relative);
        let metadata = fs::symlink_metadata(&path).map_err(io("read"))?;
        if metadata.is_symlink() {
            self.stays_inside(relative, &path)?;
        }
        let size = metadata.len();
        if size > LARGEST_FILE {
            return Err(WorkspaceError::TooLarge { path: relative.to_owned(), size });
        }
        fs::read(&path).map_err(io("read"))
    }

    /// The text of a file, ready to be pointed at.
    pub fn text(&self, relative: &str) -> Result<SourceRef, WorkspaceError> {
        let text = String::from_utf8(self.read(relative)?)
            .map_err(|_| WorkspaceError::NotText(relative.to_owned()))?;
        Ok(Arc::new(Source { name: relative.to_owned(), text }))
    }

    /// The names in a directory, sorted; nothing when there is no such directory.
    pub fn names(&self, relative: &str) -> Result<Vec<String>, WorkspaceError> {
        let io = |source| WorkspaceError::Io { action: "list", path: relative.to_owned(), source };
        let entries = match fs::read_dir(self.path(relative)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(io(error)),
        };
        let mut names = BTreeSet::new();
        for entry in entries {
            let name = entry.map_err(io)?.file_name();
            let name = name.to_str().ok_or_else(|| {
                WorkspaceError::NotText(format!("{relative}/{}", Path::new(&name).display()))
            })?;
            if !is_debris(name) {
                names.insert(name.to_owned());
            }
        }
        Ok(names.into_iter().collect())
    }

    /// Every file below a directory, sorted by path, links that stay inside followed.
    pub fn files(&self, relative: &str) -> Result<Vec<String>, WorkspaceError> {
        let mut files = Vec::new();
        self.walk(relative, &mut |walked| {
            if !walked.metadata.is_dir() {
                files.push(walked.path);
            }
        })?;
        Ok(files)
    }

    /// Every path below a directory, directories included, in a fixed order.
    pub fn walk(&self, relative: &str, visit: &mut dyn FnMut(Walked)) -> Result<(), WorkspaceError> {
        for name in self.names(relative)? {
            let path = if relative.is_empty() { name } else { format!("{relative}/{name}") };
            let metadata = self.metadata(&path)?;
            let directory = metadata.is_dir();
            visit(Walked { path: path.clone(), metadata });
            if directory {
                self.walk(&path, visit)?;
            }
        }
        Ok(())
    }

    fn metadata(&self, relative: &str) -> Result<Metadata, WorkspaceError> {
        let io = |source| WorkspaceError::Io { action: "stat", path: relative.to_owned(), source };
        let path = self.path(relative);
        let metadata = fs::symlink_metadata(&path).map_err(io)?;
        if !metadata.is_symlink() {
            return Ok(metadata);
        }
        self.stays_inside(relative, &path)?;
        let target = fs::metadata(&path).map_err(io)?;
        // A linked directory could hold its own parent, and a walk would not end.
        if target.is_dir() { Err(WorkspaceError::LeadsOut(relative.to_owned())) } else { Ok(target) }
    }

    fn stays_inside(&self, relative: &str, path: &Path) -> Result<(), WorkspaceError> {
        let io = |source| WorkspaceError::Io { action: "follow", path: relative.to_owned(), source };
        let target = fs::canonicalize(path).map_err(io)?;
        let root = fs::canonicalize(&self.root).map_err(io)?;
        if target.starts_with(root) { Ok(()) } else { Err(WorkspaceError::LeadsOut(relative.to_owned())) }
    }
}

/// Names that editors and operating systems leave behind; they never take part in a build.
fn is_debris(name: &str) -> bool {
    name == ".DS_Store"
        || name == ".git"
        || name.ends_with('~')
        || (name.starts_with('.') && name.ends_with(".swp"))
}
