//! Bringing pins into the store.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use hashing::Digest;
use registry::distribution::{Reference, Registries};
use registry::{Client, Network};
use store::{Store, StoreError};

use crate::download::{Downloads, Room};
use crate::extract::{Material, extract};
use crate::mirror::Mirrors;
use crate::{Attempt, FetchError, FetchEvent, Kind, Pin, PinDigest, Settings, Source, SourceError};
use crate::{deb, git, go, npm};

/// A pin's content in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    /// An object.
    File(Digest),
    /// A tree.
    Tree(Digest),
}

/// Fetches pins; one per run, used by all threads.
pub struct Fetcher<'a> {
    pub(crate) store: &'a Store,
    pub(crate) network: Network,
    pub(crate) settings: Settings,
    pub(crate) downloads: Downloads<'a>,
    pub(crate) mirrors: Mirrors<'a>,
    events: &'a (dyn Fn(FetchEvent<'_>) + Sync),
    client: OnceLock<Client>,
    registries: OnceLock<Registries>,
}

impl<'a> Fetcher<'a> {
    /// A fetcher with the user's settings. `mirrors` are directories that are searched before any source is
    /// asked; `events` hears what happens.
    pub fn new(
        store: &'a Store,
        network: Network,
        mirrors: Vec<PathBuf>,
        events: &'a (dyn Fn(FetchEvent<'_>) + Sync),
    ) -> Self {
        Self::with_settings(store, network, mirrors, events, Settings::of_user())
    }

    /// A fetcher with other settings than the user's.
    pub fn with_settings(
        store: &'a Store,
        network: Network,
        mirrors: Vec<PathBuf>,
        events: &'a (dyn Fn(FetchEvent<'_>) + Sync),
        settings: Settings,
    ) -> Self {
        Self {
            store,
            network,
            settings,
            downloads: Downloads::new(store),
            mirrors: Mirrors::new(store, mirrors),
            events,
            client: OnceLock::new(),
            registries: OnceLock::new(),
        }
    }

    /// Brings a pin into the store, if it is not there already.
    pub fn fetch(&self, pin: &Pin) -> Result<Fetched, FetchError> {
        if pin.kind == Kind::Image {
            return Err(FetchError::Image { pin: pin.to_string() });
        }
        if pin.digest == PinDigest::Unresolved {
            return Err(FetchError::Unresolved { pin: pin.to_string(), name: pin.name.clone() });
        }
        if let Some(there) = self.stored(pin.digest)? {
            return Ok(there);
        }
        let mut attempts = Vec::new();
        if let Some((material, from)) = self.mirrors.find(pin, &mut attempts)?
            && let Some(fetched) = self.keep(pin, &material, &from, &mut attempts)?
        {
            return Ok(fetched);
        }
        for source in &pin.sources {
            if process::interrupted() {
                return Err(FetchError::Interrupted { pin: pin.to_string() });
            }
            let from = source.to_string();
            if matches!(source, Source::Mirror { .. }) {
                if self.mirrors.is_empty() {
                    self.fail(pin, &from, Arc::new(SourceError::NoMirror), &mut attempts);
                }
                continue;
            }
            self.tell(FetchEvent::Trying { pin, source });
            match self.obtain(source) {
                Ok(material) => {
                    if let Some(fetched) = self.keep(pin, &material, &from, &mut attempts)? {
                        return Ok(fetched);
                    }
                }
                Err(failure) => self.fail(pin, &from, failure, &mut attempts),
            }
        }
        if process::interrupted() {
            return Err(FetchError::Interrupted { pin: pin.to_string() });
        }
        Err(FetchError::Unavailable {
            pin: pin.to_string(),
            name: pin.name.clone(),
            expected: Some(pin.digest),
            attempts,
        })
    }

    /// Fetches pins on `jobs` threads; the results are in the order of the pins. A download that several of
    /// them share is made once.
    pub fn fetch_all(&self, pins: &[&Pin], jobs: usize) -> Vec<Result<Fetched, FetchError>> {
        let results: Vec<Mutex<Option<Result<Fetched, FetchError>>>> =
            pins.iter().map(|_| Mutex::new(None)).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let (Some(pin), Some(result)) = (pins.get(at), results.get(at)) else { return };
                let fetched = self.fetch(pin);
                *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(fetched);
            }
        };
        thread::scope(|scope| {
            for _ in 1..jobs.clamp(1, pins.len().max(1)) {
                scope.spawn(work);
            }
            work();
        });
        let taken = results.into_iter().zip(pins).map(|(result, pin)| {
            let result = result.into_inner().unwrap_or_else(PoisonError::into_inner);
            result.unwrap_or_else(|| Err(FetchError::Interrupted { pin: pin.to_string() }))
        });
        taken.collect()
    }

    /// Hashes a pin's content in the store anew. What is wrong there is removed, so that it is fetched again.
    pub fn verify(&self, pin: &Pin) -> Result<Fetched, FetchError> {
        match pin.digest {
            PinDigest::File(digest) if pin.kind != Kind::Image => {
                self.store.get(&digest)?;
                Ok(Fetched::File(digest))
            }
            PinDigest::Tree(digest) => {
                self.store.tree(&digest)?;
                Ok(Fetched::Tree(digest))
            }
            _ => Err(FetchError::Image { pin: pin.to_string() }),
        }
    }

    /// What the store has. A tree is hashed here, once for this process: one that was torn by a crash counts
    /// as absent and is fetched again.
    fn stored(&self, digest: PinDigest) -> Result<Option<Fetched>, FetchError> {
        match digest {
            PinDigest::File(digest) => Ok(self.store.contains(&digest).then_some(Fetched::File(digest))),
            PinDigest::Tree(digest) => match self.store.tree(&digest) {
                Ok(_) => Ok(Some(Fetched::Tree(digest))),
                Err(StoreError::Missing { .. }) => Ok(None),
                Err(error) => Err(error.into()),
            },
            PinDigest::Unresolved => Ok(None),
        }
    }

    /// Puts content into the store if it is the pin's.
    fn keep(
        &self,
        pin: &Pin,
        material: &Material,
        from: &str,
        attempts: &mut Vec<Attempt>,
    ) -> Result<Option<Fetched>, FetchError> {
        let kept = material.digest().and_then(|actual| {
            if actual != pin.digest {
                return Err(SourceError::Mismatch { expected: pin.digest, actual });
            }
            material.keep(self.store)
        });
        match kept {
            // Hashed once more on its way into the store: a file may have changed in between.
            Ok(kept) if kept == pin.digest => {
                self.tell(FetchEvent::Fetched { pin, from });
                self.stored(pin.digest)
            }
            Ok(actual) => {
                let mismatch = SourceError::Mismatch { expected: pin.digest, actual };
                self.fail(pin, from, Arc::new(mismatch), attempts);
                Ok(None)
            }
            Err(SourceError::Store(error)) => Err(error.into()),
            Err(error) => {
                self.fail(pin, from, Arc::new(error), attempts);
                Ok(None)
            }
        }
    }

    fn fail(&self, pin: &Pin, from: &str, failure: Arc<SourceError>, attempts: &mut Vec<Attempt>) {
        self.tell(FetchEvent::Failed { pin, from, reason: &failure.chain() });
        attempts.push(Attempt { from: from.to_owned(), failure });
    }

    /// What a source has now, whatever its digest.
    pub(crate) fn obtain(&self, source: &Source) -> Result<Material, Arc<SourceError>> {
        let architecture = match source {
            Source::Deb { architecture: Some(architecture), .. } => format!(" {architecture}"),
            _ => String::new(),
        };
        let file =
            self.downloads.get(&format!("{source}{architecture}"), |room| self.download(source, room))?;
        extract(source, &file).map_err(Arc::new)
    }

    fn download(&self, source: &Source, room: &Room) -> Result<PathBuf, SourceError> {
        match source {
            Source::Url { url, .. } => {
                self.client()?.download(url, &room.resumed, &self.progress(url))?;
                Ok(room.resumed.clone())
            }
            Source::Oci { reference } => {
                let parsed: Reference = reference.parse()?;
                self.registries()?.pull_file(&parsed, &room.resumed, &self.progress(reference))?;
                Ok(room.resumed.clone())
            }
            Source::Git { repository, commit, .. } => git::fetch(self, repository, commit, room),
            Source::Npm { package, version, .. } => npm::fetch(self, package, version, room),
            Source::Deb { package, version, architecture, .. } => {
                deb::fetch(self, package, version, architecture.as_deref(), room)
            }
            Source::Go { module, version, .. } => go::fetch(self, module, version, room),
            Source::Mirror { file } => Err(SourceError::NoSuchFile { file: file.clone() }),
        }
    }

    /// The HTTP client, made when it is first needed.
    pub(crate) fn client(&self) -> Result<&Client, SourceError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = Client::with_patience(self.network, self.settings.patience)?;
        Ok(self.client.get_or_init(|| client))
    }

    pub(crate) fn registries(&self) -> Result<&Registries, SourceError> {
        let client = self.client()?;
        Ok(self.registries.get_or_init(|| Registries::new(client, self.settings.credentials.clone())))
    }

    /// A registry's client program, unless the network is denied or there is none.
    pub(crate) fn program(
        &self,
        name: &str,
        what: &'static str,
        remedy: &'static str,
    ) -> Result<PathBuf, SourceError> {
        if self.network == Network::Denied {
            return Err(SourceError::Offline);
        }
        (self.settings.find)(name).ok_or(SourceError::NoRegistry { what, remedy })
    }

    pub(crate) fn tell(&self, event: FetchEvent<'_>) {
        (self.events)(event);
    }

    /// Tells the listener how far a download is.
    pub(crate) fn progress<'b>(&'b self, download: &'b str) -> impl Fn(u64, Option<u64>) + 'b {
        move |done, total| self.tell(FetchEvent::Progress { download, done, total })
    }
}
