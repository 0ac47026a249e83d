use std::fs::File;
use std::io::{self, Cursor, Read as _, Seek, SeekFrom, Write};

use proptest::prelude::*;

use crate::{Content, Image, ImageError, Source};

fn all(image: &Image) -> Vec<u8> {
    let mut bytes = Vec::new();
    image.reader().read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn refuses_what_leaves_it_or_overlaps() {
    let mut image = Image::new(100);
    image.put(10, Content::bytes(*b"0123456789")).unwrap();
    for (offset, length) in [(0, 11), (19, 1), (10, 10), (12, 2), (5, 50)] {
        let refused = image.put(offset, Content::bytes(vec![1; length])).unwrap_err();
        assert_eq!(refused, ImageError::Overlap { offset, length: length as u64, other: 10 });
    }
    for (offset, length) in [(95, 6), (101, 0), (u64::MAX, 1)] {
        let refused = image.put(offset, Content::bytes(vec![1; length])).unwrap_err();
        assert_eq!(refused, ImageError::Outside { offset, length: length as u64, size: 100 });
    }
    image.put(0, Content::bytes(vec![1; 10])).unwrap();
    image.put(20, Content::bytes(vec![1; 80])).unwrap();
    assert_eq!(image.allocated(), 100);
    assert!(image.embed(50, &Image::new(51)).is_err());
}

#[test]
fn holes_cost_nothing() {
    let mut image = Image::new(1 << 50);
    image.put(1 << 40, Content::zeros(1 << 41)).unwrap();
    image.put(1 << 30, Content::bytes(*b"x")).unwrap();
    assert_eq!((image.allocated(), image.extents().count()), (1, 1));
    let mut bytes = [9; 3];
    image.read_at((1 << 30) - 1, &mut bytes).unwrap();
    assert_eq!(bytes, [0, b'x', 0]);
    assert!(image.read_at((1 << 50) - 2, &mut bytes).is_err());
}

#[test]
fn files_are_read_while_the_image_is_written() {
    let file = File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
    let content = Content::file(file).unwrap();
    let text = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    assert_eq!(all(&Image::from_content(content.clone())), text);
    assert_eq!(all(&Image::from_content(content.part(1, 7))), text[1..8]);
    assert_eq!(all(&Image::from_content(content.part(1, u64::MAX))), text[1..]);
    assert!(content.part(u64::MAX, 5).is_empty());
}

/// A file that fails after so many bytes.
struct Full(Cursor<Vec<u8>>, usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.1 == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        // Short writes are allowed, too.
        let count = bytes.len().min(self.1).min(3);
        self.1 -= count;
        self.0.write(&bytes[..count])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Full {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_full_disk_is_told_wherever_it_happens() {
    let mut image = Image::new(64);
    image.put(3, Content::bytes(*b"abcdefg")).unwrap();
    image.put(30, Content::bytes(*b"hij")).unwrap();
    for room in 0..10 {
        let mut full = Full(Cursor::new(Vec::new()), room);
        let told = image.write_sparse(&mut full).unwrap_err();
        assert_eq!(told.kind(), io::ErrorKind::StorageFull, "{room}");
    }
    let mut enough = Full(Cursor::new(Vec::new()), 10);
    image.write_sparse(&mut enough).unwrap();
    assert_eq!(enough.0.into_inner()[..], all(&image)[..33]);
}

proptest! {
    #[test]
    fn reads_as_the_array_it_stands_for(
        puts in prop::collection::vec((0_u64..300, 0_u64..60, any::<u8>(), any::<bool>()), 0..12),
        reads in prop::collection::vec((0_u64..310, 0_usize..100), 1..20),
    ) {
        let mut image = Image::new(300);
        let mut model = vec![0_u8; 300];
        let mut taken = [false; 300];
        for (offset, length, byte, is_hole) in puts {
            let content = if is_hole { Content::zeros(length) } else {
                Content::bytes(vec![byte; usize::try_from(length).unwrap()])
            };
            let range = usize::try_from(offset).unwrap()..usize::try_from(offset + length).unwrap();
            let Some(place) = model.get_mut(range.clone()) else {
                prop_assert!(image.put(offset, content).is_err());
                continue;
            };
            // Holes leave no trace, but where something lies they do not fit either.
            let is_free = !taken[range.clone()].contains(&true);
            if length > 0 {
                prop_assert_eq!(image.put(offset, content).is_ok(), is_free);
            }
            if is_free && !is_hole {
                place.fill(byte);
                taken[range].fill(true);
            }
        }
        prop_assert_eq!(&all(&image), &model);
        let mut sparse = Cursor::new(vec![0; 300]);
        image.write_sparse(&mut sparse).unwrap();
        prop_assert_eq!(sparse.get_ref(), &model);
        for (offset, length) in reads {
            let mut bytes = vec![1; length];
            let start = usize::try_from(offset).unwrap();
            let wanted = model.get(start..start + length);
            prop_assert_eq!(image.read_at(offset, &mut bytes).ok().map(|()| &bytes[..]), wanted);
        }
    }
}
