use proptest::prelude::*;

use crate::Guid;

#[test]
fn derives_those_of_the_talos_imager() {
    let table = [
        ("talos-image-disk", "d92d45b3-cde9-8760-be9f-a2a71fac8d11"),
        ("EFI", "bca5174b-0118-8a6a-af0b-2c6e1585acae"),
        ("BIOS", "a2a02ff5-d88d-8e6e-9c95-26b9b6c80bc3"),
        ("BOOT", "24c73076-4092-85dd-9d98-686a2dbf6d81"),
        ("META", "cf04f137-101e-8ec6-9627-fa3f51cdabb8"),
        ("IMAGECACHE", "3b5449bc-c21f-8009-8b51-18945967f8df"),
    ];
    for (name, wanted) in table {
        assert_eq!(Guid::derived(Guid::NIL, name).to_string(), wanted, "{name}");
    }
}

#[test]
fn lies_on_a_disk_with_its_numbers_turned() {
    let disk = Guid::EFI_SYSTEM.to_disk();
    assert_eq!(disk[..8], [0x28, 0x73, 0x2A, 0xC1, 0x1F, 0xF8, 0xD2, 0x11]);
    assert_eq!(disk[8..], Guid::EFI_SYSTEM.bytes()[8..]);
}

#[test]
fn refuses_other_texts() {
    for text in [
        "",
        "c12a7328",
        "c12a7328f81f11d2ba4b00a0c93ec93b",
        "c12a7328-f81f-11d2-ba4b-00a0c93ec93g",
        "+12a7328-f81f-11d2-ba4b-00a0c93ec93b",
        "{c12a7328-f81f-11d2-ba4b-00a0c93ec93b}",
    ] {
        let told = text.parse::<Guid>().unwrap_err().to_string();
        assert!(told.contains("8-4-4-4-12"), "{text}: {told}");
    }
}

proptest! {
    #[test]
    fn is_read_as_it_was_written(bytes: [u8; 16]) {
        let guid = Guid::from_bytes(bytes);
        prop_assert_eq!(guid.to_string().parse::<Guid>().unwrap(), guid);
        prop_assert_eq!(Guid::from_disk(guid.to_disk()), guid);
    }
}
