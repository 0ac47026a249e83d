//! Mirrors: directories that have inputs, under whatever names.
//!
//! First names are tried that a pin's file is likely to have: cheap, and the only way to find an archive that
//! only holds the pin. Then everything in the directory is looked at for the pin's digest; digests of files
//! are remembered by their stat data ([`known::Known`]), so that this reads each file once.

mod known;
mod scan;

use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use store::Store;

use crate::extract::{Material, extract};
use crate::go::proxy;
use crate::{Attempt, FetchError, Pin, PinDigest, Source, SourceError, deb};
use scan::Contents;

/// The mirrors of one run.
pub(crate) struct Mirrors<'a> {
    store: &'a Store,
    directories: Vec<Mirror>,
}

struct Mirror {
    root: PathBuf,
    /// Read when the first pin is not found by its name.
    contents: Mutex<Option<Arc<Contents>>>,
}

/// A name to try, and what the file of that name is cut like.
struct Candidate<'a> {
    path: String,
    source: Option<&'a Source>,
}

impl<'a> Mirrors<'a> {
    pub(crate) fn new(store: &'a Store, roots: Vec<PathBuf>) -> Self {
        let mirror = |root| Mirror { root, contents: Mutex::default() };
        Self { store, directories: roots.into_iter().map(mirror).collect() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.directories.is_empty()
    }

    /// The pin's content in the first mirror that has it, and where it is.
    pub(crate) fn find(
        &self,
        pin: &Pin,
        attempts: &mut Vec<Attempt>,
    ) -> Result<Option<(Material, String)>, FetchError> {
        for mirror in &self.directories {
            let from = format!("mirror `{}`", mirror.root.display());
            let mut tried = Vec::new();
            let found = match by_name(mirror, pin, &mut tried) {
                Some((path, material)) => Some((path, material)),
                None => match self.by_digest(mirror, pin.digest) {
                    Ok(found) => found,
                    Err(SourceError::Store(error)) => return Err(error.into()),
                    Err(error) => {
                        tried.push((None, error));
                        None
                    }
                },
            };
            if let Some((path, material)) = found {
                return Ok(Some((material, format!("{from}, `{}`", path.display()))));
            }
            if tried.is_empty() {
                tried.push((None, SourceError::NotInMirror { expected: pin.digest }));
            }
            attempts.extend(tried.into_iter().map(|(path, failure)| Attempt {
                from: path.map_or_else(|| from.clone(), |path: String| format!("{from}, `{path}`")),
                failure: Arc::new(failure),
            }));
        }
        Ok(None)
    }

    /// The file or directory that a `mirror` source names, whatever its digest.
    pub(crate) fn named(&self, file: &str) -> Result<Material, SourceError> {
        for mirror in &self.directories {
            if let Some(path) = existing(&mirror.root, file) {
                return whole(&path);
            }
        }
        if self.is_empty() {
            return Err(SourceError::NoMirror);
        }
        Err(SourceError::NoSuchFile { file: file.to_owned() })
    }

    fn by_digest(
        &self,
        mirror: &Mirror,
        digest: PinDigest,
    ) -> Result<Option<(PathBuf, Material)>, SourceError> {
        let contents = mirror.contents(self.store)?;
        let Some(path) = contents.find(digest) else { return Ok(None) };
        let material = whole(&mirror.root.join(&path))?;
        Ok(Some((path, material)))
    }
}

impl Mirror {
    fn contents(&self, store: &Store) -> Result<Arc<Contents>, SourceError> {
        let mut contents = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(contents) = &*contents {
            return Ok(Arc::clone(contents));
        }
        Ok(Arc::clone(contents.insert(Arc::new(Contents::read(&self.root, store)?))))
    }
}

/// The content under one of the likely names, if it is the right one; other content under such a name is
/// worth telling.
fn by_name(
    mirror: &Mirror,
    pin: &Pin,
    tried: &mut Vec<(Option<String>, SourceError)>,
) -> Option<(PathBuf, Material)> {
    for Candidate { path, source } in candidates(pin) {
        let Some(found) = existing(&mirror.root, &path) else { continue };
        let material = match source {
            Some(source) => extract(source, &found),
            None => whole(&found),
        };
        let judged = material.and_then(|material| {
            let actual = material.digest()?;
            if actual == pin.digest {
                Ok(material)
            } else {
                Err(SourceError::Mismatch { expected: pin.digest, actual })
            }
        });
        match judged {
            Ok(material) => return Some((PathBuf::from(path), material)),
            Err(error) => tried.push((Some(path), error)),
        }
    }
    None
}

/// The names a pin may have: those its sources give it, and its own.
fn candidates(pin: &Pin) -> Vec<Candidate<'_>> {
    let mut candidates = Vec::new();
    for source in &pin.sources {
        let cut = source.member().is_some() || source.select().is_some();
        let names = match source {
            Source::Mirror { file } => vec![file.clone()],
            Source::Url { url, .. } => {
                let path = url.split(['?', '#']).next().unwrap_or_default();
                vec![path.rsplit('/').next().unwrap_or_default().to_owned()]
            }
            Source::Npm { package, version, .. } => {
                vec![format!("{}-{version}.tgz", package.trim_start_matches('@').replace('/', "-"))]
            }
            Source::Deb { package, version, architecture, .. } => {
                deb::file_names(package, version, architecture.as_deref())
            }
            Source::Go { module, version, .. } => vec![proxy::zip_path(module, version)],
            Source::Oci { .. } | Source::Git { .. } => Vec::new(),
        };
        let candidate = |path| Candidate { path, source: cut.then_some(source) };
        candidates.extend(names.into_iter().map(candidate));
    }
    let own = format!("{}-{}", pin.name, pin.version);
    let hex = pin.digest.digest().map(|digest| digest.hex());
    let names = [Some(format!("{own}.tgz")), Some(own), hex];
    candidates.extend(names.into_iter().flatten().map(|path| Candidate { path, source: None }));
    candidates.retain(|candidate| !candidate.path.is_empty());
    candidates
}

/// The path of something below `root`, if it exists.
fn existing(root: &Path, below: &str) -> Option<PathBuf> {
    let below = Path::new(below);
    below.components().all(|part| matches!(part, Component::Normal(_))).then_some(())?;
    let path = root.join(below);
    path.exists().then_some(path)
}

/// A file or directory as it lies there.
fn whole(path: &Path) -> Result<Material, SourceError> {
    if path.is_dir() { Ok(Material::Tree(scan::tree(path)?)) } else { Ok(Material::File(path.to_owned())) }
}
