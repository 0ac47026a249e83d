//! The order in which `depmod` walks its tables.
//!
//! Modules that `modules.order` does not list, and symbols, are written in the order of a hash table: by bucket, and
//! within a bucket by name. The hash is Paul Hsieh's `SuperFastHash`.

/// Buckets of the table of modules.
pub(crate) const MODULES: u32 = 512;
/// Buckets of the table of symbols.
pub(crate) const SYMBOLS: u32 = 2048;

/// The bucket of a name in a table of so many buckets, a power of two.
pub(crate) fn bucket(name: &str, buckets: u32) -> u32 {
    hash(name.as_bytes()) & buckets.wrapping_sub(1)
}

fn hash(name: &[u8]) -> u32 {
    let pair = |low: u8, high: u8| u32::from(u16::from_le_bytes([low, high]));
    // Bytes are signed where depmod adds single ones.
    let signed = |byte: u8| i32::from(byte.cast_signed()).cast_unsigned();
    let mut hash = u32::try_from(name.len()).unwrap_or(u32::MAX);
    let (words, rest) = name.as_chunks::<4>();
    for [a, b, c, d] in words {
        hash = hash.wrapping_add(pair(*a, *b));
        let mixed = (pair(*c, *d) << 11) ^ hash;
        hash = (hash << 16) ^ mixed;
        hash = hash.wrapping_add(hash >> 11);
    }
    match rest {
        [a, b, c] => {
            hash = hash.wrapping_add(pair(*a, *b));
            hash ^= hash << 16;
            hash ^= signed(*c) << 18;
            hash = hash.wrapping_add(hash >> 11);
        }
        [a, b] => {
            hash = hash.wrapping_add(pair(*a, *b));
            hash ^= hash << 11;
            hash = hash.wrapping_add(hash >> 17);
        }
        [a] => {
            hash = hash.wrapping_add(signed(*a));
            hash ^= hash << 10;
            hash = hash.wrapping_add(hash >> 1);
        }
        _ => {}
    }
    hash ^= hash << 3;
    hash = hash.wrapping_add(hash >> 5);
    hash ^= hash << 4;
    hash = hash.wrapping_add(hash >> 17);
    hash ^= hash << 25;
    hash.wrapping_add(hash >> 6)
}
