use proptest::prelude::*;

use super::{Kind, entries};

#[test]
fn what_the_archive_crate_writes_is_read() {
    let long = format!("{}/{}.yaml", "d".repeat(90), "f".repeat(90));
    let files = vec![("a/b.yaml".to_owned(), b"b".to_vec()), (long.clone(), vec![7; 1025])];
    let tar = archive::write_tar(&files).unwrap();
    let read = entries(&tar).unwrap();
    let names: Vec<_> =
        read.iter().filter(|e| e.kind == Kind::File).map(|e| (&e.name, e.content.len())).collect();
    assert_eq!(names, [(&"a/b.yaml".to_owned(), 1), (&long, 1025)]);
    assert_eq!(read.iter().filter(|entry| entry.kind == Kind::Directory).count(), 2);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>(), at in 0..2048_usize, byte in any::<u8>()) {
        let _ = entries(&bytes);
        let mut tar = archive::write_tar(&[("a.yaml".to_owned(), vec![1; 600])]).unwrap();
        if let Some(place) = tar.get_mut(at) {
            *place = byte;
        }
        let _ = entries(&tar);
    }
}
