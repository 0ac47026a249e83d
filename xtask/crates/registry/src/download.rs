//! Files: received piece by piece, continued where they broke off.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use reqwest::blocking::Response;
use reqwest::header::{CONTENT_RANGE, ETAG};

use crate::ask::Ask;
use crate::client::{accepted, shown};
use crate::error::chain;
use crate::range::ContentRange;
use crate::{Client, RegistryError};

/// Bytes read at once.
const PIECE: usize = 64 << 10;

/// What came of one attempt.
enum Attempt {
    /// The file is complete.
    Complete,
    /// It broke off for this reason, perhaps further on than any attempt before.
    Broken { further: bool, reason: String },
    /// What is there is of no use: begin again.
    Stale,
}

/// Where a response stands in the file.
#[derive(Clone, Copy)]
struct Extent {
    /// Bytes that were there before.
    have: u64,
    /// The response's first byte.
    start: u64,
    /// Length of the whole file, if known.
    total: Option<u64>,
}

impl Client {
    /// Fetches a file to `to` and returns its length in bytes.
    ///
    /// Continues `<to>.part` if an earlier call left it; the server is told which version of the file it
    /// is a part of. `progress` hears of bytes done, those of earlier calls included, and of the total if
    /// the server tells it. The parent directory must exist.
    pub fn download(
        &self,
        url: &str,
        to: &Path,
        progress: &dyn Fn(u64, Option<u64>),
    ) -> Result<u64, RegistryError> {
        self.download_asked(&Ask::get(url), to, progress)
    }

    pub(crate) fn download_asked(
        &self,
        ask: &Ask,
        to: &Path,
        progress: &dyn Fn(u64, Option<u64>),
    ) -> Result<u64, RegistryError> {
        let part = Part::beside(to);
        let mut failed = 0;
        loop {
            match self.attempt(ask, &part, progress)? {
                Attempt::Complete => return part.finish(to),
                Attempt::Stale => {
                    part.clear()?;
                    failed += 1;
                    if failed >= self.patience.tries {
                        let reason = "it keeps sending other parts than asked for".to_owned();
                        return Err(RegistryError::Answer { url: shown(&ask.url), reason });
                    }
                }
                Attempt::Broken { further, reason } => {
                    failed = if further { 1 } else { failed + 1 };
                    if failed >= self.patience.tries {
                        return Err(RegistryError::Unreachable {
                            url: shown(&ask.url),
                            tries: failed,
                            reason,
                        });
                    }
                    self.rest(&ask.url, failed, None)?;
                }
            }
        }
    }

    fn attempt(
        &self,
        ask: &Ask,
        part: &Part,
        progress: &dyn Fn(u64, Option<u64>),
    ) -> Result<Attempt, RegistryError> {
        let have = part.length()?;
        let mut ask = ask.clone();
        if have > 0 {
            ask = ask.header("range", format!("bytes={have}-"));
            if let Some(tag) = part.tag() {
                ask = ask.header("if-range", tag);
            }
        }
        let response = self.ask(&ask)?;
        let range = content_range(&response);
        let (start, total) = match response.status().as_u16() {
            206 => match range {
                Some(ContentRange { part: Some((first, last)), total }) if first == have => {
                    (have, total.or(Some(last + 1)))
                }
                _ => return Ok(Attempt::Stale),
            },
            416 if have > 0 => {
                let whole = range.is_some_and(|range| range.total == Some(have));
                return Ok(if whole { Attempt::Complete } else { Attempt::Stale });
            }
            _ => (0, None),
        };
        let response = accepted(response, &ask.url)?;
        let total = total.or_else(|| response.content_length());
        part.set_tag(&response)?;
        self.receive(response, &ask.url, part, Extent { have, start, total }, progress)
    }

    fn receive(
        &self,
        mut response: Response,
        url: &str,
        part: &Part,
        extent: Extent,
        progress: &dyn Fn(u64, Option<u64>),
    ) -> Result<Attempt, RegistryError> {
        let Extent { have, start, total } = extent;
        let mut file = part.open(start)?;
        let mut done = start;
        let mut piece = vec![0; PIECE];
        progress(done, total);
        loop {
            self.check_cancelled(url)?;
            match response.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => {
                    file.write_all(piece.get(..count).unwrap_or_default())
                        .map_err(RegistryError::file(&part.file, "write"))?;
                    done += count as u64;
                    progress(done, total);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    return Ok(Attempt::Broken { further: done > have, reason: chain(&error) });
                }
            }
        }
        match total {
            Some(total) if done < total => {
                let reason = format!("it ended after {done} of {total} bytes");
                Ok(Attempt::Broken { further: done > have, reason })
            }
            Some(total) if done > total => Ok(Attempt::Stale),
            _ => Ok(Attempt::Complete),
        }
    }
}

fn content_range(response: &Response) -> Option<ContentRange> {
    ContentRange::parse(response.headers().get(CONTENT_RANGE)?.to_str().ok()?)
}

/// The incomplete file and what is known of it.
struct Part {
    file: PathBuf,
    tag: PathBuf,
}

impl Part {
    fn beside(to: &Path) -> Self {
        let mut file = to.as_os_str().to_owned();
        file.push(".part");
        let mut tag = file.clone();
        tag.push(".tag");
        Self { file: file.into(), tag: tag.into() }
    }

    fn length(&self) -> Result<u64, RegistryError> {
        match fs::metadata(&self.file) {
            Ok(found) => Ok(found.len()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
            Err(error) => Err(RegistryError::file(&self.file, "read")(error)),
        }
    }

    fn tag(&self) -> Option<String> {
        fs::read_to_string(&self.tag).ok().filter(|tag| !tag.is_empty())
    }

    /// Notes the version of the file, if the server names it in a way that is exact.
    fn set_tag(&self, response: &Response) -> Result<(), RegistryError> {
        let tag = response.headers().get(ETAG).and_then(|tag| tag.to_str().ok());
        let strong = tag.filter(|tag| tag.starts_with('"')).unwrap_or_default();
        fs::write(&self.tag, strong).map_err(RegistryError::file(&self.tag, "write"))
    }

    /// The file, cut to `start` bytes and ready for the next one.
    fn open(&self, start: u64) -> Result<File, RegistryError> {
        let failed = RegistryError::file(&self.file, "open");
        let file = match OpenOptions::new().create(true).append(true).open(&self.file) {
            Ok(file) => file,
            Err(error) => return Err(failed(error)),
        };
        file.set_len(start).map_err(RegistryError::file(&self.file, "cut"))?;
        Ok(file)
    }

    fn clear(&self) -> Result<(), RegistryError> {
        for path in [&self.file, &self.tag] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(RegistryError::file(path, "remove")(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn finish(&self, to: &Path) -> Result<u64, RegistryError> {
        let length = self.length()?;
        fs::rename(&self.file, to).map_err(RegistryError::file(to, "finish"))?;
        self.clear()?;
        Ok(length)
    }
}
