use std::io::Write;

use proptest::prelude::*;

use crate::{Digest, Hasher};

proptest! {
    #[test]
    fn pieces_do_not_matter(pieces: Vec<Vec<u8>>) {
        let (mut updated, mut written) = (Hasher::new(), Hasher::new());
        for piece in &pieces {
            updated.update(piece);
            written.write_all(piece).unwrap();
        }
        let whole = Digest::of(&pieces.concat());
        prop_assert_eq!(updated.finish(), whole);
        prop_assert_eq!(written.finish(), whole);
    }
}
