//! Objects: bytes named by their digest.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use hashing::{Digest, HashingReader};

use crate::files::{self, READ_ONLY, Sync};
use crate::locks::FileLock;
use crate::{Store, StoreError};

impl Store {
    /// Stores `content`.
    pub fn put(&self, content: &[u8]) -> Result<Digest, StoreError> {
        let digest = Digest::of(content);
        if !self.has_sound_object(&digest)? {
            self.write(&self.layout.object(&digest), content, READ_ONLY, Sync::Yes)?;
            self.sound_objects.add(digest);
        }
        Ok(digest)
    }

    /// Stores a copy of the file at `path`, without holding it in memory.
    pub fn put_file(&self, path: &Path) -> Result<Digest, StoreError> {
        let source = File::open(path).map_err(StoreError::io("read", path))?;
        let mut reader = HashingReader::new(source);
        let mut copy = self.session()?.file()?;
        copy_content(&mut reader, path, copy.as_file_mut())?;
        let (_, digest, _) = reader.finish();
        if !self.has_sound_object(&digest)? {
            files::publish(copy, &self.layout.object(&digest), READ_ONLY, Sync::Yes)?;
            self.sound_objects.add(digest);
        }
        Ok(digest)
    }

    /// Stores what `write` puts into an empty file, whose holes stay holes, without holding it in memory; gives its
    /// digest and its size in bytes.
    pub fn put_written<E: From<StoreError>>(
        &self,
        write: impl FnOnce(&mut File) -> Result<(), E>,
    ) -> Result<(Digest, u64), E> {
        let mut file = self.session()?.file()?;
        write(file.as_file_mut())?;
        let gone = || StoreError::io("read", file.path())(io::ErrorKind::NotFound.into());
        let (digest, size) = files::hash(file.path())?.ok_or_else(gone)?;
        if !self.has_sound_object(&digest)? {
            files::publish(file, &self.layout.object(&digest), READ_ONLY, Sync::Yes)?;
            self.sound_objects.add(digest);
        }
        Ok((digest, size))
    }

    /// The content of an object. It is re-hashed; a damaged object is moved away and reported.
    pub fn get(&self, digest: &Digest) -> Result<Vec<u8>, StoreError> {
        let content = files::read(&self.layout.object(digest))?
            .ok_or(StoreError::Missing { kind: "object", digest: *digest })?;
        if self.sound_objects.has(digest) || Digest::of(&content) == *digest {
            return Ok(content);
        }
        let moved = self.quarantine(digest, &self.layout.object(digest))?;
        Err(StoreError::Corrupt { kind: "object", digest: *digest, moved })
    }

    /// An object as an open file, for what is too large for memory. Its content is checked before; a damaged one is moved
    /// away and counts as missing.
    pub fn open_object(&self, digest: &Digest) -> Result<File, StoreError> {
        if !self.has_sound_object(digest)? {
            return Err(StoreError::Missing { kind: "object", digest: *digest });
        }
        let path = self.layout.object(digest);
        File::open(&path).map_err(StoreError::io("read", &path))
    }

    /// Whether there is such an object; its content is not looked at.
    pub fn contains(&self, digest: &Digest) -> bool {
        self.layout.object(digest).is_file()
    }

    /// Where an object is, or would be: an absolute path. What is read there is not checked; see
    /// [`Store::get`] and [`Store::executable`].
    pub fn object_path(&self, digest: &Digest) -> PathBuf {
        self.layout.object(digest)
    }

    /// Whether there is an object with the content that its name says; a damaged one is moved away.
    pub(crate) fn has_sound_object(&self, digest: &Digest) -> Result<bool, StoreError> {
        let path = self.layout.object(digest);
        if self.sound_objects.has(digest) {
            return Ok(path.is_file());
        }
        match files::hash(&path)? {
            None => Ok(false),
            Some((found, _)) if found == *digest => {
                self.sound_objects.add(*digest);
                Ok(true)
            }
            Some(_) => {
                self.quarantine(digest, &path)?;
                Ok(false)
            }
        }
    }

    /// Moves the damaged file at `path` away and says where to; `None` when that was not possible, or
    /// when somebody else has replaced it with a sound one.
    pub(crate) fn quarantine(&self, digest: &Digest, path: &Path) -> Result<Option<PathBuf>, StoreError> {
        let _lock = FileLock::wait(&self.layout.repair_lock())?;
        if files::hash(path)?.is_none_or(|(found, _)| found == *digest) {
            return Ok(None);
        }
        self.sound_objects.remove(digest);
        let corrupt = self.layout.corrupt(digest);
        Ok(fs::rename(path, &corrupt).ok().map(|()| corrupt))
    }
}

/// Copies everything, and names the right file when it fails.
fn copy_content(reader: &mut impl io::Read, path: &Path, copy: &mut File) -> Result<(), StoreError> {
    const BLOCK: usize = 256 * 1024;
    let mut block = vec![0; BLOCK];
    loop {
        let count = reader.read(&mut block).map_err(StoreError::io("read", path))?;
        let Some(read) = block.get(..count).filter(|read| !read.is_empty()) else { return Ok(()) };
        io::Write::write_all(copy, read).map_err(StoreError::io("write a copy of", path))?;
    }
}
