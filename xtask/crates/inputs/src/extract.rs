//! From what was downloaded to what a pin is: a file in it, a selection of it, or all of it.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use archive::unpack::{self, Limits};
use archive::{Selection, Tree};
use hashing::{Digest, HashingReader};
use store::Store;

use crate::{PinDigest, Source, SourceError};

/// What a pin's content is, not yet in the store.
#[derive(Debug)]
pub(crate) enum Material {
    /// A file on the disk.
    File(PathBuf),
    /// A file in memory.
    Bytes(Vec<u8>),
    /// A tree in memory.
    Tree(Tree),
}

impl Material {
    /// What its content is.
    pub(crate) fn digest(&self) -> Result<PinDigest, SourceError> {
        Ok(match self {
            Self::File(path) => PinDigest::File(digest_of(path)?),
            Self::Bytes(bytes) => PinDigest::File(Digest::of(bytes)),
            Self::Tree(tree) => PinDigest::Tree(tree.digest()),
        })
    }

    /// Puts it into the store.
    pub(crate) fn keep(&self, store: &Store) -> Result<PinDigest, SourceError> {
        Ok(match self {
            Self::File(path) => PinDigest::File(store.put_file(path)?),
            Self::Bytes(bytes) => PinDigest::File(store.put(bytes)?),
            Self::Tree(tree) => PinDigest::Tree(store.put_tree(tree)?),
        })
    }
}

/// What `source` means of the file that it is downloaded as.
pub(crate) fn extract(source: &Source, file: &Path) -> Result<Material, SourceError> {
    match source {
        Source::Go { module, version, select } => {
            // https://go.dev/ref/mod#zip-path-size-constraints: all files are below this directory.
            let top = format!("{module}@{version}");
            Ok(Material::Tree(selected(&read(file)?, &top, select)?))
        }
        Source::Git { select, .. } => Ok(Material::Tree(selected(&read(file)?, ".", select)?)),
        Source::Npm { member: Some(member), .. } => {
            let bytes = read(file)?;
            let chain = format!("{}/{member}", top_of(&bytes)?);
            Ok(Material::Bytes(unpack::member(&bytes, &chain, Limits::default())?))
        }
        _ => match source.member() {
            Some(member) => Ok(Material::Bytes(unpack::member(&read(file)?, member, Limits::default())?)),
            None => Ok(Material::File(file.to_owned())),
        },
    }
}

/// The selected files of an archive, as seen from its directory `top`. Nothing else is unpacked, so that
/// a link somewhere else does no harm.
fn selected(bytes: &[u8], top: &str, select: &[Selection]) -> Result<Tree, SourceError> {
    let inside = |path: &str| match top {
        "." => Some(path.to_owned()),
        top => path.strip_prefix(top)?.strip_prefix('/').map(str::to_owned),
    };
    let wanted = |path: &str| {
        inside(path)
            .is_some_and(|path| select.is_empty() || select.iter().any(|one| covers(&one.from, &path)))
    };
    let tree = unpack::only(bytes, &wanted, Limits::default())?.subtree(top);
    if select.is_empty() { Ok(tree) } else { Ok(tree.select(select)?) }
}

fn covers(from: &str, path: &str) -> bool {
    from == "." || path.strip_prefix(from).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The one directory at the top of an npm package, mostly but not always called `package`; members are
/// named without it.
fn top_of(bytes: &[u8]) -> Result<String, SourceError> {
    let top = RefCell::new(None);
    let look = |path: &str| {
        let first = || path.split('/').next().unwrap_or_default().to_owned();
        top.borrow_mut().get_or_insert_with(first);
        false
    };
    unpack::only(bytes, &look, Limits::default())?;
    Ok(top.into_inner().unwrap_or_else(|| "package".to_owned()))
}

pub(crate) fn digest_of(path: &Path) -> Result<Digest, SourceError> {
    let file = File::open(path).map_err(SourceError::file(path, "read"))?;
    let mut reader = HashingReader::new(file);
    io::copy(&mut reader, &mut io::sink()).map_err(SourceError::file(path, "read"))?;
    Ok(reader.finish().1)
}

fn read(path: &Path) -> Result<Vec<u8>, SourceError> {
    fs::read(path).map_err(SourceError::file(path, "read"))
}
