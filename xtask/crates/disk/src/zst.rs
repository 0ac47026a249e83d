//! Images compressed with zstd, as `zstd -d`, `zstdcat` and the Talos tools read them.
//!
//! Extents are one frame each. What lies between them is made of frames of zeros that are compressed once, so that the
//! time depends on the content, not on the size of the disk. RFC 8878, section 3.1: a decoder reads frames in sequence.

use std::io::{self, Read as _, Seek, SeekFrom, Write};

use crate::{Content, Image};

/// The level unless the caller has a better idea: what `zstd` does by itself.
pub const LEVEL: i32 = 3;
/// The zeros of one frame.
const HOLE: u64 = 64 << 20;
/// What is looked at for zeros.
const BLOCK: usize = 64 << 10;

/// Compresses an image. Errors: its content cannot be read, or `out` cannot be written.
pub fn write(image: &Image, level: i32, out: &mut impl Write) -> io::Result<()> {
    let mut zeros = None;
    let mut end = 0;
    for (offset, content) in image.extents() {
        hole(offset - end, level, &mut zeros, out)?;
        frame(content, level, &mut *out)?;
        end = offset + content.len();
    }
    hole(image.size() - end, level, &mut zeros, out)?;
    if image.size() == 0 {
        frame(&Content::zeros(0), level, &mut *out)?;
    }
    out.flush()
}

/// Unpacks an image into a file that was made a moment ago, leaves holes where it has zeros, and gives its size, which the
/// caller gives the file. Errors: it is no zstd, ends too early, or `out` cannot be written.
pub fn unpack(packed: impl io::Read, out: &mut (impl Write + Seek)) -> io::Result<u64> {
    let mut decoder = zstd::Decoder::new(packed)?;
    let mut block = vec![0; BLOCK];
    let mut size = 0;
    loop {
        let mut filled = 0;
        while let Some(rest) = block.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match decoder.read(rest)? {
                0 => break,
                count => filled += count,
            }
        }
        let bytes = block.get(..filled).unwrap_or_default();
        if bytes.iter().any(|byte| *byte != 0) {
            out.seek(SeekFrom::Start(size))?;
            out.write_all(bytes)?;
        }
        size += filled as u64;
        if filled < BLOCK {
            out.flush()?;
            return Ok(size);
        }
    }
}

fn hole(length: u64, level: i32, zeros: &mut Option<Vec<u8>>, out: &mut impl Write) -> io::Result<()> {
    for _ in 0..length / HOLE {
        if zeros.is_none() {
            let mut made = Vec::new();
            frame(&Content::zeros(HOLE), level, &mut made)?;
            *zeros = Some(made);
        }
        out.write_all(zeros.as_deref().unwrap_or_default())?;
    }
    match length % HOLE {
        0 => Ok(()),
        rest => frame(&Content::zeros(rest), level, out),
    }
}

fn frame(content: &Content, level: i32, out: impl Write) -> io::Result<()> {
    let mut encoder = zstd::Encoder::new(out, level)?;
    encoder.include_checksum(true)?;
    encoder.set_pledged_src_size(Some(content.len()))?;
    crate::image::copy(content, &mut encoder)?;
    encoder.finish().map(|_| ())
}

#[cfg(test)]
mod tests;
